import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ENTRY_POINTS, layerViolations } from './layer-rules.ts';
import { circlesOf, COMPUTED, readImports, specifiersOf, type Import } from './module-graph.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const FOLDERS = ['src', 'lambda', 'infra', 'scripts', 'test'];

describe('this project', () => {
  let imports: Import[] = [];
  beforeAll(async () => {
    imports = await readImports(ROOT, FOLDERS);
  });

  test('keeps to its layers', () => {
    expect(layerViolations(imports)).toEqual([]);
  });

  test('has no import circle, type-only imports included', () => {
    expect(circlesOf(imports)).toEqual([]);
  });

  test('was really read', () => {
    expect(imports).toContainEqual({ from: 'src/core/verdict.ts', to: 'src/core/coverage.ts' });
    expect(imports).toContainEqual({ from: 'src/core/verdict.ts', to: 'zod' });
    expect(imports.length).toBeGreaterThan(300);
  });
});

describe('every way to import is seen', () => {
  test.each([
    [`import { a } from './x.ts';`],
    [`import a from './x.ts';`],
    [`import * as a from './x.ts';`],
    [`import './x.ts';`],
    [`import type { A } from './x.ts';`],
    [`import { type A } from './x.ts';`],
    [`export { a } from './x.ts';`],
    [`export type { A } from './x.ts';`],
    [`export * from './x.ts';`],
    [`export * as a from './x.ts';`],
    [`export type A = import('./x.ts').A;`],
    [`export type A = typeof import('./x.ts');`],
    [`export const a = await import('./x.ts');`],
    [`export function f() { return [async () => (await import('./x.ts')).a]; }`],
    [`const a = require('./x.ts');`],
    [`import a = require('./x.ts');`],
  ])('%s', async (source) => {
    expect(await specifiersOf(source)).toEqual(['./x.ts']);
  });

  test('and so is one whose module is computed', async () => {
    expect(await specifiersOf('export const load = (name: string) => import(name);')).toEqual([COMPUTED]);
  });

  test('and nothing that only looks like one', async () => {
    expect(
      await specifiersOf(`// import './x.ts'\nexport const text = "import './x.ts'"; export { text as y };`),
    ).toEqual([]);
  });
});

describe('every rule fires', () => {
  const nothingElse = 'the layer may not import this file';
  const noPackage = 'the layer may not import this package';
  test.each([
    ['src/core/a.ts', 'src/ports/ledger.ts', nothingElse],
    ['src/core/a.ts', 'src/adapters/git/a.ts', nothingElse],
    ['src/core/a.ts', 'src/contract/a.ts', nothingElse],
    ['src/core/deep/a.ts', 'src/inputs.ts', nothingElse],
    ['src/core/a.ts', 'node:fs/promises', noPackage],
    ['src/core/a.ts', 'picomatch', noPackage],
    ['src/core/a.ts', 'zod-to-something', noPackage],
    ['src/ports/a.ts', 'src/adapters/git/a.ts', nothingElse],
    ['src/ports/a.ts', 'src/contract/a.ts', nothingElse],
    ['src/ports/a.ts', 'node:stream', noPackage],
    ['src/contract/a.ts', 'src/ports/ledger.ts', nothingElse],
    ['src/adapters/git/a.ts', 'src/adapters/github/a.ts', nothingElse],
    ['src/adapters/git/a.ts', 'src/adapters/git-lfs/a.ts', nothingElse],
    ['src/adapters/git/a.ts', 'src/pipeline/claim.ts', nothingElse],
    ['src/adapters/git/a.ts', 'lambda/app.ts', nothingElse],
    ['src/pipeline/claim.ts', 'src/adapters/git/a.ts', nothingElse],
    ['src/run-review.ts', 'src/adapters/git/a.ts', nothingElse],
    ['src/ledger/a.ts', 'src/adapters/git/a.ts', nothingElse],
    ['lambda/app.ts', 'src/adapters/ledger-http/a.ts', nothingElse],
    ['lambda/app.ts', 'src/pipeline/claim.ts', nothingElse],
    ['lambda/app.ts', 'src/inputs.ts', nothingElse],
    ['lambda/app.ts', '@actions/core', noPackage],
    ['infra/stack.ts', 'src/pipeline/claim.ts', nothingElse],
    ['src/cli/review.ts', 'test/support/builders.ts', nothingElse],
    ['lambda/app.ts', 'scripts/build.ts', nothingElse],
    ['src/core/a.ts', COMPUTED, 'an import must name its module'],
    ['elsewhere/a.ts', 'src/core/ids.ts', 'the file belongs to no layer'],
    ['test/a.test.ts', 'src/main.ts', 'nothing imports an entry point'],
    ['scripts/demo.ts', 'src/cli/main.ts', 'nothing imports an entry point'],
    ...ENTRY_POINTS.map((entry) => ['src/cli/review.ts', entry, 'nothing imports an entry point'] as const),
  ])('%s importing %s', (from, to, objection) => {
    expect(layerViolations([{ from, to }])).toEqual([`${from} imports ${to}: ${objection}`]);
  });

  test.each([
    ['src/core/deep/a.ts', 'src/core/ids.ts'],
    ['src/core/a.ts', 'zod'],
    ['src/ports/a.ts', 'src/core/ids.ts'],
    ['src/contract/a.ts', 'src/core/ids.ts'],
    ['src/adapters/git/a.ts', 'src/adapters/git/b.ts'],
    ['src/adapters/git/a.ts', 'src/ports/repository.ts'],
    ['src/adapters/git/a.ts', 'node:fs/promises'],
    ['src/main.ts', 'src/adapters/git/a.ts'],
    ['src/cli/serve.ts', 'lambda/app.ts'],
    ['lambda/app.ts', 'src/adapters/ledger-dynamodb/a.ts'],
    ['scripts/pushback.ts', 'src/cli/main.ts'],
    ['test/a.test.ts', 'src/run-review.ts'],
  ])('but not for %s importing %s', (from, to) => {
    expect(layerViolations([{ from, to }])).toEqual([]);
  });
});

describe('a sample project on disk', () => {
  let root = '';
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'pushback-layers-'));
    const files = {
      'src/core/a.ts': `import type { B } from './b.ts';\nexport type A = B | 1;`,
      'src/core/b.ts': `export type B = import('./c/c.ts').C;`,
      'src/core/c/c.ts': `export * from '../a.ts';\nexport type C = 2;`,
      'src/adapters/x/x.ts': `import type { Y } from '../y/y.ts';\nexport type X = Y;`,
      'src/adapters/y/y.ts': `export type Y = 1;`,
    };
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, name)), { recursive: true });
      await writeFile(join(root, name), text);
    }
  });
  afterAll(async () => rm(root, { recursive: true, force: true }));

  test('shows its circle of types and its adapter that imports another', async () => {
    const imports = await readImports(root, ['src']);
    expect(circlesOf(imports)).toEqual([['src/core/a.ts', 'src/core/b.ts', 'src/core/c/c.ts', 'src/core/a.ts']]);
    expect(layerViolations(imports)).toEqual([
      'src/adapters/x/x.ts imports src/adapters/y/y.ts: the layer may not import this file',
    ]);
  });
});
