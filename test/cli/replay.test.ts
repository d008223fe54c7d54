import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, watch, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTokenCounter } from '../../src/adapters/tokens/o200k.ts';
import { replayCommand } from '../../src/cli/replay.ts';
import { parseReplayFlags, type RawReplayFlags } from '../../src/cli/replay-flags.ts';
import { barText, createProgress } from '../../src/cli/replay/progress.ts';
import { WrongUse } from '../../src/cli/wrong-use.ts';
import type { PushCost, ReplayTotals } from '../../src/core/replay/totals.ts';
import type { TokenCounter } from '../../src/ports/tokens.ts';
import { GitRepository } from '../support/git/git-repository.ts';

const numbered = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}\n`).join('');
const context = (from: number, to: number): string => numbered(from, to).replaceAll(/^/gm, ' ').replace(/ $/, '');

/** What each push of #1 changes: its own edits of a.txt, and upstream's new file that a merge brought in. */
const FIRST = `--- a/a.txt\n+++ b/a.txt\n@@ -1,4 +1,4 @@\n-line 1\n+first\n${context(2, 4)}`;
const THIRD = `--- a/a.txt\n+++ b/a.txt\n@@ -17,4 +17,4 @@ line 16\n${context(17, 19)}-line 20\n+last\n`;
const BOTH = `${FIRST}@@ -17,4 +17,4 @@ line 16\n${context(17, 19)}-line 20\n+last\n`;
/** What is read beside them: neighbouring lines, and for the third push what the first one changed. */
const BESIDE_FIRST = `@@\n${context(5, 7)}`;
const BESIDE_THIRD = `@@\n first\n${context(2, 4)}@@\n${context(13, 16)}`;
const UPSTREAM = `--- /dev/null\n+++ b/upstream.txt\n@@ -0,0 +1,40 @@\n${numbered(1, 40).replaceAll(/^/gm, '+').replace(/\+$/, '')}`;
const SQUASHED = '--- /dev/null\n+++ b/b.txt\n@@ -0,0 +1,1 @@\n+b\n';

let git: GitRepository;
let tokens: TokenCounter;
let folder: string;
let heads: string[];

beforeAll(async () => {
  tokens = await createTokenCounter();
  folder = await mkdtemp(join(tmpdir(), 'pushback-test-'));
  git = await GitRepository.create();
  await git.commit('start', { 'a.txt': numbered(1, 20) });
  await git.checkout('one', 'main');
  const first = await git.commit('first', { 'a.txt': numbered(1, 20).replace('line 1\n', 'first\n') });
  await git.checkout('main');
  await git.commit('upstream', { 'upstream.txt': numbered(1, 40) });
  await git.checkout('one');
  const merged = await git.merge('main');
  await pause();
  await git.checkout('one');
  const edited = (await readFile(join(git.folder, 'a.txt'), 'utf8')).replace('line 20', 'last');
  const last = await git.commit('last', { 'a.txt': edited });
  heads = [first, merged, last];
  await git.setPullRequestHead(1, last);
  await git.checkout('main');
  await git.git('merge', '-q', '--no-ff', '-m', 'Merge pull request #1 from acme/one', 'one');

  await git.checkout('two', 'main');
  await git.setPullRequestHead(2, await git.commit('b', { 'b.txt': 'b\n' }));
  await git.checkout('main');
  await git.commit('main goes on', { 'c.txt': 'c\n' });
  await git.commit('Add b (#2)', { 'b.txt': 'b\n' });
  await git.setPullRequestHead(3, await git.head('main~1'));
});

afterAll(async () => {
  await git[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** Commits elsewhere, for the clock that every commit moves by a minute. */
async function pause(): Promise<void> {
  await git.checkout('elsewhere', 'main');
  for (let minute = 0; minute < 10; minute += 1) await git.commit('a minute passes');
  await git.git('checkout', '-q', 'main');
  await git.git('branch', '-q', '-D', 'elsewhere');
}

function flags(overrides: Partial<RawReplayFlags> = {}): RawReplayFlags {
  return { repo: git.folder, pulls: '100', seed: '1', json: true, ...overrides };
}

async function replay(overrides: Partial<RawReplayFlags> = {}): Promise<{ pushes: PushCost[]; totals: ReplayTotals }> {
  let printed = '';
  const streams = { out: (text: string) => void (printed += text), err: () => undefined };
  expect(await replayCommand(flags(overrides), streams)).toBe(0);
  const lines = printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  const { totals } = lines.pop() as { totals: ReplayTotals };
  return { pushes: lines as PushCost[], totals };
}

describe('pushback replay', () => {
  test('counts every commit of a merged pull request against the base that it had then', async () => {
    const { pushes } = await replay();
    const count = (text: string): number => tokens.count(text);
    const [first = 0, both, third = 0, upstream] = [FIRST, BOTH, THIRD, UPSTREAM].map(count);
    const reviewable = { first: first + count(BESIDE_FIRST), third: third + count(BESIDE_THIRD) };
    expect(pushes.filter(({ pull }) => pull === '#1')).toEqual([
      {
        ...{ pull: '#1', push: 1, kind: 'linear', mode: 'full', reason: 'first-review', head: heads[0] },
        ...{ full: first, prevHead: first, prevHeadOwn: first, interdiff: first, reviewable: reviewable.first },
      },
      {
        ...{ pull: '#1', push: 2, kind: 'base-moved', mode: 'none', reason: 'unchanged', head: heads[1] },
        ...{ full: first, prevHead: upstream, prevHeadOwn: 0, interdiff: 0, reviewable: 0 },
      },
      {
        ...{ pull: '#1', push: 3, kind: 'linear', mode: 'incremental', reason: 'new-commits', head: heads[2] },
        ...{ full: both, prevHead: third, prevHeadOwn: third, interdiff: third, reviewable: reviewable.third },
      },
    ]);
    const squashed = count(SQUASHED);
    expect(pushes.filter(({ pull }) => pull === '#2').map(({ full, mode }) => [full, mode])).toEqual([
      [squashed, 'full'],
    ]);
  });

  test('its totals are the sum of its lines, and pauses group commits into pushes', async () => {
    const { pushes, totals } = await replay();
    for (const measure of ['full', 'prevHead', 'interdiff', 'reviewable'] as const) {
      expect(totals[measure]).toBe(pushes.reduce((sum, push) => sum + push[measure], 0));
    }
    expect([totals.pulls, totals.pushes, totals.byKind.linear.pushes, totals.byKind['base-moved'].pushes]).toEqual([
      2, 4, 3, 1,
    ]);
    expect([totals.grouped?.pushes, totals.grouped?.followUps.pushes]).toEqual([3, 1]);
    expect(totals.leftOut).toEqual([{ pull: '#3', why: expect.stringContaining('on the main branch') }]);
  });

  test('rebases for real, onto a main that moved before the merge and never later', async () => {
    const { pushes, totals } = await replay({ rebase: '5' });
    const rebased = pushes.filter(({ kind }) => kind === 'rebased');
    expect(rebased.map(({ pull, mode, reason, reviewable }) => [pull, mode, reason, reviewable])).toEqual([
      ['#2', 'none', 'unchanged', 0],
    ]);
    expect(totals.rebases).toEqual({
      tried: 1,
      clean: 1,
      unchanged: 1,
      conflicted: 0,
      emptied: 0,
      notMoved: 1,
      others: [],
    });
  });

  test('rebases where objects have longer names', async () => {
    await using long = await GitRepository.create({ objectFormat: 'sha256' });
    await long.commit('start', { 'a.txt': numbered(1, 20) });
    await long.checkout('topic', 'main');
    await long.commit('topic', { 'b.txt': 'b\n' });
    await long.checkout('main');
    await long.commit('main goes on', { 'c.txt': 'c\n' });
    const { totals } = await replay({ repo: long.folder, rebase: '1' });
    expect({ ...totals.rebases, leftOut: totals.leftOut }).toMatchObject({ tried: 1, clean: 1, leftOut: [] });
  });

  test('interrupted, leaves nothing behind', async () => {
    const temporary = await mkdtemp(join(folder, 'interrupted-'));
    const child = spawn(process.execPath, [resolve('scripts/pushback.ts'), 'replay', '--repo', git.folder], {
      env: { ...process.env, TMPDIR: temporary },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const ended = Promise.all([once(child, 'close'), text(child.stderr)]);
    for await (const { filename } of watch(temporary)) if (filename?.startsWith('pushback-replay-') === true) break;
    child.kill('SIGINT');
    const [[code], said] = await ended;
    expect([code, said]).toEqual([130, 'error: not replayed: it was interrupted (SIGINT)\n']);
    expect(await readdir(temporary)).toEqual([]);
  });

  test('takes recorded pushes as they were, force pushes among them', async () => {
    const file = join(folder, 'pushes.jsonl');
    const rewritten = await rewrittenHead();
    const lines = [heads[2], rewritten].map((head) => JSON.stringify({ pull: 1, head }));
    await writeFile(file, lines.join('\n'));
    const { pushes, totals } = await replay({ pushes: file });
    expect(pushes.map(({ push, kind, mode, reason }) => [push, kind, mode, reason])).toEqual([
      [1, 'linear', 'full', 'first-review'],
      [2, 'rebased', 'none', 'unchanged'],
    ]);
    expect(totals.grouped).toBeNull();
  });

  test('draws by seed, no more than asked for', async () => {
    const { totals } = await replay({ pulls: '1' });
    expect(totals.pulls).toBe(1);
  });

  test('prints a table for people and writes a page', async () => {
    let printed = '';
    const html = join(folder, 'page.html');
    const streams = { out: (text: string) => void (printed += text), err: () => undefined };
    await replayCommand(flags({ json: false, html }), streams);
    expect(printed).toContain('2 pull requests, 4 pushes');
    expect(await readFile(html, 'utf8')).toContain('What every push to checkout costs to review');
  });

  test.each([
    ['no repository', { repo: '/nonexistent' }, '--repo: '],
    ['no such base', { base: 'nowhere' }, '--repo, --base: nowhere names no commit'],
    ['a number that is none', { pulls: 'many' }, '--pulls: "many" is no whole number from 1'],
    ['no pulls', { pulls: '0' }, '--pulls: "0"'],
    ['a seed out of range', { seed: '-1' }, '--seed: "-1"'],
    ['no commits to rebase over', { rebase: '0' }, '--rebase: "0"'],
    ['no such file', { pushes: '/nonexistent' }, '--pushes: '],
    ['rebases of recorded pushes', { pushes: 'x', rebase: '1' }, '--rebase: '],
  ])('%s is wrong use', async (_, overrides, fault) => {
    const streams = { out: () => undefined, err: () => undefined };
    const failed = await replayCommand(flags(overrides), streams).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(WrongUse);
    expect((failed as WrongUse).faults.join('\n')).toContain(fault);
  });

  test('names every wrong flag at once', () => {
    expect(() => parseReplayFlags(flags({ pulls: 'x', seed: 'y', rebase: 'z' }))).toThrow(/--pulls.*--seed.*--rebase/s);
  });
});

describe('progress', () => {
  test('shows how far it is and the time that is left', () => {
    expect(barText(0, 10, 0)).toContain('0/10, time left unknown');
    expect(barText(5, 10, 120_000)).toBe(`[${'#'.repeat(14)}${'.'.repeat(14)}] 5/10, 2 min 0 s left`);
  });

  test('says nothing without a terminal, and redraws no more often than can be seen', () => {
    let now = 0;
    let drawn = 0;
    const bar = createProgress({ total: 9, what: 'x', write: () => void (drawn += 1), monotonicMs: () => now });
    for (const at of [0, 50, 99, 100, 150]) {
      now = at;
      bar.update(1);
    }
    expect(drawn).toBe(2);
    createProgress({ total: 9, what: 'x', write: null, monotonicMs: () => now }).update(1);
    expect(drawn).toBe(2);
  });
});

/** The same change in one commit on another base. */
async function rewrittenHead(): Promise<string> {
  await git.checkout('rewritten', 'main~3');
  const text = (await git.git('show', `${heads[2]}:a.txt`)) + '\n';
  const head = await git.commit('all at once', { 'a.txt': text });
  await git.checkout('main');
  return head;
}
