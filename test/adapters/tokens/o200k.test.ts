import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
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

  test('runs up to 255 of a kind are counted whole, longer ones cut at 256', () => {
    const cut = (text: string) => text.match(/[\p{L}\p{M}]{256}|\s{256}|[^\s\p{L}\p{M}\p{N}]{256}|[^]/gu) ?? [];
    const whole = (text: string): number => countTokens(text, { disallowedSpecial: new Set() });
    // What lies between cuts is one piece, each cut ends one.
    const expected = (text: string): number => {
      const pieces = [''];
      for (const part of cut(text)) {
        pieces.push(`${pieces.pop() ?? ''}${part}`);
        if (part.length >= 256) pieces.push('');
      }
      return pieces.filter((piece) => piece !== '').reduce((sum, piece) => sum + whole(piece), 0);
    };
    const kinds = ['a', 'é', '\u0301', ' ', '\t', '\u2003', '\u00a0', '\u0000', '\u001c', '\u007f', '=', '\u2026', '7'];
    const run = fc
      .tuple(fc.subarray(kinds, { minLength: 1, maxLength: 3 }), fc.integer({ min: 1, max: 300 }))
      .map(([of, length]) => Array.from({ length }, (_, index) => of[index % of.length]).join(''));
    fc.assert(
      fc.property(fc.array(run, { maxLength: 6 }), (runs) => {
        expect(counter.count(runs.join(''))).toBe(expected(runs.join('')));
      }),
    );
  });
});
