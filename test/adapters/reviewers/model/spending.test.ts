import { expect, test } from '@jest/globals';
import { Spending } from '../../../../src/adapters/reviewers/model/spending.ts';

const SILENT = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };

test('a server that does not say what it read uses up the limit as it was expected to', () => {
  const spending = new Spending({ inputTokens: 1000, costUsd: 1 }, { input: 100, output: 100 });
  let calls = 0;
  for (; calls < 100 && spending.lack(300) === null; calls += 1) spending.reserve(300).settle(SILENT);
  expect(calls).toBe(3);
  expect(spending.lack(300)).toBe('1000 input tokens (max-input-tokens)');
  // What is told to people is what was reported.
  expect(spending.total).toEqual({ inputTokens: 0, outputTokens: 0, costUsd: 0, calls: 3 });
});

test('nor does it use up less than it costs by the prices that were given', () => {
  const spending = new Spending({ inputTokens: null, costUsd: 0.5 }, { input: 100, output: 100 });
  let calls = 0;
  for (; calls < 100 && spending.lack(500) === null; calls += 1) spending.reserve(500).settle(SILENT);
  expect(calls).toBe(2);
});
