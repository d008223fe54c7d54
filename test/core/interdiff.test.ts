import { describe, expect, test } from '@jest/globals';
import { Coverage, type CoveredVersion } from '../../src/core/coverage.ts';
import {
  carriedPaths,
  coverageAfter,
  mergeCoverage,
  referenceLayers,
  withoutVersions,
} from '../../src/core/interdiff.ts';
import { fullScope } from '../../src/core/scope.ts';
import { fileDiff } from '../support/git/file-diff.ts';
import { countWords } from '../support/git/scope-of-push.ts';

function version(digit: string): CoveredVersion {
  return Coverage.shape.versions.element.parse({ mergeBaseSha: '0'.repeat(40), headSha: digit.repeat(40) });
}

function coverage(input: {
  at: string;
  covered?: string[];
  renamed?: [path: string, from: string];
  pending?: string[];
}): Coverage {
  return {
    versions: [version(input.at)],
    covered: [
      ...(input.covered ?? []).map((path) => ({ path, previousPath: null, version: 0 })),
      ...(input.renamed === undefined ? [] : [{ path: input.renamed[0], previousPath: input.renamed[1], version: 0 }]),
    ],
    pending: (input.pending ?? []).map((path) => ({ path, reason: 'no budget' })),
    excluded: [],
  };
}

describe('coverage of several runs', () => {
  test('takes each path from the newest run that reviewed it, oldest version first', () => {
    const merged = mergeCoverage([
      coverage({ at: '1', covered: ['a', 'b'], pending: ['c', 'd'] }),
      coverage({ at: '2', covered: ['c'], renamed: ['new', 'a'], pending: ['b'] }),
    ]);
    expect(Coverage.safeParse(merged).success).toBe(true);
    expect(merged.pending).toEqual([{ path: 'd', reason: 'no budget' }]);
    expect(referenceLayers(merged)).toEqual([
      { version: version('1'), paths: ['a', 'b'] },
      { version: version('2'), paths: ['c', 'a', 'new'] },
    ]);
  });

  test('keeps no version that nothing rests on', () => {
    const merged = mergeCoverage([coverage({ at: '1', covered: ['a'] }), coverage({ at: '2', covered: ['a'] })]);
    expect(merged.versions).toEqual([version('2')]);
  });

  test('a version that is lost leaves its paths pending', () => {
    const merged = mergeCoverage([coverage({ at: '1', covered: ['a'] }), coverage({ at: '2', covered: ['b'] })]);
    expect(withoutVersions(merged, ({ headSha }) => headSha.startsWith('1'), 'its commit is gone')).toEqual({
      versions: [version('2')],
      covered: [{ path: 'b', previousPath: null, version: 0 }],
      pending: [{ path: 'a', reason: 'its commit is gone' }],
      excluded: [],
    });
  });

  test('a layer takes along the names that upstream gave its files', () => {
    const layer = { version: version('1'), paths: ['a', 'b'] };
    const renames = [
      { from: 'a', to: 'moved/a' },
      { from: 'elsewhere', to: 'x' },
    ];
    expect(carriedPaths(layer, renames)).toEqual(['a', 'b', 'moved/a']);
  });
});

describe('coverage after a run', () => {
  const fullDiff = [
    fileDiff({ path: 'a', before: ['1'], after: ['2'] }),
    fileDiff({ path: 'new', previousPath: 'old', before: ['1'], after: ['2'] }),
    fileDiff({ path: 'gone', before: ['1'], after: null }),
    { ...fileDiff({ path: 'logo.png', before: ['1'], after: ['2'] }), binary: true, hunks: [] },
    fileDiff({ path: 'package-lock.json', before: ['1'], after: ['2'] }),
  ];
  const scope = fullScope({ fullDiff, why: 'first review', countTokens: countWords });
  const today = version('3');

  test('has every path of the PR in exactly one place', () => {
    const excluded = [...scope.excluded, { path: 'package-lock.json', reason: 'lockfile', covered: false }];
    const notReviewed = [
      { path: 'gone', reason: 'x'.repeat(600) },
      { path: 'not of this PR', reason: 'confused' },
    ];
    const after = coverageAfter({ today, fullDiff, scope: { ...scope, excluded }, notReviewed });
    expect(Coverage.safeParse(after).success).toBe(true);
    expect(after).toEqual({
      versions: [today],
      covered: [
        { path: 'a', previousPath: null, version: 0 },
        { path: 'new', previousPath: 'old', version: 0 },
        { path: 'logo.png', previousPath: null, version: 0 },
      ],
      pending: [
        { path: 'gone', reason: 'x'.repeat(500) },
        { path: 'package-lock.json', reason: 'lockfile' },
      ],
      excluded: [{ path: 'logo.png', reason: 'binary file' }],
    });
  });

  test('what was not in scope is as good as reviewed today, and is not pending again', () => {
    const nothingLeft = coverageAfter({
      today,
      fullDiff,
      scope: { files: [], excluded: scope.excluded },
      notReviewed: [{ path: 'a', reason: 'was not asked' }],
    });
    expect(nothingLeft.pending).toEqual([]);
    expect(nothingLeft.covered.map(({ path }) => path)).toEqual(['a', 'new', 'gone', 'logo.png', 'package-lock.json']);
  });
});
