import { describe, expect, test } from '@jest/globals';
import { lineFixOf, suggestionOf, type LineFix } from '../../../src/core/sarif/fix.ts';

function fix(replacements: Partial<LineFix['replacements'][number]>[], overrides: Partial<LineFix> = {}): LineFix {
  return {
    line: 5,
    endLine: 5,
    columns: 'utf16CodeUnits',
    ...overrides,
    replacements: replacements.map((one) => ({ line: 5, column: 1, endLine: 5, endColumn: null, text: '', ...one })),
  };
}

describe('a fix as whole lines', () => {
  test.each<[string, LineFix, string[], string | null]>([
    ['part of a line', fix([{ column: 3, endColumn: 6, text: 'const' }]), ['  var x;'], '  const x;'],
    ['to the end of the line', fix([{ column: 3, text: 'let y;' }]), ['  var x;'], '  let y;'],
    ['an insertion', fix([{ column: 8, endColumn: 8, text: ';' }]), ['  var x'], '  var x;'],
    [
      'two on one line',
      fix([
        { endColumn: 2, text: 'A' },
        { column: 3, endColumn: 4, text: 'B' },
      ]),
      ['a b'],
      'A B',
    ],
    [
      'two that overlap',
      fix([
        { endColumn: 3, text: 'A' },
        { column: 2, endColumn: 4, text: 'B' },
      ]),
      ['abc'],
      null,
    ],
    ['all of it', fix([{ column: 3, endColumn: 12, text: '' }]), ['  debugger;'], ''],
    ['the line and its end', fix([{ endLine: 6, endColumn: 1, text: '' }]), ['gone'], ''],
    [
      'over several lines',
      fix([{ column: 2, endLine: 6, endColumn: 2, text: '-' }], { endLine: 6 }),
      ['ab', 'cd'],
      'a-d',
    ],
    ['columns beyond the line', fix([{ column: 30, endColumn: 31 }]), ['short'], null],
    ['code points', fix([{ column: 3, endColumn: 4, text: 'y' }], { columns: 'unicodeCodePoints' }), ['😀 x'], '😀 y'],
    ['code units', fix([{ column: 4, endColumn: 5, text: 'y' }]), ['😀 x'], '😀 y'],
    ['other lines than it is for', fix([{}]), ['a', 'b'], null],
  ])('%s', (_name, given, lines, expected) => {
    expect(suggestionOf(given, lines)).toBe(expected);
  });
});

describe('which fixes are taken', () => {
  const change = (uri: string, startLine: number, endLine = startLine) => ({
    artifactLocation: { uri },
    replacements: [{ deletedRegion: { startLine, endLine }, insertedContent: { text: 'x' } }],
  });
  const take = (...artifactChanges: ReturnType<typeof change>[]): unknown =>
    lineFixOf([{ artifactChanges }], { line: 5, endLine: 6 }, null, ({ uri }) => uri === 'a');
  test('in the region', () => expect(take(change('a', 5, 6))).not.toBeNull());
  test('above it', () => expect(take(change('a', 4))).toBeNull());
  test('beyond it', () => expect(take(change('a', 6, 7))).toBeNull());
  test('another file', () => expect(take(change('b', 5))).toBeNull());
  test('two files', () => expect(take(change('a', 5), change('b', 5))).toBeNull());
});
