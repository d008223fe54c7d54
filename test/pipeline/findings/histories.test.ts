import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import { markedRepeatedLines, markedUniqueLines } from '../../support/git/marked-lines.ts';
import type { Step } from '../../support/git/random-history.ts';
import { steps } from '../../support/git/run-history.ts';
import { scopeOracle, sarifOracle } from './oracles.ts';
import { runFindings, type FindingsKind } from './run-findings.ts';

/** `npm run deep` has thousands. */
const HISTORIES = Number(process.env['PUSHBACK_FINDING_HISTORIES'] ?? 6);
const TIME_LIMIT_MS = process.env['PUSHBACK_DEEP'] === undefined ? 120_000 : 12 * 3_600_000;

const KINDS: { name: string; of: () => FindingsKind }[] = [
  { name: 'an analyser, unique lines', of: () => ({ writer: markedUniqueLines(), oracleOf: sarifOracle }) },
  { name: 'an analyser, repeated lines', of: () => ({ writer: markedRepeatedLines, oracleOf: sarifOracle }) },
  {
    name: 'a reader, unique lines',
    of: () => ({ writer: markedUniqueLines(), oracleOf: (code) => scopeOracle(code, 'beside') }),
  },
  {
    name: 'a reader, repeated lines',
    of: () => ({ writer: markedRepeatedLines, oracleOf: (code) => scopeOracle(code, 'exact') }),
  },
];

describe('after any history the open findings are those of a full review, each posted once', () => {
  test.each(KINDS)(
    '$name',
    async ({ of }) => {
      const property = fc.asyncProperty(steps, (history) => runFindings(history, of()));
      await fc.assert(property, { numRuns: HISTORIES, plugins: [fc.interruptAfterTimeLimit(TIME_LIMIT_MS)] });
    },
    TIME_LIMIT_MS + 60_000,
  );
});

const push: Step = { do: 'push', left: 0, overtaken: false };
const marked: Step = { on: 'pr', do: 'edit', file: 0, at: 4, lines: 1, text: 0 };

test('an analyser that looked at the merge names a file as upstream does: its findings stand in the head all the same', async () => {
  const renamed: Step = { on: 'main', do: 'rename', file: 0, at: 0, lines: 1, text: 0 };
  await runFindings([marked, renamed, push], { writer: markedRepeatedLines, oracleOf: sarifOracle });
});

describe('a law that is broken shows, with the commands that lead there', () => {
  const silent: FindingsKind = {
    writer: markedRepeatedLines,
    oracleOf: (code) => {
      const oracle = scopeOracle(code, 'exact');
      return {
        ...oracle,
        reviewer: (sitting) => {
          const reviewer = oracle.reviewer(sitting);
          return {
            ...reviewer,
            async review(...asked) {
              const answer = await reviewer.review(...asked);
              if (answer.outcome !== 'reviewed') return answer;
              return { ...answer, reviews: answer.reviews.map((review) => ({ ...review, findings: [] })) };
            },
          };
        },
      };
    },
  };

  test('an oracle that keeps to itself what it sees', async () => {
    const broken = runFindings([marked, push], silent);
    await expect(broken).rejects.toThrow(/open are \[\].*The history, in an empty folder:\n.*git init.*git commit/s);
  });
});
