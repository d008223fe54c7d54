import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { threatLines, type ThreatLine } from './threat-lines.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** The title as source code holds it, in any quotes, whole. */
function holdsTest(source: string, title: string): boolean {
  const escaped = title.replaceAll("'", "\\'");
  const quoted = [`'${escaped}'`, `'${title}'`, `"${title}"`, `\`${title}\``];
  return quoted.some((text) =>
    new RegExp(String.raw`\btest\b[^;{}]*?${text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`)}`).test(source),
  );
}

async function missing(lines: readonly ThreatLine[]): Promise<string[]> {
  const found = await Promise.all(
    lines.map(async ({ threat, path, title }) => {
      const file = join(ROOT, path);
      const held =
        path.endsWith('.test.ts') && title !== '' && existsSync(file) && holdsTest(await readFile(file, 'utf8'), title);
      return held ? [] : [threat];
    }),
  );
  return found.flat();
}

test('every threat that is said to be stopped names a test, and the test is there', async () => {
  const lines = threatLines(await readFile(join(ROOT, 'SECURITY.md'), 'utf8'));
  expect(lines.length).toBeGreaterThan(25);
  expect(await missing(lines)).toEqual([]);
});

test('a line without a test, with one of another file or another title is found', async () => {
  const page = [
    '## What stops them',
    '| threat | what | test |',
    '| --- | --- | --- |',
    '| held | x | `test/house/dist.test.ts`: dist/ is what the sources build |',
    '| none | x | |',
    '| half | x | `test/house/dist.test.ts`: dist/ is what the |',
    '| elsewhere | x | `test/house/purity.test.ts`: dist/ is what the sources build |',
    '| nowhere | x | `test/house/gone.test.ts`: dist/ is what the sources build |',
  ].join('\n');
  expect(await missing(threatLines(page))).toEqual(['none', 'half', 'elsewhere', 'nowhere']);
});
