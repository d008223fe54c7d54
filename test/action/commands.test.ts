import { expect, test } from '@jest/globals';
import * as shop from '../../scripts/demo/shop.ts';
import { HeldRuns } from '../../src/adapters/actions/held-runs.ts';
import { CONTENT_REVIEWER, openPullIn } from '../e2e/support.ts';
import { startCommentWorld } from '../support/world.ts';
import { runSources } from './run-sources.ts';

test('a command in a comment is obeyed and answered, with the ledger in the comment', async () => {
  await using pullIn = await openPullIn(await startCommentWorld({ files: shop.base }));
  const { world, pull } = pullIn;
  world.repository.collaborators.set('bob', 'write');
  const inputs = { command: CONTENT_REVIEWER, 'check-name': 'Pushback' };
  const first = await runSources(pullIn, inputs);
  expect([first.exitCode, first.outputs['verdict']]).toEqual([0, 'approved']);

  const asked = world.github.people.comment(pull, 'bob', 'Hm.\n\n/pushback help');
  const event = { name: 'issue_comment' as const, action: 'created', comment: asked, sender: 'bob' };
  const answered = await runSources(pullIn, inputs, event);
  expect([answered.exitCode, answered.stdout]).toEqual([0, expect.stringContaining('told which commands there are')]);
  expect(asked.reactions.map(({ content }) => content)).toEqual(['+1']);
  expect(pull.comments.at(-1)?.body).toContain('/pushback dismiss F3');
  expect(world.repository.checks.map(({ name, conclusion }) => [name, conclusion])).toEqual([['Pushback', 'success']]);

  const queued = await runSources(pullIn, inputs, { name: 'merge_group', action: 'checks_requested' });
  expect([queued.exitCode, queued.stdout]).toEqual([0, expect.stringContaining('in the merge queue: as ')]);
  expect(world.repository.checks.map(({ conclusion }) => conclusion)).toEqual(['success', 'success']);

  const again = { ...event, comment: world.github.people.comment(pull, 'bob', '/pushback full') };
  const full = await runSources(pullIn, inputs, again);
  expect([full.exitCode, full.outputs['mode']]).toEqual([0, 'full']);
  // What proves who holds the claim is known to the runner as a secret, whatever asked for the review.
  expect(full.masks).toContain(HeldRuns.parse(JSON.parse(full.state['held-runs'] ?? '')).token);
  expect(world.github.violations).toEqual([]);
}, 120_000);
