import { expect, test } from '@jest/globals';
import { createPartsBar } from '../../src/cli/parts-bar.ts';

test('a bar that tells parts, tokens, costs and the time that is left, and goes at the end', () => {
  let now = 0;
  let shown = '';
  const bar = createPartsBar(
    (text) => {
      shown = text.replace('\r\x1b[2K', '');
    },
    () => now,
  );
  bar.watch({ done: 0, of: 4, inputTokens: 0, outputTokens: 0, costUsd: null });
  expect(shown).toBe('[............................] 0/4, time left unknown for parts · 0 tokens read, 0 written');
  now = 30_000;
  bar.watch({ done: 1, of: 4, inputTokens: 9000, outputTokens: 200, costUsd: 0.12 });
  expect(shown).toBe(
    '[#######.....................] 1/4, 1 min 30 s left for parts · 9000 tokens read, 200 written, $0.12',
  );
  now = 90_000;
  bar.watch({ done: 4, of: 4, inputTokens: 36_000, outputTokens: 800, costUsd: 0.5 });
  expect(shown).toBe('');
});

test('before anything is under way there is nothing to clear', () => {
  const written: string[] = [];
  createPartsBar(
    (text) => void written.push(text),
    () => 0,
  ).clear();
  expect(written).toEqual([]);
});
