import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { threatLines, type ThreatLine } from '../../../test/house/threat-lines.ts';
import { runTests, type Ran } from './tests.ts';

/** Prints SECURITY.md's table of threats, runs the test that each line names, and holds each of them to it. */
export async function threatsAreStopped(root: string): Promise<string> {
  const lines = threatLines(await readFile(join(root, 'SECURITY.md'), 'utf8'));
  const files = [...new Set(lines.map(({ path }) => path))];
  const titles = [...new Set(lines.map(({ title }) => titlePattern(title)))];
  const ran = await runTests(root, [...files, '--testNamePattern', `(?:${titles.join('|')})$`]);
  const rows = lines.map((line) => ({ ...line, held: holds(root, line, ran) }));
  process.stdout.write(
    rows.map(({ threat, path, held }) => `      ${held ? 'holds' : 'FALSE'} ${threat}: ${path}\n`).join(''),
  );
  const failed = rows.filter(({ held }) => !held).map(({ threat }) => threat);
  assert.deepEqual(failed, [], ran.said);
  assert.ok(lines.length > 25, 'the table lost its lines');
  return `${lines.length} lines, each with its test; ${ran.outcome.numPassedTests} tests hold`;
}

/** All tests of that title ran and passed, and there was one. */
function holds(root: string, { path, title }: ThreatLine, { outcome }: Ran): boolean {
  const wanted = new RegExp(`^${titlePattern(title)}$`, 'u');
  const found = outcome.testResults
    .filter(({ name }) => relative(root, name) === path)
    .flatMap(({ assertionResults }) => assertionResults)
    .filter((one) => wanted.test(one.title));
  return found.length > 0 && found.every(({ status }) => status === 'passed');
}

/** A table test's title has a place for each case. */
function titlePattern(title: string): string {
  return title.replaceAll(/[$()*+.?[\\\]^{|}]/gu, String.raw`\$&`).replaceAll(/%[a-z]/gu, '.*');
}
