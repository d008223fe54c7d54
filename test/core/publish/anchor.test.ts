import { describe, expect, test } from '@jest/globals';
import { anchorOf } from '../../../src/core/publish/anchor.ts';
import { aFinding } from '../../support/builders.ts';
import { aFileDiff, aHunk } from './diffs.ts';

// Left: 9 10 11 12; right: 9 10 11 12 13.
const first = aHunk(9, 9, [' a', '-b', '+B', '+C', ' c', ' d']);
const second = aHunk(40, 41, [' x', '-y', '-z', ' w']);
const renamed = aFileDiff('new.ts', [aHunk(1, 1, ['-p', '+q'])], {
  status: 'renamed',
  old: { path: 'old.ts', mode: '100644', oid: '0'.repeat(40) },
});
const diff = [aFileDiff('src/cart.ts', [first, second]), renamed, aFileDiff('logo.png', [], { binary: true })];

const right = (line: number, endLine: number | null = null) =>
  ({ path: 'src/cart.ts', line, endLine, side: 'RIGHT' }) as const;
const left = (line: number, endLine: number | null = null) =>
  ({ path: 'src/cart.ts', line, endLine, side: 'LEFT' }) as const;

describe('anchorOf', () => {
  test.each([
    ['an added line', right(10), { line: 10, startLine: null, side: 'RIGHT', lines: ['B'] }],
    ['a line of context', right(13), { line: 13, startLine: null, side: 'RIGHT', lines: ['d'] }],
    ['a range over the removed line', right(9, 11), { line: 11, startLine: 9, side: 'RIGHT', lines: ['a', 'B', 'C'] }],
    ['a range whose end is before its start', right(10, 3), { line: 10, startLine: null, side: 'RIGHT', lines: ['B'] }],
    ['a removed line', left(10), { line: 10, startLine: null, side: 'LEFT', lines: ['b'] }],
    ['removed lines', left(41, 42), { line: 42, startLine: 41, side: 'LEFT', lines: ['y', 'z'] }],
  ])('%s', (_what, place, expected) => {
    expect(anchorOf(aFinding(place), diff)).toEqual({ path: 'src/cart.ts', ...expected });
  });

  test('a removed line goes by its new name, whichever the finding uses', () => {
    const expected = { path: 'new.ts', line: 1, startLine: null, side: 'LEFT', lines: ['p'] };
    expect(anchorOf(aFinding({ path: 'old.ts', line: 1, endLine: 1, side: 'LEFT' }), diff)).toEqual(expected);
    expect(anchorOf(aFinding({ path: 'new.ts', line: 1, endLine: 1, side: 'LEFT' }), diff)).toEqual(expected);
  });

  test.each([
    ['above the hunk', right(8)],
    ['below the hunk', right(14)],
    ['between the hunks', right(20)],
    ['from one hunk into the next', right(12, 42)],
    ['beyond the end of the hunk', right(12, 14)],
    ['unchanged, on the left', left(9)],
    ['ending unchanged, on the left', left(10, 11)],
    ['in a file that the PR does not change', aFinding({ path: 'other.ts', line: 9 })],
    ['under the old name, on the right', aFinding({ path: 'old.ts', line: 1, endLine: 1 })],
    ['in a binary file', aFinding({ path: 'logo.png', line: 1, endLine: 1 })],
    ['the file as a whole', aFinding({ line: null, endLine: null })],
  ])('none %s', (_what, place) => {
    expect(anchorOf(place, diff)).toBeNull();
  });
});
