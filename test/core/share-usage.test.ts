import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { shareUsage } from '../../src/core/share-usage.ts';

test('parts follow the weights', () => {
  expect(shareUsage({ inputTokens: 100, outputTokens: null, costUsd: 1 }, [3, 1])).toEqual([
    { inputTokens: 75, outputTokens: null, costUsd: 0.75 },
    { inputTokens: 25, outputTokens: null, costUsd: 0.25 },
  ]);
});

test('whole parts add up to the whole, whatever the weights', () => {
  fc.assert(
    fc.property(fc.nat(1_000_000), fc.array(fc.nat(1000), { minLength: 1, maxLength: 30 }), (tokens, weights) => {
      const parts = shareUsage({ inputTokens: tokens, outputTokens: 0, costUsd: null }, weights);
      expect(parts.reduce((sum, part) => sum + (part.inputTokens ?? 0), 0)).toBe(tokens);
      expect(parts.every((part) => (part.inputTokens ?? 0) >= 0)).toBe(true);
    }),
  );
});
