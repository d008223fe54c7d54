import { describe, expect, test } from '@jest/globals';
import { NOTHING_SAID, type Said } from '../../../src/core/findings/today.ts';
import { brief, raw, scope, tell, tree, type Push, type Tree } from './story.ts';

const base: Tree = { 'a.ts': 'start\nend\n' };
const bug = { path: 'a.ts', line: 2, quote: 'const x = y == z;', title: 'Compare with ===', rule: 'eqeqeq' };
const withBug: Tree = { 'a.ts': 'start\nconst x = y == z;\nend\n' };
const twoUp: Tree = { 'a.ts': '// one\n// two\nstart\nconst x = y == z;\nend\n' };
const equalBelow: Tree = { 'a.ts': 'start\nconst x = y == z;\nconst x = y == z;\nend\n' };
const edited: Tree = { 'a.ts': 'start\nconst x = yy == zz;\nend\n' };
const fixedHead: Tree = { 'a.ts': 'start\nconst x = y === z;\nend\n' };

/** Judges the first finding of the first record, whose id depends on the run alone. */
function idOf(head: Tree, said: Said): string {
  const [record] = tell(base, [{ head, said }]);
  const [finding] = record?.findings ?? [];
  if (finding === undefined) throw new Error('the first push has no finding');
  return finding.id;
}

const first: Push = { head: withBug, said: scope([raw(bug)]) };
const firstTree: Push = { head: withBug, said: tree([raw(bug)]) };
const id = idOf(withBug, first.said);
const twoBugs: Tree = { 'a.ts': 'start\nconst x = y == z;\nconst v = x == w;\nend\n' };
const twoFound: Push = { head: twoBugs, said: tree([raw(bug), raw({ ...bug, line: 3, quote: '' })]) };
const dismissals = [{ findingId: id, why: 'on purpose' }];

describe('a scope reviewer', () => {
  test.each<[string, Push[], string[]]>([
    ['raises it', [first], ['F1 new a.ts:2']],
    ['says nothing: carried to its line today', [first, { head: twoUp, said: scope([]) }], ['F1 open a.ts:4']],
    ['reviewed nothing', [first, { head: twoUp, said: NOTHING_SAID }], ['F1 open a.ts:4']],
    [
      'was not asked, and its line was taken out: no part of the change any more',
      [first, { head: { 'a.ts': 'start\nmore\nend\n' }, said: NOTHING_SAID }],
      ['F1 gone a.ts:-'],
    ],
    [
      'finds the equal line that came below it: another',
      [first, { head: equalBelow, said: scope([raw({ ...bug, line: 3, rule: null })]) }],
      ['F1 open a.ts:2', 'F2 new a.ts:3'],
    ],
    [
      'says it again of an equal line that was there before: the same',
      [
        { ...first, head: equalBelow },
        { head: equalBelow, said: scope([raw({ ...bug, line: 3 })]) },
      ],
      ['F1 open a.ts:2'],
    ],
    [
      'says it again in other words',
      [first, { head: twoUp, said: scope([raw({ ...bug, line: 4, title: 'Loose comparison', rule: null })]) }],
      ['F1 open a.ts:4'],
    ],
    [
      'points beside it',
      [first, { head: withBug, said: scope([raw({ ...bug, line: 3, quote: '', rule: null })]) }],
      ['F1 open a.ts:2'],
    ],
    ['says nothing of edited code: asked, not fixed', [first, { head: edited, said: scope([]) }], ['F1 open a.ts:-']],
    [
      'says it of the edited code',
      [first, { head: edited, said: scope([raw({ ...bug, quote: 'yy == zz', title: 'Still loose' })]) }],
      ['F1 open a.ts:2'],
    ],
    [
      'judges it fixed',
      [first, { head: fixedHead, said: scope([], [{ findingId: id, status: 'fixed', why: 'now strict' }]) }],
      ['F1 fixed a.ts:-'],
    ],
    [
      'judges it fixed elsewhere, its code standing',
      [first, { head: twoUp, said: scope([], [{ findingId: id, status: 'fixed', why: 'checked above' }]) }],
      ['F1 fixed a.ts:4'],
    ],
    [
      'judges it fixed and raises the very same: open',
      [first, { head: twoUp, said: scope([raw({ ...bug, line: 4 })], [{ findingId: id, status: 'fixed', why: '' }]) }],
      ['F1 open a.ts:4'],
    ],
    [
      'contradicts itself: open',
      [
        first,
        {
          head: twoUp,
          said: scope(
            [],
            [
              { findingId: id, status: 'fixed', why: '' },
              { findingId: id, status: 'open', why: 'no' },
            ],
          ),
        },
      ],
      ['F1 open a.ts:4'],
    ],
    ['its line left the change', [first, { base: withBug, head: twoUp, said: scope([]) }], ['F1 gone a.ts:4']],
    ['its file left the change', [first, { head: base, said: scope([]) }], ['F1 gone a.ts:2']],
    ['its file was deleted', [first, { head: {}, said: scope([]) }], ['F1 gone a.ts:2']],
    [
      'its file was renamed',
      [first, { head: { 'b.ts': withBug['a.ts'] ?? '' }, renames: { 'b.ts': 'a.ts' }, said: scope([]) }],
      ['F1 open b.ts:2'],
    ],
    [
      'its code moved within the file',
      [first, { head: { 'a.ts': 'start\nend\nmore\nconst x = y == z;\n' }, said: scope([]) }],
      ['F1 open a.ts:4'],
    ],
    ['dismissed', [first, { head: twoUp, said: scope([]), dismissals }], ['F1 dismissed a.ts:4']],
    [
      'dismissed and said again',
      [first, { head: twoUp, said: scope([raw({ ...bug, line: 4 })]), dismissals }],
      ['F1 dismissed a.ts:4'],
    ],
    [
      'dismissed, its code edited, said again: another finding',
      [first, { head: edited, said: scope([raw({ ...bug, quote: 'yy == zz' })]), dismissals }],
      ['F1 dismissed a.ts:-', 'F2 new a.ts:2'],
    ],
    [
      'dismissal taken back',
      [first, { head: twoUp, said: scope([]), dismissals }, { head: twoUp, said: scope([]) }],
      ['F1 open a.ts:4'],
    ],
    [
      'never delivered: still news',
      [
        { ...first, delivered: false },
        { head: twoUp, said: scope([]) },
      ],
      ['F1 new a.ts:4'],
    ],
    [
      'a second finding beside it',
      [first, { head: withBug, said: scope([raw({ line: 3, quote: 'end', title: 'Ends early', category: 'style' })]) }],
      ['F1 open a.ts:2', 'F2 new a.ts:3'],
    ],
    ['a file that the change leaves alone', [{ head: withBug, said: scope([raw({ path: 'other.ts', line: 1 })]) }], []],
    [
      'a quote that is nowhere',
      [{ head: withBug, said: scope([raw({ quote: 'nowhere', line: 2 })]) }],
      ['F1 new a.ts:-'],
    ],
    [
      'a said line outside the diff, no quote',
      [{ head: withBug, said: scope([raw({ line: 99 })]) }],
      ['F1 new a.ts:-'],
    ],
    [
      'removed code',
      [{ head: { 'a.ts': 'end\n' }, said: scope([raw({ side: 'LEFT', quote: 'start' })]) }],
      ['F1 new a.ts:1'],
    ],
    [
      'a deleted file, pointed at as if it were there',
      [{ base: { ...base, 'b.ts': 'gone\n' }, head: base, said: scope([raw({ path: 'b.ts', line: 1 })]) }],
      ['F1 new b.ts:1'],
    ],
  ])('%s', (_name, pushes, expected) => {
    expect(brief(tell(base, pushes).at(-1)?.findings ?? [])).toEqual(expected);
  });
});

describe('a tree reviewer', () => {
  test.each<[string, Push[], string[]]>([
    ['reports on a line of the change', [firstTree], ['F1 new a.ts:2']],
    ['reports on a line that the change leaves alone', [{ head: withBug, said: tree([raw({ line: 1 })]) }], []],
    ['reports on a file that the change leaves alone', [{ head: withBug, said: tree([raw({ path: 'b.ts' })]) }], []],
    [
      'reports on the file as a whole',
      [{ head: withBug, said: tree([raw({ rule: 'no-license' })]) }],
      ['F1 new a.ts:-'],
    ],
    [
      'reports a region that the change reaches into',
      [{ head: withBug, said: tree([raw({ line: 1, endLine: 3 })]) }],
      ['F1 new a.ts:1'],
    ],
    ['reports it again', [firstTree, { head: twoUp, said: tree([raw({ ...bug, line: 4 })]) }], ['F1 open a.ts:4']],
    ['does not report it', [firstTree, { head: twoUp, said: tree([]) }], ['F1 fixed a.ts:4']],
    [
      'does not report it, but failed',
      [firstTree, { head: twoUp, said: tree([], { complete: false }) }],
      ['F1 open a.ts:4'],
    ],
    [
      'does not report it, but left the file out',
      [firstTree, { head: twoUp, said: tree([], { notReviewed: ['a.ts'] }) }],
      ['F1 open a.ts:4'],
    ],
    [
      'reports it on the edited line',
      [firstTree, { head: edited, said: tree([raw({ ...bug, quote: '' })]) }],
      ['F1 open a.ts:2'],
    ],
    [
      'reports another rule on the same line',
      [firstTree, { head: withBug, said: tree([raw({ ...bug, rule: 'no-unused' })]) }],
      ['F1 fixed a.ts:2', 'F2 new a.ts:2'],
    ],
    [
      'its line came in from upstream',
      [firstTree, { base: withBug, head: twoUp, said: tree([raw({ ...bug, line: 4 })]) }],
      ['F1 gone a.ts:4'],
    ],
    [
      'dismissed',
      [firstTree, { head: twoUp, said: tree([raw({ ...bug, line: 4 })]), dismissals }],
      ['F1 dismissed a.ts:4'],
    ],
    [
      'dismissed, while the next line, which had the same, is gone',
      [
        twoFound,
        {
          head: withBug,
          said: tree([raw(bug)]),
          dismissals: [{ findingId: idOf(twoBugs, twoFound.said), why: 'on purpose' }],
        },
      ],
      ['F1 dismissed a.ts:2', 'F2 fixed a.ts:-'],
    ],
    [
      'dismissed, its code edited',
      [firstTree, { head: edited, said: tree([raw({ ...bug, quote: '' })]), dismissals }],
      ['F1 dismissed a.ts:-', 'F2 new a.ts:2'],
    ],
    [
      'looked at other lines, as the snippet tells',
      [{ head: withBug, said: tree([raw({ ...bug, line: 1 })]) }],
      ['F1 new a.ts:2'],
    ],
    ['a line beyond the end', [{ head: withBug, said: tree([raw({ line: 99 })]) }], []],
    [
      'two messages of one rule on one line',
      [{ head: withBug, said: tree([raw({ ...bug, title: 'y' }), raw({ ...bug, title: 'z' })]) }],
      ['F1 new a.ts:2', 'F2 new a.ts:2'],
    ],
    ['the same result twice', [{ head: withBug, said: tree([raw(bug), raw(bug)]) }], ['F1 new a.ts:2']],
  ])('%s', (_name, pushes, expected) => {
    expect(brief(tell(base, pushes).at(-1)?.findings ?? [])).toEqual(expected);
  });
});

describe('what ended', () => {
  const gap: Push = { head: fixedHead, said: tree([]) };

  test('is told once, then remembered, and comes back as itself', () => {
    const [one, two, three, four] = tell(base, [firstTree, gap, gap, firstTree]);
    expect(brief(two?.findings ?? [])).toEqual(['F1 fixed a.ts:-']);
    expect(two?.findings[0]?.fixedSha).toBe(two?.headSha);
    expect(three?.findings).toEqual([]);
    expect(three?.remembered.map((finding) => [finding.status, finding.fixedSha])).toEqual([['gone', two?.headSha]]);
    expect(brief(four?.findings ?? [])).toEqual(['F1 open a.ts:2']);
    expect(four?.findings[0]).toMatchObject({ id: one?.findings[0]?.id, fixedSha: null, why: 'It came back.' });
  });

  test('is told again where nobody saw the telling', () => {
    const [, , three] = tell(base, [firstTree, { ...gap, delivered: false }, gap]);
    expect(brief(three?.findings ?? [])).toEqual(['F1 fixed a.ts:-']);
  });

  test('stays dismissed when it comes back', () => {
    const records = tell(base, [firstTree, { head: base, said: tree([]), dismissals }, { ...firstTree, dismissals }]);
    expect(records.map((record) => brief(record.findings))).toEqual([['F1 new a.ts:2'], [], ['F1 dismissed a.ts:2']]);
  });
});

describe('equal lines', () => {
  const line = 'debugger;';
  const text = (...lines: string[]): Tree => ({ 'a.ts': ['start', ...lines, 'end', ''].join('\n') });
  const at = (...lines: number[]): Said =>
    tree(lines.map((n) => raw({ line: n, rule: 'no-debugger', title: 'debugger' })));
  const two: Push = { head: text('1', line, '2', line), said: at(3, 5) };

  test.each<[string, Push, string[]]>([
    [
      'a third comes before',
      { head: text(line, '1', line, '2', line), said: at(2, 4, 6) },
      ['F1 open a.ts:4', 'F2 open a.ts:6', 'F3 new a.ts:2'],
    ],
    [
      'a third comes between',
      { head: text('1', line, '2', line, '3', line), said: at(3, 5, 7) },
      ['F1 open a.ts:3', 'F2 open a.ts:5', 'F3 new a.ts:7'],
    ],
    ['the first goes', { head: text('1', '2', line), said: at(4) }, ['F1 fixed a.ts:-', 'F2 open a.ts:4']],
    ['the second goes', { head: text('1', line, '2'), said: at(3) }, ['F1 open a.ts:3', 'F2 fixed a.ts:-']],
    ['both move', { head: text('x', 'y', '1', line, '2', line), said: at(5, 7) }, ['F1 open a.ts:5', 'F2 open a.ts:7']],
    [
      'all is written anew',
      { head: text('p', line, 'q', 'r', line), said: at(3, 6) },
      ['F1 open a.ts:3', 'F2 open a.ts:6'],
    ],
  ])('%s', (_name, push, expected) => {
    expect(brief(tell(base, [two, push]).at(-1)?.findings ?? [])).toEqual(expected);
  });

  test('two findings have two fingerprints and two ids', () => {
    const [record] = tell(base, [two]);
    expect(new Set(record?.findings.map((finding) => finding.fingerprint)).size).toBe(2);
    expect(new Set(record?.findings.map((finding) => finding.id)).size).toBe(2);
  });
});

describe('merging', () => {
  test('several passes of a reader over one place are one finding, the gravest', () => {
    const said = scope([
      raw({ ...bug, rule: null, title: 'Use === to compare', severity: 'suggestion' }),
      raw({ ...bug, rule: null, title: 'Compare with === here', severity: 'critical', body: 'Because.' }),
      raw({ ...bug, rule: null, title: 'Unbounded loop forever' }),
    ]);
    const [record] = tell(base, [{ head: withBug, said }]);
    expect(record?.findings.map((finding) => [finding.title, finding.severity])).toEqual([
      ['Compare with === here', 'critical'],
      ['Unbounded loop forever', 'warning'],
    ]);
  });
});
