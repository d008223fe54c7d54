import { resolve } from 'node:path';
import type { Line } from './line.ts';
import { analyserOverPushes } from './shows/analyser-history.ts';
import { killedEverywhere } from './shows/kills.ts';
import { manyFindings } from './shows/many-findings.ts';
import { pageShowsLives } from './shows/page.ts';

const dist = resolve(import.meta.dirname, '../../dist');

export const lines: Line[] = [
  {
    promise: "The demo's page shows new, fixed (resolved thread), carried, dismissed",
    needsNetwork: false,
    run: () => pageShowsLives({ dist }),
  },
  {
    promise:
      "A real analyser's SARIF over 20 past pushes of a public repository: no duplicate, no wrong anchor, a full run's set",
    needsNetwork: ({ repository }) => repository === null,
    run: ({ repository }) => analyserOverPushes(repository),
  },
  {
    promise: '500 findings in one push: one review, max-comments comments, the rest folded, at most 8 calls',
    needsNetwork: false,
    run: () => manyFindings({ dist }),
  },
  {
    promise: 'The crash matrix: every call, every PR converged',
    needsNetwork: false,
    run: () => killedEverywhere({ dist }),
  },
];
