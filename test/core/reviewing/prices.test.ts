import { describe, expect, test } from '@jest/globals';
import { costOf, pricesOf } from '../../../src/core/reviewing/prices.ts';

const usage = { inputTokens: 1_000_000, outputTokens: 100_000, cacheReadTokens: 0, cacheWriteTokens: 0 };

describe('the price of a model', () => {
  test.each([
    ['claude-sonnet-5-5', 2, 10],
    ['claude-sonnet-4-5-20250929', 3, 15],
    ['eu.anthropic.claude-opus-5-v1:0', 5, 25],
    ['us.anthropic.claude-haiku-4-5-20251001-v1:0', 1, 5],
    ['gpt-5.4-2026-03-05', 2.5, 15],
    ['gemini-2.5-flash', 0.3, 2.5],
  ])('%s', (id, input, output) => {
    expect(pricesOf(id)).toMatchObject({ input, output });
  });

  test.each(['gpt-99', 'claude', 'constructor', '__proto__', 'my-claude-opus-5', ''])('%j has none', (id) => {
    expect(pricesOf(id)).toBeNull();
  });
});

describe('what a call costs', () => {
  test('input, output, and what the cache gave and took', () => {
    const prices = { input: 4, output: 20, cacheRead: 0.4, cacheWrite: 5 };
    expect(costOf(prices, { ...usage, cacheReadTokens: 500_000, cacheWriteTokens: 100_000 })).toBeCloseTo(
      0.4 * 4 + 0.5 * 0.4 + 0.1 * 5 + 0.1 * 20,
      9,
    );
  });

  test('without a price of its own, what is cached costs as much as any input', () => {
    expect(costOf({ input: 4, output: 0 }, { ...usage, cacheReadTokens: 500_000, cacheWriteTokens: 1 })).toBeCloseTo(
      4,
      9,
    );
  });

  test('more than the provider counts as cached than as input costs no less than nothing', () => {
    expect(costOf({ input: 4, output: 0, cacheRead: 0 }, { ...usage, cacheReadTokens: 2_000_000 })).toBe(0);
  });

  test('all of a long call costs the price of long ones, and not one token sooner', () => {
    const prices = { input: 1, output: 1, long: { above: 200_000, input: 2, output: 3 } };
    const call = { ...usage, outputTokens: 0 };
    expect(costOf(prices, { ...call, inputTokens: 200_000 })).toBeCloseTo(0.2, 9);
    expect(costOf(prices, { ...call, inputTokens: 200_001, outputTokens: 1_000_000 })).toBeCloseTo(3.400002, 9);
  });
});
