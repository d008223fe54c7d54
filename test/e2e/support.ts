import { resolve } from 'node:path';
import * as shop from '../../scripts/demo/shop.ts';
import { dynamoDbEndpoint } from '../support/dynamodb-local.ts';
import { runAction, type ActionResult, type RunOptions } from '../support/github/runner/run-action.ts';
import type { Pull } from '../support/github/state.ts';
import { startWorld, type DeployedWorld, type ReviewedWorld } from '../support/world.ts';

export type PullIn<World extends ReviewedWorld> = AsyncDisposable & { world: World; pull: Pull };
export type ShopPull = PullIn<DeployedWorld>;

/** The shop with one pull request open, on the shared database. */
export async function openShopPull(): Promise<ShopPull> {
  return openPullIn(await startWorld({ files: shop.base, databaseEndpoint: await dynamoDbEndpoint() }));
}

/** Opens the shop's pull request in a world, which ends with it. */
export async function openPullIn<World extends ReviewedWorld>(world: World): Promise<PullIn<World>> {
  await world.git.checkout('discounts', 'main');
  await world.git.commit('Take discounts off the total', shop.opened);
  const { repository } = world;
  const pull = await world.github.people.openPullRequest({
    repository,
    head: 'discounts',
    title: 'Discounts',
    author: 'ada',
  });
  return { world, pull, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

/** Runs the shipped bundle for an event of the pull request. */
export function runShipped(
  { world, pull }: PullIn<ReviewedWorld>,
  inputs: Record<string, string>,
  options: Partial<RunOptions> = {},
): Promise<ActionResult> {
  return runAction(world.github, {
    name: 'pull_request',
    action: 'opened',
    pull,
    repository: world.repository,
    main: resolve('dist/index.js'),
    post: resolve('dist/post.js'),
    inputs,
    ...options,
  });
}

/** A `command` input: node running a script; an argument is a line, so the script becomes one. */
export function nodeCommand(script: string): string {
  return [process.execPath, '-e', script.replaceAll('\n', ' ').trim()].join('\n');
}

/** A reviewer that finds nothing. */
export const CONTENT_REVIEWER = nodeCommand(`
const request = JSON.parse(require('node:fs').readFileSync(process.env.PUSHBACK_REQUEST, 'utf8'));
const reviews = request.pullRequests.map((pr) => ({ pullRequest: pr.pullRequest, summary: 'Fine.', findings: [] }));
process.stdin.resume().on('end', () => process.stdout.write(JSON.stringify({ reviews })));
`);

/** Nothing of ours stands on the pull request, and no call tried to write. */
export function nothingPosted({ world, pull }: ShopPull): boolean {
  const wrote = world.github.calls.some(({ method, path }) => method !== 'GET' && path.startsWith('/repos/'));
  return !wrote && pull.comments.length === 0 && pull.reviews.length === 0;
}
