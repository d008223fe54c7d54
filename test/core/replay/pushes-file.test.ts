import { expect, test } from '@jest/globals';
import { parsePushesFile } from '../../../src/core/replay/pushes-file.ts';

const [a, b] = ['a'.repeat(40), 'b'.repeat(40)];

test('pushes of several pull requests, in the order of the lines; the same head twice is one push', () => {
  const lines = [
    { pull: 12, head: a },
    { pull: 'topic', head: b, base: 'main' },
    { pull: 12, head: a },
    { pull: 12, head: b },
  ];
  expect(parsePushesFile(`${lines.map((line) => JSON.stringify(line)).join('\n')}\n\n`)).toEqual({
    ok: true,
    pulls: [
      { name: '#12', heads: [a, b], base: null },
      { name: 'topic', heads: [b], base: 'main' },
    ],
  });
});

test.each([
  ['', 'it names no push'],
  ['{"pull": 1}', 'line 1: head'],
  ['{"pull": 1, "head": "abc"}', 'line 1: head'],
  ['\nnot json', 'line 2: '],
  ['{"pull": 0, "head": "' + a + '"}', 'line 1: pull'],
])('%j is refused', (text, fault) => {
  const parsed = parsePushesFile(text);
  expect(parsed.ok ? [] : parsed.faults).toEqual([expect.stringContaining(fault)]);
});
