import { expect, test } from '@jest/globals';
import { sliceFile } from '../../../src/core/reviewing/slice-file.ts';
import { addedLine, aScopeFile, linesOf, removedLine } from './files.ts';

const context = (oldLine: number, newLine: number) => ({
  kind: 'context' as const,
  text: 'x',
  oldLine,
  newLine,
  noNewline: false,
});

test('a piece without lines on one side says after which line it stands, as git does', () => {
  const lines = [
    context(11, 21),
    context(12, 22),
    removedLine('a', 13),
    removedLine('b', 14),
    addedLine('c', 23),
    addedLine('d', 24),
  ];
  const hunk = { oldStart: 11, oldLines: 4, newStart: 21, newLines: 4, section: 's', lines };
  const file = aScopeFile('a.ts', [], { hunks: [hunk], added: [{ start: 23, end: 24 }], removedAfter: [22] });
  const slices = sliceFile(file, { maxTokens: 2, tokensOf: linesOf });
  const headers = slices.map(({ file: { hunks } }) =>
    hunks.map((one) => [one.oldStart, one.oldLines, one.newStart, one.newLines]),
  );
  expect(headers).toEqual([
    [[11, 2, 21, 2]],
    [
      [13, 1, 22, 0],
      [14, 1, 22, 0],
    ],
    [[14, 0, 23, 2]],
  ]);
  expect(slices.map((slice) => slice.file.added)).toEqual([[], [], [{ start: 23, end: 24 }]]);
  expect(slices.map((slice) => slice.file.removedAfter)).toEqual([[], [22], []]);
});

test('a new file has no line before it', () => {
  const slices = sliceFile(aScopeFile('a.ts', ['a', 'b', 'c']), { maxTokens: 1, tokensOf: linesOf });
  expect(
    slices.map(
      ({
        file: {
          hunks: [one],
        },
      }) => [one?.oldStart, one?.oldLines, one?.newStart, one?.newLines],
    ),
  ).toEqual([
    [0, 0, 1, 1],
    [0, 0, 2, 1],
    [0, 0, 3, 1],
  ]);
});
