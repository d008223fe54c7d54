import { describe, expect, test } from '@jest/globals';
import type { Finding } from '../../../src/core/finding.ts';
import { listOpenFindings, placesToRead } from '../../../src/core/findings/list-open.ts';
import { reconcile } from '../../../src/core/findings/reconcile.ts';
import { NOTHING_SAID, type EarlierFindings, type Today } from '../../../src/core/findings/today.ts';
import { SAME_LINES, UNKNOWN_LINES, versionMapOf } from '../../../src/core/findings/version-map.ts';
import { aFinding, sha } from '../../support/builders.ts';
import { brief, diffTrees, linesOf, sha256, todayOf, type Tree } from './story.ts';

const head: Tree = { 'a.ts': 'one\ntwo\nthree\nfour\n' };
const one = (overrides: Partial<Finding> = {}): Finding =>
  aFinding({ path: 'a.ts', line: 2, endLine: 2, quote: 'two', ownLine: true, status: 'open', ...overrides });

function today(earlier: EarlierFindings[], overrides: Partial<Today> = {}): Today {
  return { ...todayOf({}, { head }, 4, null, []), earlier, ...overrides };
}

function after(earlier: EarlierFindings[], overrides: Partial<Today> = {}): Finding[] {
  const result = reconcile({
    today: today(earlier, overrides),
    said: NOTHING_SAID,
    idSeed: 'run',
    nextShortId: 1,
    hash: sha256,
  });
  return [...result.findings, ...result.remembered];
}

const source = (findings: Finding[], delivered = true): EarlierFindings => ({ findings, map: SAME_LINES, delivered });
const [x, y] = ['f00000000000000000000x', 'f00000000000000000000y'];

describe('several records', () => {
  test('the newest word on a finding counts', () => {
    const fixed = one({ status: 'fixed', fixedSha: sha('3') });
    expect(brief(after([source([one()]), source([fixed], false)]))).toEqual(['F1 fixed a.ts:2']);
    expect(brief(after([source([fixed], false), source([one()])]))).toEqual(['F1 open a.ts:2']);
  });

  test('the same thing found by two runs that did not know of each other is one: the one that people know', () => {
    const late = source([one({ id: x, status: 'new', title: 'Use === to compare' })], false);
    const known = source([one({ id: y, status: 'new' })]);
    expect(after([late, known]).map(({ id, status }) => [id, status])).toEqual([[y, 'open']]);
  });

  test('whatever each of them calls it, and however many they are', () => {
    const titles = ['A bug', 'This line is wrong', 'Compare with ==='];
    const three = titles.map((title, index) => source([one({ id: `f${'0'.repeat(20)}${index}`, title })], index === 1));
    expect(after(three).map(({ id }) => id)).toEqual([`f${'0'.repeat(20)}1`]);
    const noRule = titles.map((title, index) =>
      source([one({ id: `f${'0'.repeat(20)}${index}`, title, rule: null })], index === 1),
    );
    expect(after(noRule).map(({ id }) => id)).toEqual([`f${'0'.repeat(20)}1`]);
  });

  test('what one found twice on a line and the other once stays two: words tell which is which', () => {
    const [bound, empty] = ['The bound is off by one', 'An empty list is not handled'];
    const late = source([
      one({ id: x, title: bound, rule: null }),
      one({ id: y, title: empty, rule: null, shortId: 2 }),
    ]);
    const known = source([one({ id: 'f00000000000000000000z', title: empty, rule: null, shortId: 3 })]);
    expect(after([late, known]).map(({ title }) => title)).toEqual([bound, empty]);
  });

  test('the same thing found by two runs, neither of them delivered: the one whose comment stands already', () => {
    const records = [x, y].map((id) => source([one({ id, status: 'new' })], false));
    for (const id of [x, y]) {
      const [kept, ...others] = after(records, { commented: new Set([id]) });
      expect([kept?.id, kept?.status, others]).toEqual([id, 'new', []]);
    }
  });

  test('the same thing found by three runs that did not know of each other is one, too', () => {
    const [a, b] = [x, y].map((id) => source([one({ id, status: 'new', title: 'Use === to compare' })], false));
    const known = source([one({ id: 'f00000000000000000000k', status: 'new' })]);
    for (const records of [
      [a!, b!, known],
      [known, a!, b!],
      [a!, known, b!],
    ]) {
      expect(after(records).map(({ id }) => id)).toEqual(['f00000000000000000000k']);
    }
  });

  test('three equal findings of one run, and two of each of two others, are three', () => {
    const equal = (id: string, count: number): Finding[] =>
      Array.from({ length: count }, (_, at) => one({ id: `${id}${at}`, shortId: at + 1, status: 'new' }));
    const records = [source(equal(x, 2), false), source(equal(y, 2), false), source(equal('f0000000000000000000k', 3))];
    expect(after(records)).toHaveLength(3);
  });

  test('of one number given twice, the finding that people do not know takes a fresh one', () => {
    const late = source([one({ id: x, status: 'new', line: 3, endLine: 3, quote: 'three' })], false);
    const known = source([one({ id: y })]);
    expect(brief(after([late, known])).toSorted()).toEqual(['F1 open a.ts:2', 'F2 new a.ts:3']);
  });

  test('two findings on one line of one record stay two', () => {
    const both = source([one({ id: x }), one({ id: y, shortId: 2 })]);
    expect(after([both])).toHaveLength(2);
  });

  test('without the earlier version, quotes find their lines', () => {
    const lost = { ...source([one({ line: 77, endLine: 77 })]), map: UNKNOWN_LINES };
    expect(brief(after([lost]))).toEqual(['F1 open a.ts:2']);
  });

  test('never more is remembered than has room', () => {
    const many = Array.from({ length: 600 }, (_, index) =>
      one({ id: `f${String(index).padStart(20, '0')}`, shortId: index + 1, status: 'gone', fingerprint: `${index}` }),
    );
    const left = after([source(many)]);
    expect(left.map(({ shortId }) => shortId)).toEqual(Array.from({ length: 500 }, (_, index) => index + 101));
  });
});

describe('what is listed to the reviewer', () => {
  const scope = (added: { start: number; end: number }[], removedAfter: number[] = []) => ({
    files: [
      {
        path: 'a.ts',
        previousPath: null,
        status: 'modified' as const,
        whole: false,
        why: '',
        added,
        removedAfter,
        hunks: [],
        binary: false,
      },
    ],
    excluded: [],
    movedUpstream: 0,
    tokens: 0,
    fullTokens: 0,
    fullFiles: 1,
  });
  const listed = (finding: Finding, changed: ReturnType<typeof scope>, overrides: Partial<Today> = {}): unknown =>
    listOpenFindings(today([source([finding])], overrides), changed).map(({ line, touched }) => [line, touched]);

  test.each<[string, unknown, unknown]>([
    ['far from the push', listed(one(), scope([{ start: 4, end: 4 }])), [[2, false]]],
    ['on a line of the push', listed(one(), scope([{ start: 1, end: 2 }])), [[2, true]]],
    ['beside a removal', listed(one(), scope([], [1])), [[2, true]]],
    ['its code is not to be found', listed(one({ quote: 'gone' }), scope([])), [[null, true]]],
    ['fixed', listed(one({ status: 'fixed' }), scope([])), []],
    ['dismissed', listed(one(), scope([]), { dismissals: [{ findingId: one().id, why: '' }] }), []],
    ['no longer dismissed', listed(one({ status: 'dismissed' }), scope([])), [[2, false]]],
    ['its file left', listed(one({ path: 'b.ts' }), scope([])), []],
  ])('%s', (_name, found, expected) => {
    expect(found).toEqual(expected);
  });
});

test('only files that are needed are read', () => {
  const fullDiff = diffTrees(
    { 'b.ts': 'b\n', 'old.ts': 'o\n' },
    { 'a.ts': 'a\n', 'new.ts': 'o\nn\n', 'c.ts': 'c\n' },
    { 'new.ts': 'old.ts' },
  );
  const earlier = [source([one(), one({ path: 'z.ts' })])];
  const said = [
    { path: 'old.ts', side: 'LEFT' as const },
    { path: 'b.ts', side: 'RIGHT' as const },
  ];
  expect(placesToRead({ headSha: sha('1'), fullDiff, earlier, dismissals: [] }, said)).toEqual([
    { path: 'a.ts', side: 'RIGHT' },
    { path: 'new.ts', side: 'LEFT' },
    { path: 'b.ts', side: 'LEFT' },
  ]);
});

describe('lines of an earlier version', () => {
  const base0: Tree = { 'a.ts': '1\n2\n3\n', 'gone.ts': 'x\n' };
  const head0: Tree = { 'b.ts': '1\nown\n3\n' };
  const base1: Tree = { 'a.ts': '0\n1\n2\n3\n', 'gone.ts': '-\nx\n' };
  const carried: Tree = { 'b.ts': '0\n1\nown\n3\n' };
  const head1: Tree = { 'c.ts': '0\n1\nown\n3\nmore\n' };
  const map = versionMapOf(
    [diffTrees(head0, carried), diffTrees(carried, head1, { 'c.ts': 'b.ts' })],
    diffTrees(base0, base1),
    diffTrees(base1, head1, { 'c.ts': 'a.ts' }),
  );
  test.each<[string, unknown, unknown]>([
    ['a name, through two renames', map.path('b.ts', 'RIGHT'), 'c.ts'],
    ['a line of the head', map.line('b.ts', 2, 'RIGHT'), 3],
    ['back again', map.origin('c.ts', 3, 'RIGHT'), 2],
    ['a line that came in with the base', map.origin('c.ts', 1, 'RIGHT'), null],
    ['a line that came in with the push', map.origin('c.ts', 5, 'RIGHT'), null],
    ['a line of the base, under the name of the head', map.line('b.ts', 2, 'LEFT'), 3],
    ['back again', map.origin('c.ts', 3, 'LEFT'), 2],
    ['a deleted file', map.path('gone.ts', 'LEFT'), 'gone.ts'],
    ['a line of a deleted file', map.line('gone.ts', 1, 'LEFT'), 2],
    ['a file that nobody touched', map.line('other.ts', 7, 'RIGHT'), 7],
  ])('%s', (_name, found, expected) => {
    expect(found).toBe(expected);
  });

  test('are those of the text, at every line', () => {
    for (const [at, text] of linesOf(head0['b.ts'] ?? '').entries()) {
      const line = map.line('b.ts', at + 1, 'RIGHT');
      expect(linesOf(head1['c.ts'] ?? '')[(line ?? 0) - 1]).toBe(text);
    }
  });
});
