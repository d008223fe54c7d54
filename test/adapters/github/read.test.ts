import { describe, expect, test } from '@jest/globals';
import { PullRequestNumber, RepositoryName } from '../../../src/core/ids.ts';
import { HostFault } from '../../../src/ports/pull-requests.ts';
import { effects } from '../../support/github/faults.ts';
import { sha } from '../../support/builders.ts';
import { setScene, shaOf } from './scene.ts';

const SHOP = RepositoryName.parse('acme/shop');

describe('read', () => {
  test('gives the pull request as it is, with the merge base of today and the time of the host', async () => {
    await using scene = await setScene();
    const { github, git, pull, repository } = scene;
    github.people.label(pull, 'bug');
    const mergeBaseSha = await git.git('rev-parse', 'main');
    await git.checkout('main');
    const baseSha = await git.commit('meanwhile', { 'other.ts': 'x\n' });
    const notBefore = Math.floor(github.clock.now().getTime() / 1000);
    const seen = await scene.look();
    expect(seen).toEqual({
      key: { repository: 'acme/shop', repositoryId: repository.id, number: pull.number },
      version: { headSha: pull.head.sha, baseRef: 'main', baseSha, mergeBaseSha },
      seenAt: expect.any(Number),
      state: 'open',
      draft: false,
      title: 'Change a line',
      body: pull.body ?? '',
      author: 'alice',
      labels: ['bug'],
      fromFork: false,
      trustedSha: baseSha,
      commits: { listed: [{ sha: pull.head.sha, message: expect.any(String) }], total: 1 },
      url: expect.stringContaining(`/acme/shop/pull/${pull.number}`),
      cloneUrl: expect.stringMatching(/\/acme\/shop\.git$/u),
    });
    expect(seen.seenAt).toBeGreaterThanOrEqual(notBefore);
    expect(seen.seenAt).toBeLessThanOrEqual(github.clock.now().getTime() / 1000);
    expect(github.calls.map(({ operation }) => operation)).toEqual([
      'pulls/get',
      'repos/compare-commits-with-basehead',
    ]);
    expect(github.violations).toEqual([]);
  });

  test('trusts the default branch, whatever the base', async () => {
    await using scene = await setScene();
    const { github, git, repository } = scene;
    await git.git('branch', 'release', 'main');
    await git.checkout('main');
    const trustedSha = await git.commit('meanwhile', { 'other.ts': 'x\n' });
    const pull = await github.people.openPullRequest({ repository, head: 'feature', base: 'release', author: 'alice' });
    const read = await scene.pullRequests.read({ repository: SHOP, number: PullRequestNumber.parse(pull.number) });
    expect(read).toMatchObject({ pullRequest: { version: { baseRef: 'release' }, trustedSha } });
    expect(github.calls.map(({ operation }) => operation)).toEqual([
      'pulls/get',
      'repos/compare-commits-with-basehead',
      'git/get-ref',
    ]);
  });

  test.each(['merged', 'closed'] as const)('knows a %s one', async (state) => {
    await using scene = await setScene();
    if (state === 'merged') scene.github.people.merge(scene.pull, 'bob');
    else scene.github.people.close(scene.pull, 'bob');
    expect((await scene.look()).state).toBe(state);
  });

  test('one that does not exist is not found, with a reason', async () => {
    await using scene = await setScene();
    const outcome = await scene.pullRequests.read({ repository: SHOP, number: PullRequestNumber.parse(99) });
    expect(outcome).toEqual({ outcome: 'not-found', why: expect.stringContaining('no such pull request') });
  });

  test.each([
    ['a bad gateway', effects.badGateway(), [1_000]],
    ['a dropped connection', effects.drop(), [1_000]],
    ['a secondary limit', effects.secondaryLimit(403, 7), [7_000]],
    ['a secondary limit by another status', effects.secondaryLimit(429, 3), [3_000]],
  ])('goes on after %s', async (_what, effect, waits) => {
    await using scene = await setScene();
    scene.github.faults.add({ on: 'pulls/get', effect });
    expect((await scene.look()).title).toBe('Change a line');
    expect(scene.waits).toEqual(waits);
  });

  test('gives up, in words, where GitHub stays away', async () => {
    await using scene = await setScene();
    scene.github.faults.add({ on: 'pulls/get', times: 9, effect: effects.badGateway() });
    await expect(scene.look()).rejects.toThrow(/^GitHub answered 502 when asked to read pull request acme\/shop#\d+/u);
    expect(scene.waits).toEqual([1_000, 2_000, 4_000]);
  });

  test('does not wait an hour for a limit', async () => {
    await using scene = await setScene();
    const inAnHour = new Date(scene.github.clock.now().getTime() + 3_600_000);
    scene.github.faults.add({ on: 'pulls/get', effect: effects.primaryLimit(inAnHour) });
    await expect(scene.look()).rejects.toThrow(/rate limit is used up/u);
    expect(scene.waits).toEqual([]);
  });

  test('an answer that never comes is asked for again', async () => {
    await using scene = await setScene();
    scene.github.faults.add({ on: 'pulls/get', effect: effects.stall() });
    const impatient = scene.adapter({}, { timeoutMs: 2_000 });
    const outcome = await impatient.read({ repository: SHOP, number: PullRequestNumber.parse(scene.pull.number) });
    expect(outcome.outcome).toBe('read');
  });

  test('a token that is not valid is said to be so', async () => {
    await using scene = await setScene();
    const stranger = scene.adapter();
    scene.github.world.tokens.clear();
    const reading = stranger.read({ repository: SHOP, number: PullRequestNumber.parse(scene.pull.number) });
    await expect(reading).rejects.toThrow(/github-token is not valid/u);
    await expect(reading).rejects.toBeInstanceOf(HostFault);
  });
});

describe('relation', () => {
  test('new commits are ahead, an amended one is a rewrite, a vanished one is unknown', async () => {
    await using scene = await setScene();
    const { git, pullRequests } = scene;
    await git.checkout('feature');
    const first = shaOf(await git.git('rev-parse', 'HEAD'));
    const second = await git.commit('more', { 'src/more.ts': 'x\n' });
    await git.git('commit', '-q', '--amend', '--no-edit', '-m', 'otherwise');
    const third = shaOf(await git.git('rev-parse', 'HEAD'));
    expect(await pullRequests.relation(SHOP, first, second)).toBe('ahead');
    expect(await pullRequests.relation(SHOP, first, first)).toBe('ahead');
    expect(await pullRequests.relation(SHOP, second, third)).toBe('rewritten');
    expect(await pullRequests.relation(SHOP, second, first)).toBe('rewritten');
    expect(await pullRequests.relation(SHOP, sha('9'), third)).toBe('unknown');
    expect(scene.github.violations).toEqual([]);
  });

  test('to a commit that the read listed takes no call', async () => {
    await using scene = await setScene();
    const { git, pullRequests } = scene;
    await git.checkout('feature');
    const first = shaOf(await git.git('rev-parse', 'HEAD'));
    const second = await git.commit('more', { 'src/more.ts': 'x\n' });
    const base = shaOf(await git.git('rev-parse', 'main'));
    expect((await scene.look()).version.headSha).toBe(second);
    scene.github.calls.length = 0;
    expect(await pullRequests.relation(SHOP, first, second)).toBe('ahead');
    expect(await pullRequests.relation(SHOP, base, second)).toBe('ahead');
    expect(await pullRequests.relation(SHOP, sha('9'), second)).toBe('rewritten');
    expect(scene.github.calls).toEqual([]);
  });
});
