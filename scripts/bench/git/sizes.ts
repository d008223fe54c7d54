import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from '../figures.ts';
import { codeLines } from './content.ts';
import { ImportedRepository, type Changes } from './fast-import.ts';
import type { Planned } from './plan.ts';
import { planInChild, type PlannedApart } from './plan-in-child.ts';

export type Size = {
  title: string;
  base: () => Changes;
  /** The PR at its first push and at its second, on top of the base. */
  first: () => Changes;
  second: () => Changes;
  paths: () => string[];
};

export type SizeFigures = {
  title: string;
  seconds: number;
  /** The planning process at its largest, and with every git process beside it; null where the system does not tell. */
  nodeBytes: number;
  togetherBytes: number | null;
  files: number;
  fullFiles: number;
};

const every =
  (step: number, from = 0) =>
  (line: number): boolean =>
    line >= from && line % step === 0;

function* manyFiles(count: number, version: string, isChanged: (line: number) => boolean): Changes {
  for (let file = 0; file < count; file += 1) yield [manyPath(file), codeLines(file, 150, version, isChanged)];
}

function manyPath(file: number): string {
  return `src/area${file % 60}/module${file}.ts`;
}

function* renamed(count: number, from: string, to: string): Changes {
  for (let file = 0; file < count; file += 1) {
    if (from !== to) yield [`${from}/area${file % 60}/file${file}.ts`, null];
    yield [`${to}/area${file % 60}/file${file}.ts`, codeLines(file, 20, 'X')];
  }
}

const megabyte = (fill: string): string => `${fill.repeat(1024)}\n`;
const long = (changed: string): string =>
  megabyte(`lorem ipsum dolor sit amet ${changed} `.padEnd(1024, 'consectetur '));

export const SIZES: Size[] = [
  {
    title: '3,000 files, 300,000 changed lines',
    base: () => manyFiles(3000, 'A', () => false),
    // 50 lines of each file, every one removed and added.
    first: () => manyFiles(3000, 'B', every(3)),
    second: () => manyFiles(300, 'C', every(3)),
    paths: () => Array.from({ length: 3000 }, (_, file) => manyPath(file)),
  },
  {
    title: 'a file of 100,000 lines',
    base: () => [['data.ts', codeLines(1, 100_000, 'A')]],
    first: () => [['data.ts', codeLines(1, 100_000, 'B', every(2))]],
    second: () => [['data.ts', codeLines(1, 100_000, 'B', (line) => line % 2 === 0 || line % 1001 === 0)]],
    paths: () => ['data.ts'],
  },
  {
    title: 'a line of 1 MB',
    base: () => [['page.html', `<html>\n${long('one')}</html>\n`]],
    first: () => [['page.html', `<html>\n${long('two')}</html>\n`]],
    second: () => [['page.html', `<html>\n${long('three')}</html>\n`]],
    paths: () => ['page.html'],
  },
  {
    title: '10,000 renames',
    base: () => renamed(10_000, 'old', 'old'),
    first: () => renamed(10_000, 'old', 'new'),
    second: () => [['new/area0/file0.ts', codeLines(0, 20, 'Y', (line) => line === 7)]],
    paths: () =>
      ['old', 'new'].flatMap((top) =>
        Array.from({ length: 10_000 }, (_, file) => `${top}/area${file % 60}/file${file}.ts`),
      ),
  },
];

/** Plans the second push of a PR of that size, in a process of its own each time. Medians. */
export async function measureSize(size: Size, rounds: number): Promise<SizeFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'pushback-bench-'));
  try {
    const planned = await makeRepository(size, join(folder, 'repository.git'));
    const task = { remoteUrl: null, objects: join(folder, 'repository.git/objects'), planned };
    const runs: PlannedApart[] = [];
    for (let round = 0; round < rounds; round += 1) runs.push(await planInChild(task));
    const [first] = runs;
    if (first === undefined) throw new Error('no round was asked for');
    const together = runs.flatMap(({ togetherBytes }) => togetherBytes ?? []);
    return {
      title: size.title,
      seconds: median(runs.map(({ seconds }) => seconds)),
      nodeBytes: median(runs.map(({ nodeBytes }) => nodeBytes)),
      togetherBytes: together.length === 0 ? null : median(together),
      files: first.files,
      fullFiles: first.fullFiles,
    };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function makeRepository(size: Size, folder: string): Promise<Planned> {
  const repository = await ImportedRepository.create(folder);
  const base = await repository.commit('main', [], size.base());
  const first = await repository.commit('first', [base], size.first());
  const moved = await repository.commit('main', [base], [['upstream.txt', 'moved\n']]);
  await repository.commit('second', [first, moved], mergedWith(size.second()));
  const [baseSha, firstSha, movedSha, secondSha] = await repository.end('main~1', 'first', 'main', 'second');
  if (baseSha === undefined || firstSha === undefined || movedSha === undefined || secondSha === undefined) {
    throw new Error('a branch is missing');
  }
  return {
    previous: { mergeBaseSha: baseSha, headSha: firstSha },
    today: { mergeBaseSha: movedSha, headSha: secondSha },
    paths: size.paths(),
  };
}

/** fast-import merges no trees: what came from upstream is said again. */
function* mergedWith(changes: Changes): Changes {
  yield ['upstream.txt', 'moved\n'];
  yield* changes;
}
