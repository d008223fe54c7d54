import assert from 'node:assert/strict';
import { join } from 'node:path';
import { runAction } from '../../../test/support/github/runner/run-action.ts';
import { usualPermissions } from '../../../test/support/github/start-github.ts';
import type { Pull } from '../../../test/support/github/state.ts';
import { startWorld, type DeployedWorld } from '../../../test/support/world.ts';
import { checkoutAndLint } from '../../demo/analyse.ts';
import * as shop from '../../demo/shop.ts';

const { 'src/discounts.js': mended = '', 'src/receipt.js': receipt = '' } = shop.fixesOneAddsOne;
/** Three slips; the push mends the first and makes a fourth. */
const OPENED = { ...shop.opened, 'src/receipt.js': receipt };
const PUSHED = {
  'src/discounts.js': mended,
  'src/stamps.js': 'export function stampsOf(cart) {\n  return cart.total === NaN ? 0 : 1;\n}\n',
};

/** The demo's pull request after a push: one finding new, one fixed, one carried, and one that a maintainer dismissed. */
export async function pageShowsLives({ dist }: { dist: string }): Promise<string> {
  await using world = await startWorld({ files: shop.base });
  const { git, github, repository } = world;
  repository.collaborators.set('grace', 'write');
  await git.checkout('discounts', 'main');
  await git.commit('Take discounts off the total', OPENED);
  const pull = await github.people.openPullRequest({
    repository,
    head: 'discounts',
    title: 'Discounts',
    author: 'ada',
  });
  await review(world, pull, dist, 'opened');
  const loop = pull.threads.find(({ path }) => path === 'src/receipt.js');
  assert.ok(loop !== undefined && pull.threads.length === 3, pull.threads.map(({ path }) => path).join());
  github.people.resolve(loop, 'grace');
  await git.commit('Mend one, make one', PUSHED);
  const { outputs, stdout } = await review(world, pull, dist, 'synchronize');
  assert.deepEqual([outputs['new'], outputs['fixed'], outputs['carried']], ['1', '1', '1'], stdout.slice(-2000));

  const page = await github.renderPage(repository, pull.number, { theme: 'light' });
  const threads = pull.threads.map(({ path, resolvedBy }) => `${path} ${resolvedBy?.login ?? 'open'}`);
  assert.deepEqual(threads.toSorted(), [
    'src/discounts.js github-actions[bot]',
    'src/discounts.js open',
    'src/receipt.js grace',
    'src/stamps.js open',
  ]);
  assert.equal(page.match(/marked this conversation as\s+resolved/gu)?.length, 2);
  const [summary] = pull.comments;
  for (const word of ['new', 'fixed in', 'open', 'dismissed']) {
    assert.match(summary?.body ?? '', new RegExp(`\\b${word}\\b`, 'u'));
    assert.match(page, new RegExp(`\\b${word}\\b`, 'u'));
  }
  assert.deepEqual(github.violations, []);
  return `1 new, 1 fixed (its thread resolved), 1 carried, 1 dismissed by resolving; ${page.length} characters of page`;
}

function review({ github, repository, git, inputs }: DeployedWorld, pull: Pull, dist: string, action: string) {
  return runAction(github, {
    name: 'pull_request',
    action,
    pull,
    repository,
    permissions: { ...usualPermissions, contents: 'write' },
    main: join(dist, 'index.js'),
    post: join(dist, 'post.js'),
    inputs: { ...inputs, reviewer: 'sarif', 'sarif-file': 'oxlint.sarif' },
    prepare: (workspace) => checkoutAndLint(git.folder, `refs/pull/${pull.number}/merge`, workspace),
  });
}
