import { describe, expect, test } from '@jest/globals';
import { NOTHING_COVERED, type Coverage } from '../../src/core/coverage.ts';
import type { FileDiff } from '../../src/core/diff.ts';
import { fullScope, incrementalScope, scopeText, type Scope } from '../../src/core/scope.ts';
import { fileDiff } from '../support/git/file-diff.ts';
import { countWords, inShort } from '../support/git/scope-of-push.ts';

const MERGE_BASE = 'b'.repeat(40) as Coverage['versions'][number]['mergeBaseSha'];
const HEAD = 'a'.repeat(40) as typeof MERGE_BASE;

function covering(...paths: (string | [path: string, previousPath: string])[]): Coverage {
  return {
    ...NOTHING_COVERED,
    versions: [{ mergeBaseSha: MERGE_BASE, headSha: HEAD }],
    covered: paths.map((entry) => {
      const [path, previousPath] = typeof entry === 'string' ? [entry, null] : entry;
      return { path, previousPath, version: 0 };
    }),
  };
}

/** The scope of one file, from its content at the base, as reviewed (null: absent), and at head. */
function scopeOf(
  base: readonly string[] | null,
  reviewed: readonly string[] | null,
  head: readonly string[] | null,
  coverage = covering('f'),
): Scope {
  const same = (a: readonly string[] | null, b: readonly string[] | null): boolean =>
    JSON.stringify(a) === JSON.stringify(b);
  return incrementalScope({
    fullDiff: same(base, head) ? [] : [fileDiff({ path: 'f', before: base, after: head })],
    referenceDiff: same(reviewed, head) ? [] : [fileDiff({ path: 'f', before: reviewed, after: head })],
    reviewedDiff: same(base, reviewed) ? [] : [fileDiff({ path: 'f', before: base, after: reviewed })],
    coverage,
    countTokens: countWords,
  });
}

describe('incremental scope', () => {
  const base = ['1', '2', '3', '4', '5'];
  test.each<[string, string[] | null, string[] | null, string[] | null, string[]]>([
    ['nothing new', base, ['1', 'x', '3', '4', '5'], ['1', 'x', '3', '4', '5'], []],
    ['a line added since', base, ['1', 'x', '3', '4', '5'], ['1', 'x', '3', 'y', '4', '5'], ['f +4']],
    ['a line changed since', base, ['x', ...base], ['x', '1', '2', '3', 'four', '5'], ['f +5 -4']],
    [
      'an upstream line removed since, beside a reviewed one',
      base,
      ['1', 'x', '2', '3', '4', '5'],
      ['1', 'x', '3', '4', '5'],
      ['f -2'],
    ],
    ['an own reviewed line taken back', base, ['1', 'x', ...base.slice(1)], [...base, 'new'], ['f +6']],
    ['only an own reviewed line taken back', base, ['1', 'x', ...base.slice(1), 'y'], [...base, 'y'], []],
    ['a reviewed removal undone', base, ['1', '3', '5'], ['1', '3', '4', '5'], []],
    ['everything undone', base, ['1', 'x', '3', '4', '5'], base, []],
    ['the file deleted since', base, ['1', 'x', '3', '4', '5'], null, ['f deleted -0']],
    ['the deletion was reviewed', base, null, null, []],
    ['a reviewed deletion, taken back with a change', base, null, ['1', 'x', '3', '4', '5'], ['f +2 -1']],
    ['a reviewed new file, made longer', null, ['x'], ['x', 'y'], ['f +2']],
    ['a reviewed new file, emptied', null, ['x'], [], []],
    ['an empty file nobody has seen', null, null, [], ['f']],
    ['one more of equal lines', ['}', '}'], ['}', '}', '}'], ['}', '}', '}', '}'], ['f +4']],
  ])('%s', (_, before, reviewed, head, expected) => {
    expect(inShort(scopeOf(before, reviewed, head))).toEqual(expected);
  });

  test('a path that is pending comes back whole, with why', () => {
    const coverage: Coverage = { ...NOTHING_COVERED, pending: [{ path: 'f', reason: 'the budget ran out' }] };
    expect(scopeOf(base, base, ['1', 'x', '3', '4', '5'], coverage).files).toMatchObject([
      { path: 'f', whole: true, why: 'left over: the budget ran out', added: [{ start: 2, end: 2 }] },
    ]);
  });

  test('hunks in which the PR has no part any more are left out', () => {
    const long = Array.from({ length: 40 }, (_, index) => `line ${index + 1}`);
    const reviewed = long.with(4, 'mine, then taken back').with(29, 'mine');
    const head = long.with(29, 'mine, better');
    const { files } = scopeOf(long, reviewed, head);
    expect(files).toMatchObject([{ path: 'f', added: [{ start: 30, end: 30 }], hunks: [{ newStart: 27 }] }]);
    expect(files[0]?.hunks).toHaveLength(1);
  });

  test('two diffs that lay equal lines differently lose none of them', () => {
    const own = fileDiff({ path: 'f', before: ['{', 'a', '}'], after: ['{', 'a', '}', '}', 'b'] });
    const since: FileDiff = structuredClone(
      fileDiff({ path: 'f', before: ['{', 'a', '}', 'b'], after: ['{', 'a', '}', '}', 'b'] }),
    );
    // As another algorithm might have it: the earlier bracket is the new one.
    const hunk = since.hunks[0];
    if (hunk === undefined) throw new Error('no hunk');
    const brackets = hunk.lines.filter((line) => line.text === '}');
    for (const [index, line] of brackets.entries())
      Object.assign(line, index === 0 ? { kind: 'added', oldLine: null } : { kind: 'context', oldLine: 3 });
    const scope = incrementalScope({
      fullDiff: [own],
      referenceDiff: [since],
      reviewedDiff: [fileDiff({ path: 'f', before: ['{', 'a', '}'], after: ['{', 'a', '}', 'b'] })],
      coverage: covering('f'),
      countTokens: countWords,
    });
    expect(inShort(scope)).toEqual(['f +4']);
  });

  test.each<[string, FileDiff, FileDiff[], Coverage, string[], FileDiff[]?]>([
    [
      'a rename nobody has seen',
      fileDiff({ path: 'n', previousPath: 'f', before: base, after: base }),
      [fileDiff({ path: 'n', previousPath: 'f', before: base, after: base })],
      covering(),
      ['f => n'],
    ],
    [
      'a reviewed rename',
      fileDiff({ path: 'n', previousPath: 'f', before: base, after: base }),
      [],
      covering(['n', 'f']),
      [],
    ],
    [
      'a reviewed rename, deleted since',
      fileDiff({ path: 'f', before: base, after: null }),
      [fileDiff({ path: 'n', before: base, after: null })],
      covering(['n', 'f']),
      ['f deleted -0'],
    ],
    [
      'a reviewed rename, then a reviewed deletion',
      fileDiff({ path: 'f', before: base, after: null }),
      [fileDiff({ path: 'n', before: base, after: null })],
      {
        ...covering(),
        versions: [MERGE_BASE, HEAD].map((headSha) => ({ mergeBaseSha: MERGE_BASE, headSha })),
        covered: [
          { path: 'n', previousPath: 'f', version: 0 },
          { path: 'f', previousPath: null, version: 1 },
        ],
      },
      [],
    ],
    [
      'a new file of the PR renamed since',
      fileDiff({ path: 'n', before: null, after: [...base, 'x'] }),
      [fileDiff({ path: 'n', previousPath: 'f', before: base, after: [...base, 'x'] })],
      covering('f'),
      ['n +6'],
      [fileDiff({ path: 'f', before: null, after: base })],
    ],
    [
      'read as a new file beside the one it came from, which was deleted since',
      fileDiff({ path: 'n', previousPath: 'f', before: base, after: [...base, 'x'] }),
      [fileDiff({ path: 'f', before: base, after: null })],
      covering('n'),
      ['f => n +6'],
      [fileDiff({ path: 'n', before: null, after: [...base, 'x'] })],
    ],
    [
      'the same, and a line of it changed since',
      fileDiff({ path: 'n', previousPath: 'f', before: base, after: [...base, 'x', 'y'] }),
      [
        fileDiff({ path: 'f', before: base, after: null }),
        fileDiff({ path: 'n', before: [...base, 'x'], after: [...base, 'x', 'y'] }),
      ],
      covering('n'),
      ['f => n +6-7'],
      [fileDiff({ path: 'n', before: null, after: [...base, 'x'] })],
    ],
    [
      'read as a rename of a file that stands again: a copy of it now',
      fileDiff({ path: 'n', before: null, after: base }),
      [],
      covering(['n', 'f']),
      ['n +1-5'],
    ],
    [
      'read as a new file, and near enough to one that is gone today to be a rename',
      fileDiff({ path: 'n', previousPath: 'f', before: base, after: [...base, 'y'] }),
      [fileDiff({ path: 'n', before: ['1', 'x', '2'], after: [...base, 'y'] })],
      covering(['n', 'f']),
      ['f => n +6'],
      [fileDiff({ path: 'n', before: null, after: ['1', 'x', '2'] })],
    ],
    [
      'found again in a file that nobody has reviewed',
      fileDiff({ path: 'n', before: null, after: base }),
      [fileDiff({ path: 'n', previousPath: 'upstream', before: base, after: base })],
      covering(),
      ['n +1-5'],
    ],
    [
      'a mode changed since',
      fileDiff({ path: 'f', before: base, after: base, modes: ['100644', '100755'] }),
      [fileDiff({ path: 'f', before: base, after: base, modes: ['100644', '100755'] })],
      covering('f'),
      ['f mode 100755'],
    ],
    [
      'a mode changed and reviewed, then a line',
      fileDiff({ path: 'f', before: base, after: [...base, 'x'], modes: ['100644', '100755'] }),
      [fileDiff({ path: 'f', before: base, after: [...base, 'x'], modes: ['100755', '100755'] })],
      covering('f'),
      ['f mode 100755 +6'],
    ],
  ])('%s', (_, own, since, coverage, expected, reviewedDiff = []) => {
    const input = { fullDiff: [own], referenceDiff: since, reviewedDiff, coverage, countTokens: countWords };
    const scope = incrementalScope(input);
    expect(inShort(scope)).toEqual(expected);
  });

  test('a rename that was read, whose old lines count as those of another file today: a copy of it now', () => {
    const scope = incrementalScope({
      fullDiff: [
        fileDiff({ path: 'n', before: null, after: base }),
        fileDiff({ path: 'other', previousPath: 'f', before: base, after: base }),
      ],
      referenceDiff: [fileDiff({ path: 'other', before: null, after: base })],
      reviewedDiff: [fileDiff({ path: 'n', previousPath: 'f', before: base, after: base })],
      coverage: covering(['n', 'f']),
      countTokens: countWords,
    });
    expect(inShort(scope)).toContain('n +1-5');
  });

  test('a rename that was read, so far from the old name today that it counts as a new file: only what is new', () => {
    const head = ['a', 'b', '5', 'c'];
    const scope = incrementalScope({
      fullDiff: [
        fileDiff({ path: 'n', before: null, after: head }),
        fileDiff({ path: 'f', before: base, after: null }),
      ],
      referenceDiff: [fileDiff({ path: 'n', before: base, after: head })],
      reviewedDiff: [fileDiff({ path: 'n', previousPath: 'f', before: base, after: base })],
      coverage: covering(['n', 'f']),
      countTokens: countWords,
    });
    expect(inShort(scope)).toEqual(['n +1-2,4', 'f deleted -0']);
  });

  test('counts tokens against the full diff, and the files that only upstream moved', () => {
    const mine = fileDiff({ path: 'mine', before: base, after: [...base, 'x'] });
    const theirs = fileDiff({ path: 'theirs', before: base, after: [...base, 'y'] });
    const scope = incrementalScope({
      fullDiff: [mine, theirs],
      referenceDiff: [mine],
      reviewedDiff: [],
      coverage: covering('mine', 'theirs'),
      upstreamDiff: [fileDiff({ path: 'theirs', before: ['0'], after: base })],
      countTokens: countWords,
    });
    expect(scope).toMatchObject({ movedUpstream: 1, fullFiles: 2 });
    expect(scope.tokens).toBeGreaterThan(0);
    expect(scope.fullTokens).toBe(scope.tokens * 2);
  });
});

describe('full scope', () => {
  const binary: FileDiff = { ...fileDiff({ path: 'logo.png', before: ['1'], after: ['2'] }), binary: true, hunks: [] };
  const submodule = fileDiff({
    path: 'vendor',
    before: ['Subproject commit a'],
    after: ['Subproject commit b'],
    modes: ['160000', '160000'],
  });
  const code = fileDiff({ path: 'a b.txt', before: ['1', '2', '3'], after: ['1', 'x', '3'] });
  const scope = fullScope({ fullDiff: [binary, submodule, code], why: 'first review', countTokens: countWords });

  test('holds everything but what nobody can read', () => {
    expect(inShort(scope)).toEqual(['a b.txt +2 -1']);
    expect(scope.files).toMatchObject([{ whole: true, why: 'first review' }]);
    expect(scope.excluded).toEqual([
      { path: 'logo.png', reason: 'binary file', covered: true },
      { path: 'vendor', reason: 'submodule: its content is in another repository', covered: true },
    ]);
    expect(scope.tokens).toBe(scope.fullTokens);
  });

  test('reads as a unified diff', () => {
    const [file] = scope.files;
    if (file === undefined) throw new Error('nothing in scope');
    expect(scopeText(file)).toBe('--- a/a b.txt\n+++ b/a b.txt\n@@ -1,3 +1,3 @@\n 1\n-2\n+x\n 3\n');
  });
});
