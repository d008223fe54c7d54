import { describe, expect, test } from '@jest/globals';
import type { CommitSha } from '../../../src/core/ids.ts';
import { findPulls, Landings, pullNumberOf, type MainCommit } from '../../../src/core/replay/find-pulls.ts';
import { kindOf, pushesByGap, type ReplayPush } from '../../../src/core/replay/past.ts';
import { shuffled } from '../../../src/core/replay/sample.ts';

const sha = (digit: string): CommitSha => digit.repeat(40) as CommitSha;
const push = (base: string, head: string, relation: ReplayPush['relation'] = 'ahead'): ReplayPush => ({
  version: { mergeBaseSha: sha(base), headSha: sha(head) },
  relation,
});

describe('the kind of a push', () => {
  test.each([
    ['first', null, push('1', 'a'), 'linear'],
    ['commits on top', push('1', 'a'), push('1', 'b'), 'linear'],
    ['upstream came in', push('1', 'a'), push('2', 'b'), 'base-moved'],
    ['rewritten on the same base', push('1', 'a'), push('1', 'b', 'rewritten'), 'rebased'],
    ['rewritten on another', push('1', 'a'), push('2', 'b', 'rewritten'), 'rebased'],
  ])('%s', (_, previous, today, kind) => {
    expect(kindOf(previous?.version ?? null, today)).toBe(kind);
  });
});

describe('pauses between commits', () => {
  test.each([
    ['none', [], []],
    ['one commit', [0], [0]],
    ['ten minutes end a push, a second less does not', [0, 599, 1199], [1, 2]],
    ['clocks that go back do not', [1000, 0, 700], [1, 2]],
  ])('%s', (_, times, ends) => {
    const commits = times.map((committedAt) => ({ sha: sha('a'), parents: [], committedAt }));
    expect(pushesByGap(commits)).toEqual(ends);
  });
});

describe('finding pull requests', () => {
  const main = { ref: 'refs/heads/main', sha: sha('f') };
  const merge = (subject: string, head: string, at = '9', base = '1'): MainCommit => ({
    sha: sha(at),
    parents: [sha(base), sha(head)],
    subject,
  });
  const squash = (subject: string, base: string): MainCommit => ({ sha: sha('8'), parents: [sha(base)], subject });
  const landings = (...newestFirst: MainCommit[]): Landings => {
    const found = new Landings('main');
    for (const commit of newestFirst) found.add(commit);
    return found;
  };

  test('heads that the host keeps, with where they came in', () => {
    const found = landings(
      squash('Port the fix (#2)', '7'),
      squash('The fix (#2)', '2'),
      merge('Merge pull request #1 from acme/shop', 'a'),
      merge('Bring it in', 'c', '6', '5'),
    );
    const refs = ['1', '2', '3', '4'].map((number, index) => ({
      name: `refs/pull/${number}/head`,
      sha: sha('abcd'[index] ?? ''),
    }));
    expect(findPulls([...refs, { name: 'refs/pull/1/merge', sha: sha('e') }], found, main)).toEqual([
      { name: '#1', headSha: sha('a'), baseSha: sha('1'), origin: 'merge' },
      { name: '#2', headSha: sha('b'), baseSha: sha('2'), origin: 'squash' },
      { name: '#3', headSha: sha('c'), baseSha: sha('5'), origin: 'merge' },
      { name: '#4', headSha: sha('d'), baseSha: main.sha, origin: 'unmerged' },
    ]);
  });

  test('else what merges brought in, but not what the main branch pulled from itself', () => {
    const found = landings(
      merge("Merge branch 'main' of git.example/shop", 'd', '4'),
      merge("Merge remote-tracking branch 'origin/main'", 'c', '5'),
      merge("Merge branch 'topic'", 'b', '6'),
      merge('Merge pull request #1 from acme/shop', 'a'),
    );
    expect(findPulls([{ name: 'refs/heads/topic', sha: sha('b') }], found, main)).toEqual([
      { name: '#1', headSha: sha('a'), baseSha: sha('1'), origin: 'merge' },
      { name: 'merge 6666666666', headSha: sha('b'), baseSha: sha('1'), origin: 'merge' },
    ]);
  });

  test('else the other branches, each head once', () => {
    const refs = [
      { name: 'refs/heads/main', sha: main.sha },
      { name: 'refs/heads/topic', sha: sha('a') },
      { name: 'refs/remotes/origin/topic', sha: sha('a') },
      { name: 'refs/remotes/origin/other', sha: sha('b') },
      { name: 'refs/tags/v1', sha: sha('c') },
    ];
    expect(findPulls(refs, landings(), main).map(({ name }) => name)).toEqual(['topic', 'other']);
  });

  test.each([
    ['refs/pull/12/head', 12],
    ['refs/remotes/origin/pr/12', 12],
    ['refs/merge-requests/12/head', 12],
    ['refs/pull/12/merge', null],
    ['refs/heads/pull/12/head', null],
  ])('the number in %s', (ref, number) => {
    expect(pullNumberOf(ref)).toBe(number);
  });
});

test('a seed draws the same order every time, another seed another, and nothing is lost', () => {
  const items = Array.from({ length: 50 }, (_, index) => index);
  const drawn = shuffled(items, 7);
  expect(shuffled(items, 7)).toEqual(drawn);
  expect(shuffled(items, 8)).not.toEqual(drawn);
  expect(drawn.toSorted((a, b) => a - b)).toEqual(items);
});
