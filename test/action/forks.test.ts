import { expect, test } from '@jest/globals';
import * as shop from '../../scripts/demo/shop.ts';
import { CONTENT_REVIEWER, type PullIn } from '../e2e/support.ts';
import { GitRepository } from '../support/git/git-repository.ts';
import { startCommentWorld, type ReviewedWorld } from '../support/world.ts';
import { runSources } from './run-sources.ts';

async function openForksPull(fork: GitRepository): Promise<PullIn<ReviewedWorld>> {
  const world = await startCommentWorld({ files: shop.base });
  await fork.git('fetch', '-q', world.git.folder, 'main');
  await fork.checkout('discounts', 'FETCH_HEAD');
  await fork.commit('Take discounts off the total', shop.opened);
  const headRepository = await world.github.createRepository({ owner: 'eve', name: 'shop', dir: fork.folder });
  const { repository } = world;
  const pull = await world.github.people.openPullRequest({
    repository,
    headRepository,
    head: 'discounts',
    title: 'Discounts',
    author: 'eve',
  });
  return { world, pull, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

test("a fork's pull request: not reviewed where nothing can be written, nor by a program where there are secrets", async () => {
  await using fork = await GitRepository.create();
  await using pullIn = await openForksPull(fork);
  const inputs = { command: CONTENT_REVIEWER };

  const without = await runSources(pullIn, inputs);
  expect([without.exitCode, without.outputs['verdict'] ?? '']).toEqual([0, '']);
  for (const said of [without.summary, without.stdout]) {
    expect(said).toMatch(/NOT reviewed/);
    expect(said.replaceAll('\\', '')).toContain('a model reviewer on pull_request_target');
  }
  const gated = await runSources(pullIn, { ...inputs, 'fail-on': 'critical' });
  expect([gated.exitCode, gated.summary]).toEqual([1, expect.stringMatching(/NOT reviewed/)]);
  expect(pullIn.pull.comments).toEqual([]);

  const refused = await runSources(pullIn, inputs, { name: 'pull_request_target' });
  expect([refused.exitCode, refused.outputs['verdict'] ?? '']).toEqual([0, '']);
  expect(refused.stdout).toContain('it comes from a fork');
  expect(refused.summary).toMatch(/NOT reviewed/);

  const allowed = await runSources(pullIn, { ...inputs, 'allow-fork-code': 'true' }, { name: 'pull_request_target' });
  expect([allowed.exitCode, allowed.outputs['verdict']]).toEqual([0, 'approved']);
}, 120_000);
