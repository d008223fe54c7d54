import fc from 'fast-check';
import { describe, test } from '@jest/globals';
import { markedRepeatedLines, markedUniqueLines } from '../../support/git/marked-lines.ts';
import { steps } from '../../support/git/run-history.ts';
import { scopeOracle, sarifOracle } from './oracles.ts';
import { runFindings, type FindingsKind } from './run-findings.ts';

/** `npm run deep` has thousands. */
const HISTORIES = Number(process.env['PUSHBACK_FINDING_HISTORIES'] ?? 4);
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
