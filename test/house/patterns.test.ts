import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from '@swc/core';
import { checkSync } from 'recheck';

/**
 * No regular expression of the program backtracks without bounds over a text that somebody chose for that: each literal's
 * automaton is looked at. Those that take the square of a text's length meet bounded texts, or are held by the times in
 * test/core/strangers.test.ts.
 */
type Pattern = { file: string; source: string; flags: string };

async function patternsOf(file: string): Promise<Pattern[]> {
  const module: unknown = await parse(await readFile(file, 'utf8'), { syntax: 'typescript', target: 'es2024' });
  const found: Pattern[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (node === null || typeof node !== 'object') return;
    const { type, pattern, flags } = node as { type?: unknown; pattern?: unknown; flags?: unknown };
    if (type === 'RegExpLiteral') found.push({ file, source: String(pattern), flags: String(flags) });
    Object.values(node).forEach(visit);
  };
  visit(module);
  return found;
}

async function allPatterns(): Promise<Pattern[]> {
  const files: string[] = [];
  for (const folder of ['src', 'lambda']) {
    const entries = await readdir(folder, { recursive: true });
    files.push(...entries.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name)));
  }
  return (await Promise.all(files.map(patternsOf))).flat();
}

const WITHIN = { checker: 'automaton', timeout: 300 } as const;

test('no pattern takes exponential time', async () => {
  const patterns = await allPatterns();
  expect(patterns.length).toBeGreaterThan(100);
  const distinct = new Map(patterns.map((each) => [`/${each.source}/${each.flags}`, each]));
  const endless: string[] = [];
  for (const [text, { file, source, flags }] of distinct) {
    const found = checkSync(source, flags, WITHIN);
    if (found.status === 'vulnerable' && found.complexity.type === 'exponential') endless.push(`${file}: ${text}`);
  }
  expect(endless).toEqual([]);
}, 120_000);

test('a pattern that does is seen', () => {
  expect(checkSync('^( *(?:(?:[-*+] +|>) *)*)(.*)$', '', WITHIN)).toMatchObject({
    status: 'vulnerable',
    complexity: { type: 'exponential' },
  });
});
