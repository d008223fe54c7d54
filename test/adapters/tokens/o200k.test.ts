import { beforeAll, describe, expect, test } from '@jest/globals';
import { createTokenCounter } from '../../../src/adapters/tokens/o200k.ts';
import type { TokenCounter } from '../../../src/ports/tokens.ts';

describe('the o200k token counter', () => {
  let counter: TokenCounter;
  beforeAll(async () => {
    counter = await createTokenCounter();
  });

  // Counts as OpenAI's tiktoken gives them.
  test.each([
    ['', 0],
    ['hello world', 2],
    ['tiktoken is great!', 6],
    ['const answer = 42;\n', 6],
  ])('counts %j as %i', (text, tokens) => {
    expect(counter.count(text)).toBe(tokens);
  });

  test('takes the markers of special tokens for text', () => {
    expect(counter.count('<|endoftext|>')).toBeGreaterThan(1);
  });

  test('adds up over lines', () => {
    const line = 'export function total(items) { return items.reduce((sum, item) => sum + item.price, 0); }\n';
    expect(counter.count(line.repeat(100))).toBe(counter.count(line) * 100);
  });

  test.each([
    ['a repeated letter', 'a'.repeat(100_000)],
    ['blanks', ' '.repeat(100_000)],
    ['line breaks', '\n'.repeat(100_000)],
    ['punctuation', '='.repeat(100_000)],
    ['ideographs', '漢字'.repeat(50_000)],
    ['emoji', '😀'.repeat(50_000)],
    ['lone surrogates', '\udc80'.repeat(100_000)],
    ['a line of a megabyte', 'function(){return x+1};'.repeat(45_000)],
    ['a megabyte of letters', 'qwertzuiopasdfghjkl'.repeat(55_000)],
  ])('counts %s in bounded time', (_, text) => {
    const before = performance.now();
    const tokens = counter.count(text);
    expect(tokens).toBeGreaterThan(0);
    expect(tokens).toBeLessThanOrEqual(text.length * 3);
    expect(performance.now() - before).toBeLessThan(5000);
  });
});
