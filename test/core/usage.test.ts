import { expect, test } from '@jest/globals';
import { NO_USAGE, Usage } from '../../src/core/usage.ts';

test.each([
  [0, 0],
  [0.0123, 0.0123],
  [0.1 + 0.2, 0.3],
  [1234.567_891_234_56, 1234.567_891_235],
  // DynamoDB refuses a number that is smaller than 1e-130 and not 0.
  [5e-323, 0],
])('a cost of %d dollars is kept as %d', (given, kept) => {
  expect(Usage.parse({ ...NO_USAGE, costUsd: given }).costUsd).toBe(kept);
});

test.each([-0.01, 1e9 + 1, 1e127, Infinity, Number.NaN])('a cost of %d dollars is none', (given) => {
  expect(Usage.safeParse({ ...NO_USAGE, costUsd: given }).success).toBe(false);
});
