import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Coverage, type CoveredPath, type CoveredVersion } from '../../src/core/coverage.ts';
import { coverageAfter, referenceLayers } from '../../src/core/interdiff.ts';
import { patchDigest } from '../../src/core/patch-digest.ts';
import { fullScope, incrementalScope } from '../../src/core/scope.ts';
import { settleByDigest, settledSentence } from '../../src/core/settle-by-digest.ts';
import type { FileDiff } from '../../src/core/diff.ts';
import { fileDiff } from '../support/git/file-diff.ts';
import { countWords } from '../support/git/scope-of-push.ts';

const version = (digit: string): CoveredVersion =>
  Coverage.shape.versions.element.parse({ mergeBaseSha: '0'.repeat(40), headSha: digit.repeat(40) });
const [LOST, KEPT, TODAY] = [version('1'), version('2'), version('3')];
const isLost = ({ headSha }: CoveredVersion): boolean => headSha === LOST.headSha;
const digestNamed = (letter: string): string => letter.repeat(22);
const entry = (path: string, at: number, digest?: string, previousPath: string | null = null): CoveredPath => ({
  path,
  previousPath,
  version: at,
  ...(digest === undefined ? {} : { digest: digestNamed(digest) }),
});

describe('files that were reviewed at a version that is gone', () => {
  const coverage: Coverage = {
    versions: [LOST, KEPT],
    covered: [
      entry('same', 0, 'a'),
      entry('moved', 0, 'b', 'old'),
      entry('changed', 0, 'c'),
      entry('older record', 0),
      entry('left', 0, 'd'),
      entry('kept', 1, 'e'),
    ],
    pending: [{ path: 'late', reason: 'no budget' }],
    excluded: [{ path: 'same', reason: 'binary file' }],
  };
  const today: Record<string, string> = { same: 'a', moved: 'b', changed: 'x', 'older record': 'y', kept: 'z' };
  const digestToday = (path: string): string | null => (path in today ? digestNamed(today[path] ?? '') : null);

  test('count as reviewed today where the patch is the same, and are pending otherwise', () => {
    const settled = settleByDigest(coverage, isLost, TODAY, digestToday);
    expect(Coverage.safeParse(settled.coverage).success).toBe(true);
    expect(referenceLayers(settled.coverage)).toEqual([
      { version: KEPT, paths: ['kept'] },
      { version: TODAY, paths: ['same', 'old', 'moved'] },
    ]);
    expect(settled.coverage.pending.map(({ path }) => path)).toEqual(['late', 'changed', 'older record', 'left']);
    expect(settled.coverage.excluded).toEqual(coverage.excluded);
    expect(settled).toMatchObject({ equalPaths: ['same', 'old', 'moved'], equal: 2, different: 2, unknown: 1 });
    expect(settledSentence(settled, '1111111 is gone')).toBe(
      "an earlier version can't be compared with (1111111 is gone): 2 files are as reviewed by the digest of the patch, 2 changed, 1 can't be told",
    );
  });

  test('where no version is lost, nothing changes', () => {
    const settled = settleByDigest(coverage, () => false, TODAY, digestToday);
    expect(settled).toEqual({ coverage, equalPaths: [], equal: 0, different: 0, unknown: 0 });
  });
});

test('no line that nobody reviewed is lost, whatever upstream and the pull request did meanwhile', () => {
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  const digestOf = (file: FileDiff): string => patchDigest(file, sha256);
  const edits = fc.array(fc.record({ at: fc.nat(14), cut: fc.nat(2), lines: fc.nat(2) }), { maxLength: 2 });
  let skipped = 0;
  fc.assert(
    fc.property(edits, edits, edits, (firstPush, upstream, secondPush) => {
      let ids = 0;
      const edit = (
        lines: readonly string[],
        of: typeof edits extends fc.Arbitrary<infer E> ? E : never,
        who: string,
      ): string[] =>
        of.reduce<string[]>(
          (now, { at, cut, lines: count }) =>
            now.toSpliced(at % (now.length + 1), cut, ...Array.from({ length: count }, () => `${who}-${(ids += 1)}`)),
          [...lines],
        );
      const base = Array.from({ length: 14 }, (_, index) => `base-${index}`);
      const head = edit(base, firstPush, 'pr');
      // Upstream changes the top of the file; the pull request takes it over as it is.
      const above = edit([], upstream, 'up');
      const [newBase, newHead] = [
        [...above, ...base],
        [...above, ...edit(head, secondPush, 'pr')],
      ];
      const then = fileDiff({ path: 'a', before: base, after: head });
      const now = fileDiff({ path: 'a', before: newBase, after: newHead });
      if (then.hunks.length === 0 || now.hunks.length === 0) return;
      const scope = fullScope({ fullDiff: [then], why: '', countTokens: countWords });
      const coverage = coverageAfter({ today: LOST, fullDiff: [then], scope, notReviewed: [], digestOf });
      const settled = settleByDigest(coverage, isLost, TODAY, () => digestOf(now));
      // The reference: today's head where the patch is the same, today's base where it is not.
      const referenceDiff = settled.equal === 1 ? [] : [now];
      const found = incrementalScope({
        fullDiff: [now],
        referenceDiff,
        reviewedDiff: [],
        coverage: settled.coverage,
        countTokens: countWords,
      });
      const inScope = new Set(
        found.files.flatMap(({ added }) => added.flatMap(({ start, end }) => newHead.slice(start - 1, end))),
      );
      const unreviewed = newHead.filter((line) => line.startsWith('pr-') && !head.includes(line));
      expect(unreviewed.filter((line) => !inScope.has(line))).toEqual([]);
      if (secondPush.length === 0 && firstPush.every(({ at }) => at > 3)) {
        expect(found.files).toEqual([]);
        skipped += 1;
      }
    }),
    { numRuns: 400 },
  );
  expect(skipped).toBeGreaterThan(10);
});
