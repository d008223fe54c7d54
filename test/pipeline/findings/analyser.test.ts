import { describe, expect, test } from '@jest/globals';
import { markedRepeatedLines } from '../../support/git/marked-lines.ts';
import { sarifOracle } from './oracles.ts';
import { runFindings } from './run-findings.ts';
import { HISTORIES, TEST_LIMIT_MS, walkHistories } from './walk-histories.ts';

describe('after any history the open findings are those of a full review, each posted once', () => {
  test.each(['an analyser, unique lines', 'an analyser, repeated lines'] as const)(
    '%s',
    async (kind) => expect(await walkHistories(kind)).toBe(`${HISTORIES} histories held\n`),
    TEST_LIMIT_MS,
  );
});

test('an analyser that looked at the merge names a file as upstream does: its findings stand in the head all the same', async () => {
  await runFindings(
    [
      { on: 'pr', do: 'edit', file: 0, at: 4, lines: 1, text: 0 },
      { on: 'main', do: 'rename', file: 0, at: 0, lines: 1, text: 0 },
      { do: 'push', left: 0, overtaken: false },
    ],
    { writer: markedRepeatedLines, oracleOf: sarifOracle },
  );
});
