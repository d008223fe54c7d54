import fc from 'fast-check';
import { describe, test } from '@jest/globals';
import { repeatedLaw, repeatedLines } from '../../support/git/repeated-lines.ts';
import { runHistory, steps } from '../../support/git/run-history.ts';
import { uniqueLaw, uniqueLines } from '../../support/git/unique-lines.ts';

/** `npm run deep` has thousands. */
const HISTORIES = Number(process.env['PUSHBACK_HISTORIES'] ?? 15);
const TIME_LIMIT_MS = process.env['PUSHBACK_DEEP'] === undefined ? 90_000 : 6 * 3_600_000;

describe('scope over random histories', () => {
  test(
    'unique lines: nothing of the pull request is lost, nothing of upstream is in it',
    async () => {
      const property = fc.asyncProperty(steps, (history) =>
        runHistory(history, { writer: uniqueLines(), law: uniqueLaw() }),
      );
      await fc.assert(property, { numRuns: HISTORIES, interruptAfterTimeLimit: TIME_LIMIT_MS });
    },
    TIME_LIMIT_MS * 2,
  );

  test(
    'repeated lines: reference plus scope plus what left equals the head',
    async () => {
      const property = fc.asyncProperty(steps, (history) =>
        runHistory(history, { writer: repeatedLines, law: repeatedLaw() }),
      );
      await fc.assert(property, { numRuns: HISTORIES, interruptAfterTimeLimit: TIME_LIMIT_MS });
    },
    TIME_LIMIT_MS * 2,
  );
});
