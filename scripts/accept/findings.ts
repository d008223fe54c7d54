import type { Line } from './line.ts';
import { analyserOverPushes } from './shows/analyser-history.ts';

export const lines: Line[] = [
  {
    promise:
      "A real analyser's results over 20 pushes of a public repository: no duplicate, no wrong anchor, a full run's set",
    needsNetwork: ({ repository }) => repository === null,
    run: ({ repository }) => analyserOverPushes(repository),
  },
];
