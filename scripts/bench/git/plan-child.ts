/** Plans one review in a process of its own, so that its memory can be told; prints a line of JSON. */
import { readFile } from 'node:fs/promises';
import { openRepository } from '../../../src/adapters/git/open-repository.ts';
import { createTokenCounter } from '../../../src/adapters/tokens/o200k.ts';
import { plan, type Planned } from './plan.ts';

export type Task = {
  /** Where the objects come from: a server, or a folder that has them all. */
  remoteUrl: string | null;
  objects: string | null;
  workFolder: string;
  planned: Planned;
};

export type PlannedInChild = {
  seconds: number;
  nodeBytes: number;
  files: number;
  fullFiles: number;
  /** Added or changed, by today's numbers. */
  lines: number;
};

const { remoteUrl, objects, workFolder, planned } = JSON.parse(await readFile(process.argv[2] ?? '', 'utf8')) as Task;
const tokens = await createTokenCounter();
const started = performance.now();
await using repository = await openRepository({
  remoteUrl,
  token: null,
  workFolder,
  ...(objects === null ? {} : { alternates: objects }),
});
const scope = await plan(repository, planned, (text) => tokens.count(text));
const done: PlannedInChild = {
  seconds: (performance.now() - started) / 1000,
  nodeBytes: process.resourceUsage().maxRSS * 1024,
  files: scope.files.length,
  fullFiles: scope.fullFiles,
  lines: scope.files.flatMap(({ added }) => added).reduce((sum, { start, end }) => sum + end - start + 1, 0),
};
process.stdout.write(`${JSON.stringify(done)}\n`);
