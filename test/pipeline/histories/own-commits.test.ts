import { describe, expect, test } from '@jest/globals';
import { FIRST, OURS, secondReview, twenty, type History } from './pull-request.ts';

const AHEAD: History[] = [
  ['an empty commit', (pr) => pr.git.commit('nothing'), ['none/unchanged']],
  [
    'a new commit',
    (pr) => pr.git.commit('more', { 'a.txt': twenty({ 5: 'PR 5', 10: 'PR 10', 15: 'PR 15' }) }),
    ['incremental/new-commits', 'a.txt +15 -14'],
  ],
  [
    'two commits, one of which takes back the other',
    async (pr) => {
      await pr.git.commit('more', { 'b.txt': 'b1\nb2\nb3\n' });
      await pr.git.git('revert', '--no-edit', 'HEAD');
    },
    ['none/unchanged'],
  ],
  ['a part taken back', (pr) => pr.git.commit('less', { 'a.txt': twenty({ 10: 'PR 10' }) }), ['none/unchanged']],
  [
    'the revert of a reviewed commit',
    async (pr) => {
      await pr.git.commit('more', { 'b.txt': 'b1\nb2\nb3\n', 'd.txt': 'd\n' });
      expect(await pr.review()).toEqual(['incremental/new-commits', 'b.txt +3', 'd.txt +1']);
      await pr.git.git('revert', '--no-edit', 'HEAD');
    },
    ['none/unchanged'],
  ],
  [
    'the revert of a revert',
    async (pr) => {
      await pr.git.commit('more', { 'b.txt': 'b1\nb2\nb3\n' });
      await pr.review();
      await pr.git.git('revert', '--no-edit', 'HEAD');
      await pr.review();
      await pr.git.git('revert', '--no-edit', 'HEAD');
    },
    ['incremental/new-commits', 'b.txt +3'],
  ],
  [
    'the revert of the whole pull request',
    (pr) => pr.git.git('revert', '--no-edit', 'HEAD'),
    ['none/nothing-reviewable'],
  ],
  [
    'a cherry-pick of what upstream has',
    async (pr) => {
      await pr.onMain({ 'up.txt': 'up\n' });
      await pr.git.git('cherry-pick', 'main');
    },
    ['incremental/new-commits', 'up.txt +1'],
  ],
  [
    'a cherry-pick from elsewhere, into a reviewed file',
    async (pr) => {
      await pr.git.checkout('elsewhere', 'main');
      await pr.git.commit('fix', { 'a.txt': twenty({ 15: 'FIX 15' }) });
      await pr.git.checkout('topic');
      await pr.git.git('cherry-pick', 'elsewhere');
    },
    ['incremental/new-commits', 'a.txt +15 -14'],
  ],
  [
    'a rename of a reviewed file, with a change',
    async (pr) => {
      await pr.git.move('a.txt', 'a2.txt');
      await pr.git.commit('rename', { 'a2.txt': twenty({ 5: 'PR 5', 10: 'PR 10', 15: 'PR 15' }) });
    },
    ['incremental/new-commits', 'a.txt => a2.txt +15 -14'],
  ],
  [
    'a deletion of a file of the base, and of one of its own',
    (pr) => pr.git.commit('delete', { 'b.txt': null, 'c.txt': null }),
    ['incremental/new-commits', 'c.txt deleted -0'],
  ],
  [
    'an executable bit',
    async (pr) => {
      await pr.git.git('update-index', '--chmod=+x', 'a.txt');
      await pr.git.git('commit', '-q', '-m', 'executable');
      await pr.git.git('reset', '-q', '--hard');
    },
    ['incremental/new-commits', 'a.txt mode 100755'],
  ],
  [
    'an executable bit of a new file',
    (pr) => pr.git.commit('executable', { 'b.txt': { executable: 'b1\nb2\n' } }),
    ['incremental/new-commits', 'b.txt mode 100755'],
  ],
  [
    'the original of a copy that was reviewed as a new file, deleted',
    async (pr) => {
      await pr.git.commit('copy', { 'copy.txt': 'c1\nc2\nc3\n' });
      expect(await pr.review()).toEqual(['incremental/new-commits', 'copy.txt +1-3']);
      await pr.git.commit('delete', { 'c.txt': null });
    },
    ['incremental/new-commits', 'c.txt => copy.txt'],
  ],
  [
    'a file moved to where another was deleted',
    async (pr) => {
      await pr.git.commit('delete', { 'c.txt': null });
      expect(await pr.review()).toEqual(['incremental/new-commits', 'c.txt deleted -0']);
      await pr.git.move('a.txt', 'c.txt');
      await pr.git.commit('move');
    },
    ['incremental/new-commits', 'a.txt deleted -0', 'c.txt +1-20 -0'],
  ],
  [
    'a file that became a link, and is one no more',
    async (pr) => {
      await pr.git.commit('link', { 'c.txt': { symlink: 'a.txt' } });
      expect(await pr.review()).toEqual(['incremental/new-commits', 'c.txt mode 120000 +1 -0']);
      await pr.git.commit('no link', { 'c.txt': 'c1\nc2\nnew\n' });
    },
    ['incremental/new-commits', 'c.txt +3 -2'],
  ],
  [
    'a binary file that becomes a symbolic link',
    async (pr) => {
      await pr.onMain({ 'logo.png': Uint8Array.of(1, 0, 2) });
      await pr.git.rebase('main');
      expect(await pr.review()).toEqual(['none/unchanged']);
      await pr.git.commit('link', { 'logo.png': { symlink: '/etc/passwd' } });
    },
    ['incremental/new-commits', 'logo.png mode 120000 +1'],
  ],
  [
    'a file that becomes a symbolic link',
    (pr) => pr.git.commit('link', { 'b.txt': { symlink: 'a.txt' } }),
    ['incremental/new-commits', 'b.txt +1'],
  ],
  [
    'a submodule: listed, not read',
    async (pr) => {
      await pr.git.git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},sub`);
      await pr.git.git('commit', '-q', '-m', 'a submodule');
      expect(await pr.review()).toEqual(['none/unchanged']);
      await pr.git.git('update-index', '--cacheinfo', `160000,${'2'.repeat(40)},sub`);
      await pr.git.commit('further', { 'b.txt': 'b1\nb2\nb3\n', sub: null });
    },
    ['incremental/new-commits', 'b.txt +3'],
  ],
];

describe('pushes of own commits', () => {
  test.each(AHEAD)('%s', async (_, run, expected) => {
    expect(await secondReview(run)).toEqual({ first: FIRST, second: expected });
  });
});

const REWRITTEN: History[] = [
  [
    'an amend',
    async (pr) => {
      await pr.git.write({ 'b.txt': 'b1\nb2, better\n' });
      await pr.git.git('commit', '-q', '-a', '--amend', '--no-edit');
    },
    ['incremental/history-rewritten', 'b.txt +2'],
  ],
  ['an amended message', (pr) => pr.git.git('commit', '-q', '--amend', '-m', 'In better words'), ['none/unchanged']],
  [
    'a fixup, autosquashed',
    async (pr) => {
      await pr.git.commit('second', { 'd.txt': 'd1\n' });
      await pr.review();
      await pr.git.commit('fixup! Open 1', { 'b.txt': 'b1\nb2, fixed\n' });
      await pr.git.git('-c', 'sequence.editor=true', 'rebase', '-q', '-i', '--autosquash', 'main');
    },
    ['incremental/history-rewritten', 'b.txt +2'],
  ],
  [
    'a squash of everything',
    async (pr) => {
      await pr.git.commit('second', { 'd.txt': 'd1\n' });
      await pr.review();
      await pr.git.git('reset', '-q', '--soft', 'main');
      await pr.git.commit('squashed');
    },
    ['none/unchanged'],
  ],
  [
    'a squash with a change in it',
    async (pr) => {
      await pr.git.commit('second', { 'd.txt': 'd1\n' });
      await pr.git.git('reset', '-q', '--soft', 'main');
      await pr.git.commit('squashed');
    },
    ['incremental/history-rewritten', 'd.txt +1'],
  ],
  [
    'commits in another order',
    async (pr) => {
      await pr.git.commit('second', { 'd.txt': 'd1\n' });
      await pr.review();
      const [first, second] = [await pr.git.head('HEAD~1'), await pr.git.head()];
      await pr.git.git('reset', '-q', '--hard', 'main');
      await pr.git.git('cherry-pick', second, first);
    },
    ['none/unchanged'],
  ],
  [
    'a reset to the head before, whose own review is shown again',
    async (pr) => {
      await pr.git.commit('second', { 'd.txt': 'd1\n' });
      await pr.review();
      await pr.git.git('reset', '-q', '--hard', 'HEAD~1');
    },
    ['none/undelivered'],
  ],
  [
    'a reset to an earlier commit that no review was at',
    async (pr) => {
      await pr.git.commit('second', { 'd.txt': 'd1\n' });
      await pr.git.commit('third', { 'b.txt': 'b1\nb2\nb3\n' });
      await pr.review();
      await pr.git.git('reset', '-q', '--hard', 'HEAD~1');
    },
    ['none/unchanged'],
  ],
  [
    'a reset, and another way from there',
    async (pr) => {
      await pr.git.git('reset', '-q', '--hard', 'main');
      await pr.git.commit('otherwise', { 'a.txt': twenty({ 5: 'PR 5, otherwise', 10: 'PR 10' }) });
    },
    ['incremental/history-rewritten', 'a.txt +5'],
  ],
  [
    'something unrelated, force pushed',
    async (pr) => {
      await pr.git.git('reset', '-q', '--hard', 'main');
      await pr.git.commit('unrelated', { 'z.txt': 'z\n' });
    },
    ['full/interdiff-not-smaller', 'z.txt +1'],
  ],
  [
    'something unrelated, force pushed, that keeps a reviewed file',
    async (pr) => {
      await pr.git.git('reset', '-q', '--hard', 'main');
      await pr.git.commit('unrelated', { 'z.txt': 'z\n', 'a.txt': OURS });
    },
    ['incremental/history-rewritten', 'z.txt +1'],
  ],
  [
    'a head before that is gone',
    async (pr) => {
      await pr.git.write({ 'b.txt': 'b1\nb2, better\n' });
      await pr.git.git('commit', '-q', '-a', '--amend', '--no-edit');
      await pr.git.git('reflog', 'expire', '--expire=now', '--all');
      await pr.git.git('prune', '--expire=now');
    },
    // The patches of the other files are those that were reviewed.
    ['incremental/history-rewritten', 'b.txt +1-2'],
  ],
];

describe('rewritten histories', () => {
  test.each(REWRITTEN)('%s', async (_, run, expected) => {
    expect(await secondReview(run)).toEqual({ first: FIRST, second: expected });
  });
});
