import { describe, expect, test } from '@jest/globals';
import { FIRST, OURS, secondReview, twenty, type History, type PullRequest } from './pull-request.ts';

const MERGES: History[] = [
  [
    'a merge of main alone',
    async (pr) => {
      await pr.onMain({ 'a.txt': twenty({ 1: 'UP 1', 20: 'UP 20' }), 'up.txt': 'up\n' });
      await pr.git.merge('main');
    },
    ['none/unchanged'],
  ],
  [
    'a merge of main with an own commit after it',
    async (pr) => {
      await pr.onMain({ 'a.txt': twenty({ 1: 'UP 1' }), 'up.txt': 'up\n' });
      await pr.git.merge('main');
      await pr.git.commit('own', { 'b.txt': 'b1\nb2\nb3\n' });
    },
    ['incremental/base-moved', 'b.txt +3'],
  ],
  [
    'own commits before and after a merge of main, in one file with it',
    async (pr) => {
      await pr.git.commit('before', { 'a.txt': twenty({ 5: 'PR 5', 10: 'PR 10', 15: 'PR 15' }) });
      await pr.onMain({ 'a.txt': twenty({ 0: 'UP 0', 1: 'UP 1' }) });
      await pr.git.merge('main');
      const merged = { 0: 'UP 0', 1: 'UP 1', 5: 'PR 5', 10: 'PR 10', 15: 'PR 15' };
      await pr.git.commit('after', { 'a.txt': twenty({ ...merged, 20: 'PR 20' }) });
    },
    ['incremental/base-moved', 'a.txt +16,21 -15,20'],
  ],
  [
    'a change hidden in a clean merge',
    async (pr) => {
      await pr.onMain({ 'up.txt': 'up\n' });
      await pr.git.merge('main', { 'b.txt': 'b1\nevil\nb2\n' });
    },
    ['incremental/base-moved', 'b.txt +2'],
  ],
  [
    "a merge that throws away upstream's change without a conflict",
    async (pr) => {
      await pr.onMain({ 'c.txt': 'c1\nFIXED c2\nc3\n' });
      await pr.git.merge('main', { 'c.txt': 'c1\nc2\nc3\n' });
    },
    ['incremental/base-moved', 'c.txt +2 -1'],
  ],
  [
    'a merge with a conflict, resolved by taking both',
    async (pr) => {
      await pr.onMain({ 'a.txt': twenty({ 5: 'UP 5' }) });
      await pr.git.merge('main', { 'a.txt': twenty({ 5: 'UP 5', 5.5: 'PR 5', 10: 'PR 10' }) });
    },
    ['incremental/base-moved', 'a.txt +6'],
  ],
  [
    'a merge with a conflict, resolved by overriding upstream',
    async (pr) => {
      await pr.onMain({ 'a.txt': twenty({ 5: 'UP 5' }) });
      await pr.git.merge('main', { 'a.txt': OURS });
    },
    ['incremental/base-moved', 'a.txt +5 -4'],
  ],
  [
    'a merge with a conflict, resolved by giving way',
    async (pr) => {
      await pr.onMain({ 'a.txt': twenty({ 5: 'UP 5' }) });
      await pr.git.merge('main', { 'a.txt': twenty({ 5: 'UP 5', 10: 'PR 10' }) });
    },
    ['none/unchanged'],
  ],
  [
    'upstream deleted a file that the PR keeps',
    async (pr) => {
      await pr.onMain({ 'a.txt': null });
      await pr.git.merge('main', { 'a.txt': OURS });
    },
    ['incremental/base-moved', 'a.txt +1-20'],
  ],
  [
    'upstream deleted a file that the PR changed, and the PR gives way',
    async (pr) => {
      await pr.onMain({ 'a.txt': null });
      await pr.git.merge('main', { 'a.txt': null });
    },
    ['none/unchanged'],
  ],
  [
    'upstream changed a file that the PR deletes',
    async (pr) => {
      await pr.git.commit('delete', { 'c.txt': null });
      expect(await pr.review()).toEqual(['incremental/new-commits', 'c.txt deleted -0']);
      await pr.onMain({ 'c.txt': 'c1\nUP c2\nc3\n' });
      await pr.git.merge('main', { 'c.txt': null });
    },
    ['incremental/base-moved', 'c.txt deleted -0'],
  ],
  [
    'both added the same file, differently',
    async (pr) => {
      await pr.onMain({ 'b.txt': 'UP b1\nUP b2\n' });
      await pr.git.merge('main', { 'b.txt': 'b1\nb2\n' });
    },
    ['incremental/base-moved', 'b.txt +1-2 -0'],
  ],
  [
    'both added the same file with the same lines, and one more upstream',
    async (pr) => {
      await pr.onMain({ 'b.txt': 'b1\nb2\nUP b3\n' });
      await pr.git.merge('main', { 'b.txt': 'b1\nb2\nUP b3\n' });
    },
    ['none/unchanged'],
  ],
  [
    'upstream took the whole change over',
    async (pr) => {
      await pr.onMain({ 'a.txt': OURS, 'b.txt': 'b1\nb2\n' });
      await pr.git.merge('main');
    },
    ['none/unchanged'],
  ],
  [
    'a file where upstream made a folder',
    async (pr) => {
      await pr.onMain({ 'b.txt/inside': 'in\n' });
      await pr.git.merge('main', { 'b.txt': 'b1\nb2\n', 'b.txt~HEAD': null });
    },
    ['incremental/base-moved', 'b.txt +1-2', 'b.txt/inside deleted -0'],
  ],
  [
    'a rename on both sides',
    async (pr) => {
      await pr.git.move('a.txt', 'ours.txt');
      await pr.git.commit('rename');
      expect(await pr.review()).toEqual(['incremental/new-commits', 'a.txt => ours.txt']);
      await pr.on('main', async () => {
        await pr.git.move('a.txt', 'theirs.txt');
        await pr.git.commit('upstream renames');
      });
      await pr.git.merge('main', { 'ours.txt': OURS, 'theirs.txt': null, 'a.txt': null });
    },
    ['incremental/base-moved', 'theirs.txt => ours.txt +5,10 -4,9'],
  ],
  [
    'a rename of ours, and upstream changes it under the old name',
    async (pr) => {
      await pr.git.move('a.txt', 'ours.txt');
      await pr.git.commit('rename');
      await pr.review();
      await pr.onMain({ 'a.txt': twenty({ 1: 'UP 1' }) });
      await pr.git.merge('main');
    },
    ['none/unchanged'],
  ],
  [
    'submodules that both sides moved on',
    async (pr) => {
      const submodule = async (digit: string): Promise<void> => {
        await pr.git.git('update-index', '--add', '--cacheinfo', `160000,${digit.repeat(40)},sub`);
        await pr.git.git('commit', '-q', '-m', `submodule ${digit}`);
      };
      await submodule('1');
      expect(await pr.review()).toEqual(['none/unchanged']);
      await pr.git.checkout('main');
      await submodule('2');
      await pr.git.checkout('topic');
      // As a person resolves it: ours stays, and something else changes.
      await pr.git.tryGit(['merge', '-q', '--no-edit', '--no-commit', 'main']);
      await pr.git.git('update-index', '--cacheinfo', `160000,${'1'.repeat(40)},sub`);
      await pr.git.write({ 'b.txt': 'b1\nb2\nb3\n' });
      await pr.git.git('add', 'b.txt');
      await pr.git.git('commit', '-q', '--no-edit');
    },
    ['incremental/base-moved', 'b.txt +3'],
  ],
];

describe('merges of the base branch', () => {
  test.each(MERGES)('%s', async (_, run, expected) => {
    expect(await secondReview(run)).toEqual({ first: FIRST, second: expected });
  });
});

const renameUpstream = (pr: PullRequest): Promise<void> =>
  pr.on('main', async () => {
    await pr.git.move('a.txt', 'moved/a.txt');
    await pr.git.commit('upstream renames');
  });

const REBASES: History[] = [
  [
    'a rebase without conflict',
    async (pr) => {
      await pr.onMain({ 'a.txt': twenty({ 1: 'UP 1', 20: 'UP 20' }), 'up.txt': 'up\n' });
      await pr.git.rebase('main');
    },
    ['none/unchanged'],
  ],
  [
    'a rebase with a conflict, resolved by overriding upstream',
    async (pr) => {
      await pr.onMain({ 'a.txt': twenty({ 5: 'UP 5' }), 'up.txt': 'up\n' });
      expect((await pr.git.tryGit(['rebase', '-q', 'main'])).code).toBe(1);
      await pr.git.write({ 'a.txt': OURS });
      await pr.git.git('add', '-A');
      await pr.git.git('rebase', '--continue');
    },
    ['incremental/history-rewritten', 'a.txt +5 -4'],
  ],
  [
    'a rebase with a conflict, resolved by giving way, and a new commit',
    async (pr) => {
      await pr.onMain({ 'a.txt': twenty({ 5: 'UP 5' }) });
      await pr.git.tryGit(['rebase', '-q', 'main']);
      await pr.git.write({ 'a.txt': twenty({ 5: 'UP 5', 10: 'PR 10' }) });
      await pr.git.git('add', '-A');
      await pr.git.git('rebase', '--continue');
      await pr.git.commit('new', { 'd.txt': 'd\n' });
    },
    ['incremental/history-rewritten', 'd.txt +1'],
  ],
  [
    'a rebase on a file that upstream renamed',
    async (pr) => {
      await renameUpstream(pr);
      await pr.git.rebase('main');
    },
    ['none/unchanged'],
  ],
  [
    'a rebase on a renamed file, with an own change',
    async (pr) => {
      await renameUpstream(pr);
      await pr.git.rebase('main');
      await pr.git.commit('own', { 'moved/a.txt': twenty({ 5: 'PR 5', 10: 'PR 10', 15: 'PR 15' }) });
    },
    ['incremental/history-rewritten', 'moved/a.txt +15 -14'],
  ],
  [
    'a rebase of a renamed file on a change of the old one',
    async (pr) => {
      await pr.git.move('a.txt', 'ours.txt');
      await pr.git.commit('rename');
      await pr.review();
      await pr.onMain({ 'a.txt': twenty({ 20: 'UP 20' }) });
      await pr.git.rebase('main');
    },
    ['none/unchanged'],
  ],
];

describe('rebases', () => {
  test.each(REBASES)('%s', async (_, run, expected) => {
    expect(await secondReview(run)).toEqual({ first: FIRST, second: expected });
  });
});

describe('headings of equals signs', () => {
  const page = (title: string, more = ''): string => `${title}\n=======\n\ntext\n${more}`;
  test.each<[string, string, string[]]>([
    // Both changed the title: the base's stands in the reference, and nothing that looks like a marker is taken for one.
    ['override upstream', page('Our title', '\nMore\n=======\n'), ['incremental/base-moved', 'page.md +1 -0']],
    ['give way', page('Their title', '\nMore\n=======\n'), ['none/unchanged']],
    [
      'are all that a conflict left',
      page('Their title', '\n=======\n\nMore\n=======\n'),
      ['incremental/base-moved', 'page.md +6-7'],
    ],
  ])('%s', async (_, resolution, expected) => {
    const { second } = await secondReview(async (pr) => {
      await pr.onMain({ 'page.md': page('Title') });
      await pr.git.merge('main');
      await pr.git.commit('title', { 'page.md': page('Our title') });
      expect(await pr.review()).toEqual(['incremental/base-moved', 'page.md +1 -0']);
      await pr.onMain({ 'page.md': page('Their title', '\nMore\n=======\n') });
      await pr.git.merge('main', { 'page.md': resolution });
    });
    expect(second).toEqual(expected);
  });
});
