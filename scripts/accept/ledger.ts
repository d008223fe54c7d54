import { join, resolve } from 'node:path';
import type { Line } from './line.ts';
import { benchTable } from './shows/bench.ts';
import { lifeInTheComment } from './shows/comment-ledger.ts';
import { oneWinnerEach } from './shows/races.ts';
import { tenSupersededRuns } from './shows/superseded.ts';
import { twoRequestsEach } from './shows/wire.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const dist = join(ROOT, 'dist');

/** What was promised. `--races N` runs fewer, and the bench with as many calls less. */
const RACES = 10_000;

export const lines: Line[] = [
  {
    promise: '10,000 races of 16 claimers: exactly one winner each',
    needsNetwork: false,
    async run({ races }) {
      const figure = await oneWinnerEach(races ?? RACES);
      return races !== null && races < RACES ? `${figure} (only so many by --races)` : figure;
    },
  },
  {
    promise: 'Ten superseded runs with checkpoints: the last reviews only what nobody did, or what changed since',
    needsNetwork: false,
    run: () => tenSupersededRuns(),
  },
  {
    promise: 'Two requests to DynamoDB for a claim of one pull request, two for a submission of one small result',
    needsNetwork: false,
    run: () => twoRequestsEach(),
  },
  {
    promise: "A pull request's whole life on the ledger in the comment",
    needsNetwork: false,
    run: () => lifeInTheComment({ dist }),
  },
  {
    promise: "The bench's table, and docs/benchmarks.md with it",
    needsNetwork: false,
    run: ({ races }) => benchTable(ROOT, Math.min(1, (races ?? RACES) / RACES)),
  },
];
