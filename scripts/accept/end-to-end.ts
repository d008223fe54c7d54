import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Line } from './line.ts';
import { invalidBatch, staleItem } from './shows/batches.ts';
import { simultaneousClaims } from './shows/claims.ts';
import { freshClone, runCommand } from './shows/commands.ts';
import { reviewTwice } from './shows/local-review.ts';
import { eventTwice, killedAndRunAgain } from './shows/repetition.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const dist = join(ROOT, 'dist');

export const lines: Line[] = [
  {
    promise: 'On a fresh clone: npm ci && npm run demo',
    needsNetwork: true,
    run: () =>
      freshClone(ROOT, [
        ['npm', 'ci'],
        ['npm', 'run', 'demo'],
      ]),
  },
  { promise: 'On a fresh clone: npm cit', needsNetwork: true, run: () => freshClone(ROOT, [['npm', 'cit']]) },
  { promise: "The demo's rows, exactly", needsNetwork: false, run: () => demo(dist) },
  {
    promise: 'pushback review on a real repository, twice: the second is incremental',
    needsNetwork: ({ repository }) => repository === null,
    run: ({ repository }) => reviewTwice(ROOT, repository),
  },
  {
    promise: '64 simultaneous claims: one 201, 63 wait and name the run',
    needsNetwork: false,
    run: () => simultaneousClaims(),
  },
  { promise: 'A batch with one invalid item writes nothing', needsNetwork: false, run: () => invalidBatch() },
  { promise: 'A batch with one stale item records the rest', needsNetwork: false, run: () => staleItem() },
  {
    promise: 'The same event twice: one summary, one review, one run',
    needsNetwork: false,
    run: () => eventTwice({ dist }),
  },
  {
    promise: 'Killed while reviewing, run again as attempt 2: taken over at once',
    needsNetwork: false,
    run: () => killedAndRunAgain({ dist }),
  },
  {
    promise: 'dist/ copied alone to an empty folder runs the whole demo',
    needsNetwork: false,
    run: () => demoOfCopy(),
  },
];

/** The rows are checked by the demo itself, which ends with 1 where one is not as it must be. */
async function demo(distFolder: string): Promise<string> {
  const out = await mkdtemp(join(tmpdir(), 'pushback-demo-'));
  try {
    const args = ['scripts/demo.ts', '--json', '--dist', distFolder, '--out', out];
    const { stdout } = await runCommand(process.execPath, args, ROOT);
    const { rows, faults } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as {
      rows: { mode: string; reason: string; tokens: number; fullTokens: number }[];
      faults: string[];
    };
    assert.deepEqual(faults, []);
    return rows.map((row) => `${row.mode}/${row.reason} ${row.tokens} of ${row.fullTokens} tokens`).join('; ');
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

async function demoOfCopy(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pushback-dist-'));
  try {
    const copy = join(folder, 'dist');
    await cp(dist, copy, { recursive: true });
    return await demo(copy);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
