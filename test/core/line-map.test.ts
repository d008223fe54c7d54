import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import type { FileDiff } from '../../src/core/diff.ts';
import { composeLineMaps, lineMapOf } from '../../src/core/line-map.ts';
import { fileDiff } from '../support/git/file-diff.ts';

describe('a line map', () => {
  const old = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
  test.each<[string, string[], (number | null)[]]>([
    ['nothing changed', old, [1, 2, 3, 4, 5, 6, 7, 8, 9]],
    ['added at the top', ['x', ...old], [2, 3, 4, 5, 6, 7, 8, 9, 10]],
    ['added in the middle', ['1', '2', '3', '4', 'x', 'y', '5', '6', '7', '8', '9'], [1, 2, 3, 4, 7, 8, 9, 10, 11]],
    ['removed at the top', old.slice(2), [null, null, 1, 2, 3, 4, 5, 6, 7]],
    ['removed at the end', old.slice(0, 7), [1, 2, 3, 4, 5, 6, 7, null, null]],
    ['changed', ['1', 'x', '3', '4', '5', '6', '7', '8', '9'], [1, null, 3, 4, 5, 6, 7, 8, 9]],
    ['emptied', [], old.map(() => null)],
  ])('%s', (_, now, expected) => {
    const map = lineMapOf([fileDiff({ path: 'a', before: old, after: now })]);
    expect(old.map((_line, index) => map.line('a', index + 1)?.line ?? null)).toEqual(expected);
  });

  test('without context in the hunks, where git names the line before an insertion', () => {
    const file = fileDiff({ path: 'a', before: ['1', '2', '3'], after: ['1', '2', 'x', '3'], context: 0 });
    expect([1, 2, 3].map((line) => lineMapOf([file]).line('a', line)?.line)).toEqual([1, 2, 4]);
  });

  test('follows renames, over one diff and over two', () => {
    const first = lineMapOf([fileDiff({ path: 'b', previousPath: 'a', before: old, after: ['x', ...old] })]);
    const second = lineMapOf([fileDiff({ path: 'c', previousPath: 'b', before: ['x', ...old], after: old.slice(1) })]);
    expect(first.line('a', 1)).toEqual({ path: 'b', line: 2 });
    expect(composeLineMaps(first, second).line('a', 2)).toEqual({ path: 'c', line: 1 });
    expect(composeLineMaps(first, second).line('a', 1)).toBeNull();
    expect(composeLineMaps(first, second).path('a')).toBe('c');
  });

  test('a file that is gone, became binary or another type has no lines', () => {
    const gone = fileDiff({ path: 'a', before: old, after: null });
    const binary: FileDiff = { ...fileDiff({ path: 'b', before: old, after: ['x'] }), binary: true, hunks: [] };
    const map = lineMapOf([gone, binary]);
    expect([map.path('a'), map.line('a', 1), map.path('b'), map.line('b', 1)]).toEqual([null, null, 'b', null]);
    expect(map.line('untouched', 7)).toEqual({ path: 'untouched', line: 7 });
  });

  test('a line that is mapped has the same text on both sides', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 });
    fc.assert(
      fc.property(text, text, fc.nat(3), (before, after, context) => {
        const map = lineMapOf([fileDiff({ path: 'f', before, after, context })]);
        for (const [index, line] of before.entries()) {
          const mapped = map.line('f', index + 1);
          if (mapped !== null) expect(after[mapped.line - 1]).toBe(line);
        }
      }),
    );
  });
});
