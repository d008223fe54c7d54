import { describe, expect, test } from '@jest/globals';
import { FIRST, OURS, secondReview, twenty, type History, type PullRequest } from './pull-request.ts';

const RETARGETS: History[] = [
  [
    'to a branch that has more, rebased on it',
    async (pr) => {
      await pr.git.checkout('release', 'main');
      await pr.git.commit('release', { 'a.txt': twenty({ 1: 'REL 1' }), 'rel.txt': 'rel\n' });
      await pr.git.checkout('topic');
      await pr.git.rebase('release');
      pr.retarget('release');
    },
    ['none/unchanged'],
  ],
  [
    'to a branch that has more, without a push',
    async (pr) => {
      await pr.git.checkout('release', 'main');
      await pr.git.commit('release', { 'rel.txt': 'rel\n' });
      await pr.git.checkout('topic');
      pr.retarget('release');
    },
    ['none/unchanged'],
  ],
  [
    'to a branch that has less: what its base brought is new',
    async (pr) => {
      await pr.git.git('branch', 'older', 'main');
      await pr.onMain({ 'up.txt': 'up\n', 'a.txt': twenty({ 1: 'UP 1' }) });
      await pr.git.rebase('main');
      expect(await pr.review()).toEqual(['none/unchanged']);
      pr.retarget('older');
    },
    ['incremental/base-moved', 'a.txt +1 -0', 'up.txt +1'],
  ],
  [
    'to a branch with another change of the same line, and a commit',
    async (pr) => {
      await pr.git.checkout('release', 'main');
      await pr.git.commit('release', { 'a.txt': twenty({ 5: 'REL 5' }) });
      await pr.git.checkout('topic');
      await pr.git.merge('release', { 'a.txt': OURS });
      pr.retarget('release');
    },
    ['incremental/base-moved', 'a.txt +5 -4'],
  ],
];

describe('another base branch', () => {
  test.each(RETARGETS)('%s', async (_, run, expected) => {
    expect(await secondReview(run)).toEqual({ first: FIRST, second: expected });
  });
});

const REWRITTEN_BASES: History[] = [
  [
    'and the pull request still holds what the base had: it is its own now',
    async (pr) => {
      await pr.onMain({ 'up.txt': 'up\n' });
      await pr.git.merge('main');
      expect(await pr.review()).toEqual(['none/unchanged']);
      await pr.on('main', async () => {
        await pr.git.git('reset', '-q', '--hard', 'HEAD~1');
        await pr.git.commit('another way', { 'other.txt': 'other\n' });
      });
    },
    ['incremental/base-moved', 'up.txt +1'],
  ],
  [
    'and the pull request is rebased, commit by commit, on what it is now',
    async (pr) => {
      await pr.onMain({ 'up.txt': 'up\n' });
      await pr.git.rebase('main');
      await pr.review();
      const old = await pr.git.head('main');
      await pr.on('main', async () => {
        await pr.git.write({ 'up.txt': 'up, in other words\n' });
        await pr.git.git('commit', '-q', '-a', '--amend', '--no-edit');
      });
      await pr.git.git('rebase', '-q', '--onto', 'main', old);
    },
    ['none/unchanged'],
  ],
];

describe('the base branch is force-pushed', () => {
  test.each(REWRITTEN_BASES)('%s', async (_, run, expected) => {
    expect(await secondReview(run)).toEqual({ first: FIRST, second: expected });
  });
});

/** `lower` comes in under the pull request, which is then against it. */
async function stack(pr: PullRequest): Promise<void> {
  await pr.git.checkout('lower', 'main');
  await pr.git.commit('lower', { 'low.txt': twenty({ 3: 'LOW 3' }), 'c.txt': 'c1\nLOW c2\nc3\n' });
  await pr.git.checkout('topic');
  await pr.git.rebase('lower');
  pr.retarget('lower');
  expect(await pr.review()).toEqual(['none/unchanged']);
}

const STACKS: History[] = [
  [
    'the lower one gets a commit, and the upper one merges it',
    async (pr) => {
      await stack(pr);
      await pr.on('lower', () => pr.git.commit('more', { 'low.txt': twenty({ 3: 'LOW 3', 4: 'LOW 4' }) }));
      await pr.git.merge('lower');
    },
    ['none/unchanged'],
  ],
  [
    'the lower one is amended, and the upper one is rebased on it',
    async (pr) => {
      await stack(pr);
      const old = await pr.git.head('lower');
      await pr.on('lower', async () => {
        await pr.git.write({ 'low.txt': twenty({ 3: 'LOW 3, amended' }) });
        await pr.git.git('commit', '-q', '-a', '--amend', '--no-edit');
      });
      await pr.git.git('rebase', '-q', '--onto', 'lower', old);
    },
    ['none/unchanged'],
  ],
  [
    'the lower one is merged, and the upper one goes to main without a push',
    async (pr) => {
      await stack(pr);
      await pr.on('main', () => pr.git.merge('lower'));
      pr.retarget('main');
    },
    // The merge base is still the lower one's head.
    ['none/unchanged'],
  ],
  [
    'the lower one is merged, and the upper one merges main and has a commit',
    async (pr) => {
      await stack(pr);
      await pr.on('main', () => pr.git.merge('lower'));
      await pr.git.merge('main');
      await pr.git.commit('own', { 'b.txt': 'b1\nb2\nb3\n' });
      pr.retarget('main');
    },
    ['incremental/base-moved', 'b.txt +3'],
  ],
  [
    "the lower one is squashed, and the upper one goes to main as it is: the lower one's commits are its own now",
    async (pr) => {
      await stack(pr);
      await pr.on('main', async () => {
        await pr.git.git('merge', '-q', '--squash', 'lower');
        await pr.git.commit('lower, squashed');
      });
      pr.retarget('main');
    },
    ['incremental/base-moved', 'c.txt +2 -1', 'low.txt +1-20'],
  ],
  [
    'the lower one is squashed, and the upper one merges main',
    async (pr) => {
      await stack(pr);
      await pr.on('main', async () => {
        await pr.git.git('merge', '-q', '--squash', 'lower');
        await pr.git.commit('lower, squashed', { 'up.txt': 'up\n' });
      });
      await pr.git.merge('main');
      pr.retarget('main');
    },
    ['none/unchanged'],
  ],
  [
    'the lower one is squashed, and the upper one is rebased onto main, with a commit',
    async (pr) => {
      await stack(pr);
      await pr.on('main', async () => {
        await pr.git.git('merge', '-q', '--squash', 'lower');
        await pr.git.commit('lower, squashed');
      });
      await pr.git.git('rebase', '-q', '--onto', 'main', 'lower');
      await pr.git.commit('own', { 'b.txt': 'b1\nb2\nb3\n' });
      pr.retarget('main');
    },
    ['incremental/history-rewritten', 'b.txt +3'],
  ],
];

describe('stacked pull requests', () => {
  test.each(STACKS)('%s', async (_, run, expected) => {
    expect(await secondReview(run)).toEqual({ first: FIRST, second: expected });
  });
});

describe('a criss-cross of merges, with two merge bases', () => {
  /** main takes the pull request's first commit while that takes main's: neither merge base is better. */
  const cross = async (pr: PullRequest): Promise<string[]> => {
    const first = await pr.git.head();
    await pr.onMain({ 'up.txt': 'up\n', 'a.txt': twenty({ 20: 'UP 20' }) });
    const upstream = await pr.git.head('main');
    await pr.git.merge(upstream);
    await pr.on('main', () => pr.git.merge(first));
    return (await pr.git.git('merge-base', '--all', 'main', 'topic')).split('\n');
  };

  test("the merge base is one of main's commits: nothing changed", async () => {
    const { second } = await secondReview(async (pr) => {
      expect(await cross(pr)).toHaveLength(2);
      expect(await pr.git.mergeBase('main', 'topic')).toBe(await pr.git.head('main^1'));
    });
    expect(second).toEqual(['none/unchanged']);
  });

  test('the merge base is its own first commit: what it took from main counts as its own', async () => {
    const { second } = await secondReview(async (pr) => {
      const bases = await cross(pr);
      const own = bases.find((base) => base !== bases[0]);
      // As another git, or GitHub, may choose.
      pr.git.mergeBase = async () => pr.git.head(own);
    });
    expect(second).toEqual(['full/interdiff-not-smaller', 'a.txt +20 -19', 'up.txt +1']);
  });

  test('with an own change on top', async () => {
    const { second } = await secondReview(async (pr) => {
      await cross(pr);
      await pr.git.commit('own', { 'b.txt': 'b1\nb2\nb3\n' });
    });
    expect(second).toEqual(['incremental/base-moved', 'b.txt +3']);
  });
});
