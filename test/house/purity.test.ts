import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { clockReads } from './text-checks.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const CORE = join(ROOT, 'src/core');

test('the core makes no date out of the present', async () => {
  const names = (await readdir(CORE, { recursive: true })).filter((name) => name.endsWith('.ts'));
  const found = await Promise.all(
    names.map(async (name) => clockReads(await readFile(join(CORE, name), 'utf8')).map((line) => `${name}:${line}`)),
  );
  expect(found.flat()).toEqual([]);
});

test.each([
  ['const a = new Date();', [1]],
  ['const a = new Date( );', [1]],
  ['const a = new Date;', [1]],
  ['const a = new Date(seconds * 1000);', []],
])('%s', (source, lines) => {
  expect(clockReads(source)).toEqual(lines);
});

/** One line of the core each; lint must object to it there. */
const IMPURE = [
  'export const now = Date.now();',
  'export const chance = Math.random();',
  'export const id = crypto.randomUUID();',
  'export const home = process.cwd();',
  'export const ms = performance.now();',
  'export const bytes = Buffer.from("");',
  'export const get = () => fetch("https://example.com");',
  'export const later = () => setTimeout(() => 1, 1);',
  'export const say = () => console.log("x");',
  'export const sneak = () => globalThis;',
  "export { readFile } from 'node:fs/promises';\nimport { readFileSync } from 'node:fs';\nexport const r = readFileSync;",
  "import picomatch from 'picomatch';\nexport const match = picomatch;",
  'export const number = parseInt("1", 10);',
];

describe('lint keeps the core pure', () => {
  let folder = '';
  let objections = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pushback-lint-'));
    await mkdir(join(folder, 'src/core'), { recursive: true });
    await cp(join(ROOT, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
    await Promise.all(
      IMPURE.map(async (source, index) => writeFile(join(folder, `src/core/impure-${index}.ts`), source)),
    );
    await writeFile(join(folder, 'src/core/pure.ts'), 'export const two = (one: number): number => one + one;\n');
    objections = await lint(folder);
  });
  afterAll(async () => rm(folder, { recursive: true, force: true }));

  test.each(IMPURE.map((source, index) => [source, index] as const))('%s', (_source, index) => {
    expect(objections).toMatch(new RegExp(`^src/core/impure-${index}\\.ts:.*no-restricted`, 'm'));
  });

  test('and lets pure code pass', () => {
    expect(objections).not.toContain('src/core/pure.ts');
  });
});

async function lint(folder: string): Promise<string> {
  const oxlint = join(ROOT, 'node_modules/oxlint/bin/oxlint');
  return new Promise((done) => {
    execFile(process.execPath, [oxlint, '--format=unix', 'src'], { cwd: folder }, (_error, stdout, stderr) => {
      done(stdout + stderr);
    });
  });
}
