import { describe, expect, test } from '@jest/globals';
import { axisOf, inShort, ticksOf } from '../../../src/core/replay/page/figures.ts';
import { replayPage } from '../../../src/core/replay/page/page.ts';
import { replayTable } from '../../../src/core/replay/table.ts';
import { NO_REBASES, sumsOf, type PushCost, type ReplayTotals } from '../../../src/core/replay/totals.ts';

function pushCost(overrides: Partial<PushCost> = {}): PushCost {
  return {
    pull: '#1',
    push: 1,
    kind: 'linear',
    mode: 'full',
    reason: 'first-review',
    head: 'a'.repeat(40),
    full: 1000,
    prevHead: 1000,
    prevHeadOwn: 1000,
    interdiff: 1000,
    reviewable: 900,
    ...overrides,
  };
}

function totalsOf(pushes: readonly PushCost[], overrides: Partial<ReplayTotals> = {}): ReplayTotals {
  return { ...sumsOf(pushes), grouped: sumsOf(pushes), rebases: NO_REBASES, leftOut: [], ...overrides };
}

const main = { ref: 'refs/heads/main', sha: 'f'.repeat(40) };
const later: Partial<PushCost> = {
  push: 2,
  mode: 'incremental',
  reason: 'new-commits',
  prevHead: 300,
  reviewable: 100,
};

describe('totals', () => {
  test('add up as a whole, by kind, and without the first pushes', () => {
    const pushes = [pushCost(), pushCost(later), pushCost({ ...later, push: 3, kind: 'rebased', reviewable: 0 })];
    const { pulls, followUps, byKind, modes, ...sum } = sumsOf(pushes);
    expect(sum).toEqual({
      pushes: 3,
      full: 3000,
      prevHead: 1600,
      prevHeadOwn: 3000,
      interdiff: 3000,
      reviewable: 1000,
    });
    expect(pulls).toBe(1);
    expect([byKind.linear, byKind['base-moved'], byKind.rebased].map((kind) => [kind.pushes, kind.reviewable])).toEqual(
      [
        [2, 1000],
        [0, 0],
        [1, 0],
      ],
    );
    expect([followUps.pushes, followUps.prevHead, followUps.byKind.linear.pushes]).toEqual([2, 600, 1]);
    expect(modes).toEqual({ 'full/first-review': 1, 'incremental/new-commits': 2 });
  });

  test('as a table', () => {
    const pushes = [pushCost(), pushCost(later)];
    const rebases = { ...NO_REBASES, tried: 2, conflicted: 1, clean: 1 };
    const text = replayTable(totalsOf(pushes, { rebases, leftOut: [{ pull: '#9', why: 'more than 250 commits' }] }));
    expect(text).toContain('1 pull requests, 2 pushes');
    expect(text).toMatch(/^after the first +1 +1,000 +300 30 % +1,000 100 % +100 10 %$/m);
    expect(text).toContain('2 tried, 1 conflicted');
    expect(text).toContain('1 (more than 250 commits)');
  });
});

describe('the page', () => {
  const hostile = `<script>alert(1)</script>"'&\u0007`;
  const page = replayPage({
    repository: hostile,
    main: { ...main, ref: `refs/heads/${hostile}` },
    pushes: [pushCost({ pull: hostile }), pushCost({ ...later, pull: hostile })],
    totals: totalsOf([pushCost({ pull: hostile }), pushCost({ ...later, pull: hostile })]),
  });

  test('is well-formed', () => {
    expect(unbalanced(page)).toEqual([]);
    expect(page).not.toMatch(/NaN|Infinity|undefined|\[object/);
  });

  test('holds everything itself, and runs nothing', () => {
    expect(page).not.toMatch(/<(?:script|link|img|iframe|object|embed|base)\b|\bsrc=|\bhref=|url\(|@import|\son\w+=/i);
    expect(page).toContain(`default-src 'none'`);
  });

  test('shows names of a repository as the text that they are', () => {
    expect(page).not.toContain('\u0007');
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;');
  });

  test('says what each method costs', () => {
    expect(page).toMatch(/<b>30 %<\/b>Reading git diff prev\.\.head/);
    expect(page).toMatch(/<b>10 %<\/b>Reading what the push changed/);
  });

  test.each([
    ['no push at all', []],
    ['first pushes alone', [pushCost(), pushCost({ pull: '#2' })]],
    [
      'pushes that change nothing',
      [pushCost({ full: 0 }), pushCost({ ...later, full: 0, prevHead: 0, reviewable: 0 })],
    ],
  ])('is whole for %s', (_, pushes) => {
    const odd = replayPage({ repository: 'shop', main, pushes, totals: totalsOf(pushes) });
    expect(unbalanced(odd)).toEqual([]);
    expect(odd).not.toMatch(/NaN|Infinity|undefined/);
  });
});

test.each([
  [0, '0'],
  [9949, '9,949'],
  [9950, '10 k'],
  [999_499, '999 k'],
  [999_500, '1.0 M'],
  [12_345_678, '12 M'],
])('%d in short is %s', (value, text) => {
  expect(inShort(value)).toBe(text);
});

test.each([0, 1, 3, 7, 100, 101, 2345])('an axis up to %d has few round ticks and holds it', (most) => {
  const ticks = ticksOf(axisOf(most));
  expect(ticks.length).toBeLessThanOrEqual(5);
  expect(ticks.at(-1)).toBeGreaterThanOrEqual(most);
});

/** Tags that are closed without having been opened, or never closed. */
function unbalanced(html: string): string[] {
  const open: string[] = [];
  const faults: string[] = [];
  for (const [, close, name = '', self] of html.matchAll(
    /<(\/?)([a-z][a-z0-9]*)\b(?:[^>"']|"[^"]*"|'[^']*')*?(\/?)>/g,
  )) {
    if (self === '/' || ['meta', 'br'].includes(name)) continue;
    if (close === '') open.push(name);
    else if (open.pop() !== name) faults.push(name);
  }
  return [...faults, ...open];
}
