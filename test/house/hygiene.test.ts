import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import * as z from 'zod';
import { declaredDefault, INPUT_DEFAULTS, INPUT_NAMES, type InputName } from '../../src/core/inputs/names.ts';
import { outputsOf } from '../../src/core/outputs.ts';
import { brokenLinks, leftovers, tableRows, unlocked } from './text-checks.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const read = async (name: string): Promise<string> => readFile(join(ROOT, name), 'utf8');

async function filesUnder(folder: string, suffix: string): Promise<string[]> {
  const names = await readdir(join(ROOT, folder), { recursive: true });
  return names.filter((name) => name.endsWith(suffix)).map((name) => join(folder, name));
}

const ActionManifest = z.object({
  inputs: z.record(z.string(), z.strictObject({ description: z.string().min(1), default: z.string().optional() })),
  outputs: z.record(z.string(), z.object({ description: z.string().min(1) })),
  runs: z.object({ using: z.string(), main: z.string(), post: z.string(), 'post-if': z.string() }),
});
const names = z.record(z.string(), z.string()).default({});
const LockFile = z.object({
  packages: z.record(z.string(), z.object({ dependencies: names, optionalDependencies: names })),
});
const action = async () => ActionManifest.parse(parse(await read('action.yml')));

/** How the description of an input ends that has a default. */
const DEFAULT_SAID = / Default: `([^`]+)`\.$/u;
const defaultSaid = (description: string): string => DEFAULT_SAID.exec(description)?.[1] ?? '';
/** The runner's own is declared. */
const defaultToSay = (name: InputName): string => (name === 'github-token' ? '' : INPUT_DEFAULTS[name]);

describe('action.yml', () => {
  test('declares the inputs that are read; a default only where the runner could not do without', async () => {
    const { inputs } = await action();
    expect(Object.entries(inputs).map(([name, input]) => [name, input.default ?? null])).toEqual(
      INPUT_NAMES.map((name) => [name, declaredDefault(name)]),
    );
    const declared = INPUT_NAMES.filter((name) => declaredDefault(name) !== null);
    expect(declared).toEqual(['github-token', 'ignore-authors', 'skip-label']);
  });

  test('says the defaults that the code knows', async () => {
    const { inputs } = await action();
    const said = Object.entries(inputs).map(([name, { description }]) => [name, defaultSaid(description)]);
    expect(said).toEqual(INPUT_NAMES.map((name) => [name, defaultToSay(name)]));
  });

  test('declares the outputs that are set', async () => {
    const set = Object.keys(outputsOf({ runs: [], failures: [] }));
    expect(Object.keys((await action()).outputs)).toEqual([...set, 'findings-file', 'sarif-file', 'feedback']);
  });

  test('starts files that are there', async () => {
    const { runs } = await action();
    expect(runs).toEqual({ using: 'node24', main: 'dist/index.js', post: 'dist/post.js', 'post-if': 'always()' });
    expect([runs.main, runs.post].filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });
});

describe('README.md', () => {
  test('lists the inputs as action.yml does', async () => {
    const { inputs } = await action();
    const rows = INPUT_NAMES.map((name) => [
      `\`${name}\``,
      INPUT_DEFAULTS[name] === '' ? '' : `\`${INPUT_DEFAULTS[name]}\``,
      inputs[name]?.description.replace(DEFAULT_SAID, ''),
    ]);
    expect(tableRows(await read('README.md'), '## Inputs')).toEqual(rows);
  });

  test('lists the outputs as action.yml does', async () => {
    const { outputs } = await action();
    const rows = Object.entries(outputs).map(([name, output]) => [`\`${name}\``, output.description]);
    expect(tableRows(await read('README.md'), '## Outputs')).toEqual(rows);
  });
});

test('every relative link in the documentation leads somewhere', async () => {
  const pages = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', ...(await filesUnder('docs', '.md'))];
  const broken = await Promise.all(
    pages.map(async (page) => {
      const links = brokenLinks(await read(page), (target) => existsSync(join(ROOT, dirname(page), target)));
      return links.map((link) => `${page}: ${link}`);
    }),
  );
  expect(broken.flat()).toEqual([]);
});

test('nothing is left over in the code: no note to self, no focused or skipped test', async () => {
  const folders = ['src', 'lambda', 'infra', 'scripts', 'test'];
  const files = (await Promise.all(folders.map(async (folder) => filesUnder(folder, '.ts')))).flat();
  const found = await Promise.all(
    files.map(async (file) => leftovers(await read(file)).map((line) => `${file}:${line}`)),
  );
  // Where AWS's runtime client can't be built, its test says so and is left out (docs/decisions/0060).
  const allowed = /^test\/lambda\/runtime\.test\.ts:/;
  const left = found.flat();
  expect(left.filter((line) => !allowed.test(line))).toEqual([]);
  expect(left.filter((line) => allowed.test(line)).length).toBeLessThanOrEqual(1);
});

test('the lock file names no registry', async () => {
  const lock = await read('package-lock.json');
  expect(lock).not.toContain('"resolved"');
  expect(lock).not.toMatch(/https?:\/\/[^"]*\.tgz/);
});

test('the lock file lists what every package needs, on every platform: else `npm ci` refuses it', async () => {
  const { packages } = LockFile.parse(JSON.parse(await read('package-lock.json')));
  expect(Object.keys(packages).length).toBeGreaterThan(100);
  expect(unlocked(packages)).toEqual([]);
});

test('the decisions are numbered, each number once', async () => {
  const names = (await readdir(join(ROOT, 'docs/decisions'))).filter((name) => name !== 'README.md');
  expect(names.filter((name) => !/^[0-9]{4}-[a-z0-9-]+\.md$/.test(name))).toEqual([]);
  const numbers = names.map((name) => name.slice(0, 4));
  expect(numbers).toEqual([...new Set(numbers)]);
});

describe('these checks can fail', () => {
  // Put together here, so that this very file passes.
  const word = (...parts: string[]): string => parts.join('');
  test.each([
    [word('// TO', 'DO: later')],
    [word('/* FIX', 'ME */')],
    [word('test.', 'only("x", () => {})')],
    [word('describe.', 'skip("x", () => {})')],
    [word('x', 'it("x", () => {})')],
    [word('test.', 'todo("x")')],
  ])('%s', (line) => {
    expect(leftovers(`const a = 1;\n${line}\n`)).toEqual([2]);
  });

  test('a package for another platform that the lock file lacks', () => {
    const none = { dependencies: {}, optionalDependencies: {} };
    const packages = {
      '': { ...none, dependencies: { a: '1' } },
      'node_modules/a': { ...none, optionalDependencies: { 'a-linux': '1', 'a-win32': '1' } },
      'node_modules/a/node_modules/a-linux': none,
    };
    expect(unlocked(packages)).toEqual(['node_modules/a needs a-win32']);
  });

  test('a link that leads nowhere', () => {
    const page =
      '[a](docs/a.md) [b](docs/b.md#part) [c](https://example.com) [d](#here) ![e](e.png)\n```\n[f](f.md)\n```';
    expect(brokenLinks(page, (target) => target === 'docs/a.md')).toEqual(['docs/b.md', 'e.png']);
  });

  test('a table is read cell by cell', () => {
    const page = '## A\n\n| x | y |\n|---|:--|\n| `1` |  |\n| a \\| b | c |\n\n## B\n\n| z |\n|---|\n| no |\n';
    expect(tableRows(page, '## A')).toEqual([
      ['`1`', ''],
      ['a | b', 'c'],
    ]);
  });
});
