import { describe, expect, test } from '@jest/globals';
import { markedRepeatedLines } from '../../support/git/marked-lines.ts';
import type { Step } from '../../support/git/random-history.ts';
import { scopeOracle } from './oracles.ts';
import { runFindings, type FindingsKind } from './run-findings.ts';
import { HISTORIES, TEST_LIMIT_MS, walkHistories } from './walk-histories.ts';

describe('after any history the open findings are those of a full review, each posted once', () => {
  test.each(['a reader, unique lines', 'a reader, repeated lines'] as const)(
    '%s',
    async (kind) => expect(await walkHistories(kind)).toBe(`${HISTORIES} histories held\n`),
    TEST_LIMIT_MS,
  );
});

const push: Step = { do: 'push', left: 0, overtaken: false };
const marked: Step = { on: 'pr', do: 'edit', file: 0, at: 4, lines: 1, text: 0 };

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
