import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { FileDiff } from '../../src/core/diff.ts';
import { PATCH_DIGEST, patchDigest } from '../../src/core/patch-digest.ts';
import { fileDiff } from '../support/git/file-diff.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const digest = (file: FileDiff): string => patchDigest(file, sha256);

const BEFORE = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
const after = (change: Record<number, string>): string[] => BEFORE.map((line, index) => change[index] ?? line);
const one = fileDiff({ path: 'a.txt', before: BEFORE, after: after({ 5: 'F' }) });

function withLine(text: string): FileDiff {
  return fileDiff({ path: 'a.txt', before: BEFORE, after: after({ 5: text }) });
}

describe('the digest of a patch', () => {
  test('is 16 bytes in base64url, and the same for the same patch', () => {
    expect(digest(one)).toMatch(PATCH_DIGEST);
    expect(digest(structuredClone(one))).toBe(digest(one));
  });

  test('is the same where upstream moved the code, and where git guesses another function around it', () => {
    const before = ['new', 'lines', 'above', ...BEFORE];
    const moved = fileDiff({ path: 'a.txt', before, after: ['new', 'lines', 'above', ...after({ 5: 'F' })] });
    expect(moved.hunks[0]?.newStart).not.toBe(one.hunks[0]?.newStart);
    expect(digest(moved)).toBe(digest(one));
    expect(digest({ ...one, hunks: one.hunks.map((hunk) => ({ ...hunk, section: 'f()' })) })).toBe(digest(one));
  });

  const binary = (from: string, to: string): FileDiff => ({
    ...one,
    binary: true,
    hunks: [],
    old: { path: 'a.txt', mode: '100644', oid: from.repeat(40) },
    new: { path: 'a.txt', mode: '100644', oid: to.repeat(40) },
  });
  test.each<[string, FileDiff, FileDiff]>([
    ['another line', one, withLine('G')],
    ['white space at the end of a line', one, withLine('F ')],
    ['a carriage return', one, withLine('F\r')],
    ['tabs for blanks', withLine('  F'), withLine('\tF')],
    ['bytes that are no UTF-8', withLine('F\udcfe'), withLine('F\udcff')],
    ['such a byte and the sign that stands for what can not be read', withLine('F\udcff'), withLine('F\ufffd')],
    [
      'another line of context',
      one,
      fileDiff({ path: 'a.txt', before: BEFORE.with(3, 'D'), after: after({ 3: 'D', 5: 'F' }) }),
    ],
    ['no line feed at the end', one, withoutLineFeed(one)],
    ['the order of what was added', withLine('F\u0000'), withLine('\u0000F')],
    ['another name', one, fileDiff({ path: 'b.txt', before: BEFORE, after: after({ 5: 'F' }) })],
    ['a rename', one, fileDiff({ path: 'a.txt', previousPath: 'z.txt', before: BEFORE, after: after({ 5: 'F' }) })],
    [
      'another mode',
      one,
      fileDiff({ path: 'a.txt', before: BEFORE, after: after({ 5: 'F' }), modes: ['100644', '100755'] }),
    ],
    [
      'an empty file added, and one deleted',
      fileDiff({ path: 'e', before: null, after: [] }),
      fileDiff({ path: 'e', before: [], after: null }),
    ],
    ['another content of a binary file', binary('1', '2'), binary('1', '3')],
    ['another content of a binary file before', binary('1', '2'), binary('4', '2')],
  ])('differs by %s', (_, a, b) => {
    expect(digest(a)).not.toBe(digest(b));
  });

  test('hunks that come apart, or change places, are another patch', () => {
    const two = fileDiff({ path: 'a.txt', before: BEFORE, after: after({ 0: 'A', 9: 'J' }) });
    expect(two.hunks).toHaveLength(2);
    expect(digest({ ...two, hunks: two.hunks.toReversed() })).not.toBe(digest(two));
    const joined = { ...two, hunks: [{ ...two.hunks[0], lines: two.hunks.flatMap(({ lines }) => lines) }] } as FileDiff;
    expect(digest(joined)).not.toBe(digest(two));
  });

  test('is equal exactly where every sign and line of the patch is', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', '', ' ', '@@', '\\'), { maxLength: 8 });
    fc.assert(
      fc.property(lines, lines, lines, lines, (before1, after1, before2, after2) => {
        const [a, b] = [
          fileDiff({ path: 'a', before: before1, after: after1 }),
          fileDiff({ path: 'a', before: before2, after: after2 }),
        ];
        const spelled = (file: FileDiff): unknown =>
          file.hunks.map((hunk) => hunk.lines.map(({ kind, text }) => [kind, text]));
        expect(digest(a) === digest(b)).toBe(JSON.stringify(spelled(a)) === JSON.stringify(spelled(b)));
      }),
      { numRuns: 300 },
    );
  });
});

function withoutLineFeed(file: FileDiff): FileDiff {
  const hunks = file.hunks.map((hunk) => ({
    ...hunk,
    lines: hunk.lines.map((line) => (line.kind === 'added' ? { ...line, noNewline: true } : line)),
  }));
  return { ...file, hunks };
}
