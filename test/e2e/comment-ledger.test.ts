import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { lifeInTheComment } from '../../scripts/accept/shows/comment-ledger.ts';
import * as shop from '../../scripts/demo/shop.ts';
import { countedCalls } from '../support/github/faults.ts';
import { startCommentWorld } from '../support/world.ts';
import { CONTENT_REVIEWER, nodeCommand, openPullIn, runShipped } from './support.ts';

test("a pull request's whole life on the ledger in its comment", async () => {
  await expect(lifeInTheComment({ dist: resolve('dist') })).resolves.toMatch(/^5 pushes/u);
}, 120_000);

test('a cancelled job says so in the comment and lets go; lost history is reviewed whole', async () => {
  await using pullIn = await openPullIn(await startCommentWorld({ files: shop.base }));
  const { world, pull } = pullIn;
  const cancelled = await runShipped(
    pullIn,
    { command: nodeCommand('process.stdin.resume(); setInterval(() => undefined, 1000)') },
    {
      ending: {
        how: 'cancel',
        at: (moment) => moment.kind === 'output' && moment.text.includes('Asking the reviewer'),
      },
    },
  );
  expect(cancelled.stdout).toContain("apart only by the workflow's concurrency group");
  expect(pull.comments.map(({ body }) => body)).toEqual([expect.stringContaining('No review yet')]);

  const next = await runShipped(pullIn, { command: CONTENT_REVIEWER });
  expect([next.exitCode, next.outputs['verdict'], next.outputs['reason']]).toEqual([0, 'approved', 'first-review']);
  expect(countedCalls(next.calls).map(({ operation }) => operation)).toEqual([
    'repos/get-content',
    'pulls/get',
    'repos/compare-commits-with-basehead',
    'graphql',
    'issues/update-comment',
    'graphql',
    'issues/update-comment',
    'issues/update-comment',
  ]);

  const [comment] = pull.comments;
  if (comment === undefined) throw new Error('the comment is gone');
  comment.body = comment.body.replace('pushback-ledger:1', 'pushback-ledger:99').replaceAll('\n', '\r\n');
  await world.git.commit('More', shop.fixesOneAddsOne);
  const anew = await runShipped(pullIn, { command: CONTENT_REVIEWER }, { action: 'synchronize' });
  expect([anew.exitCode, anew.outputs['reason']]).toEqual([0, 'history-unavailable']);
  expect(pull.comments).toHaveLength(1);
  expect(world.github.violations).toEqual([]);
}, 120_000);
