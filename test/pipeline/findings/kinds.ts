import { markedRepeatedLines, markedUniqueLines } from '../../support/git/marked-lines.ts';
import { sarifOracle, scopeOracle } from './oracles.ts';
import type { FindingsKind } from './run-findings.ts';

/** Who looks at which lines; made anew for each history. */
export const KINDS = {
  'an analyser, unique lines': () => ({ writer: markedUniqueLines(), oracleOf: sarifOracle }),
  'an analyser, repeated lines': () => ({ writer: markedRepeatedLines, oracleOf: sarifOracle }),
  'a reader, unique lines': () => ({
    writer: markedUniqueLines(),
    oracleOf: (code) => scopeOracle(code, 'beside'),
  }),
  'a reader, repeated lines': () => ({
    writer: markedRepeatedLines,
    oracleOf: (code) => scopeOracle(code, 'exact'),
    alike: true,
  }),
} satisfies Record<string, () => FindingsKind>;

export type KindName = keyof typeof KINDS;
