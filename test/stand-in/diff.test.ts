import { describe, expect, test } from '@jest/globals';
import { GitRepository, type Files } from '../support/git/git-repository.ts';
import { carryLine, type DiffFile, hunkDownTo, placeOf } from '../support/github/diff.ts';
import { Git } from '../support/github/git.ts';

async function diffOf(before: Files, after: Files): Promise<DiffFile[]> {
  await using repository = await GitRepository.create();
  const from = await repository.commit('before', before);
  const to = await repository.commit('after', after);
  const git = await Git.open(repository.folder);
  return await git.diff(from, to);
}

const lines = (...numbers: (number | string)[]): string => numbers.map((number) => `${number}\n`).join('');
const ten = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

describe('files of a diff', () => {
  test('of every kind, with names of every kind', async () => {
    const files = await diffOf(
      { 'old.txt': lines(...ten), 'gone "x".txt': 'a\n', 'mode.sh': 'a\n', 'pic.bin': new Uint8Array([0, 1, 2]) },
      {
        'old.txt': null,
        'new ü.txt': lines(...ten),
        'gone "x".txt': null,
        'mode.sh': { executable: 'a\n' },
        'pic.bin': new Uint8Array([0, 2, 3]),
        'a\nb.txt': 'x',
        link: { symlink: 'mode.sh' },
      },
    );
    const shown = files.map(({ path, previousPath, status, additions, deletions, binary, patch }) => [
      path,
      previousPath,
      status,
      additions,
      deletions,
      binary,
      patch,
    ]);
    expect(shown.toSorted((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1))).toEqual([
      ['a\nb.txt', null, 'added', 1, 0, false, '@@ -0,0 +1 @@\n+x\n\\ No newline at end of file'],
      ['gone "x".txt', null, 'removed', 0, 1, false, '@@ -1 +0,0 @@\n-a'],
      ['link', null, 'added', 1, 0, false, '@@ -0,0 +1 @@\n+mode.sh\n\\ No newline at end of file'],
      ['mode.sh', null, 'modified', 0, 0, false, null],
      ['new ü.txt', 'old.txt', 'renamed', 0, 0, false, null],
      ['pic.bin', null, 'modified', 0, 0, true, null],
    ]);
  });

  test('code that looks like a diff is code', async () => {
    const [file] = await diffOf(
      { 'a.txt': 'diff --git a/x b/x\n-- old\n' },
      { 'a.txt': '@@ -1 +1 @@\n++ new\ndiff --git a/x b/x\n' },
    );
    expect(file?.hunks.map((hunk) => hunk.lines.map((line) => line.kind + line.text))).toEqual([
      ['+@@ -1 +1 @@', '+++ new', ' diff --git a/x b/x', '--- old'],
    ]);
  });
});

describe('lines of a diff', () => {
  const edited = diffOf({ 'a.txt': lines(...ten) }, { 'a.txt': lines(1, 2, 3, 4, 'five', 'more', 7, 8, 9, 10, 11) });

  test('take comments where three lines of context show them', async () => {
    const [file] = await edited;
    if (file === undefined) throw new Error('no file');
    const takes = (side: 'LEFT' | 'RIGHT'): number[] =>
      Array.from({ length: 13 }, (_, line) => line).filter((line) => placeOf(file, side, line) !== null);
    expect(takes('RIGHT')).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(takes('LEFT')).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const place = placeOf(file, 'LEFT', 5);
    expect(place === null ? null : hunkDownTo(place)).toBe('@@ -2,9 +2,10 @@\n 2\n 3\n 4\n-5');
  });

  test.each([
    [1, 1],
    [4, 4],
    [5, null],
    [6, null],
    [7, 7],
    [10, 10],
  ])('line %i goes to %p', async (line, expected) => {
    const [file] = await edited;
    expect(carryLine(file, line)).toBe(expected);
  });

  test('below an insertion lines move, above it they stay', async () => {
    const [file] = await diffOf({ 'a.txt': lines(...ten) }, { 'a.txt': lines(1, 2, 'in', ...ten.slice(2)) });
    expect([2, 3, 10].map((line) => carryLine(file, line))).toEqual([2, 4, 11]);
  });
});
