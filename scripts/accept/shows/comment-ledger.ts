import assert from 'node:assert/strict';
import { splitBody } from '../../../src/core/render/ledger-block.ts';
import { MAX_BODY_LENGTH } from '../../../src/core/render/view.ts';
import { startCommentWorld } from '../../../test/support/world.ts';
import { faultsIn, MOST_CALLS, ROWS_ALONE } from '../../demo/expectations.ts';
import { Scenario } from '../../demo/scenario.ts';
import * as shop from '../../demo/shop.ts';

/** The demo's pull request, with neither endpoint nor table: all that is remembered stands in its own comment. */
export async function lifeInTheComment({ dist }: { dist: string }): Promise<string> {
  await using world = await startCommentWorld({ files: shop.base });
  const scenario = new Scenario(world, dist, () => undefined);
  await scenario.playAlone();
  // The ledger takes all eight; the configuration file is one more (docs/comment-ledger.md).
  const bounds = { count: ROWS_ALONE, mostCalls: MOST_CALLS + 1 };
  assert.deepEqual(faultsIn(scenario.rows, world.github.violations, bounds), []);
  const [comment, ...others] = scenario.pull.comments;
  assert.deepEqual(others, []);
  const { summary, ledger } = splitBody(comment?.body ?? '');
  assert.equal(ledger.outcome, 'found');
  const length = comment?.body.length ?? 0;
  assert.ok(length <= MAX_BODY_LENGTH, `the comment has ${length} characters`);
  const calls = scenario.rows.map(({ gitHubCalls }) => gitHubCalls);
  const modes = scenario.rows.map(({ mode, reason }) => `${mode}/${reason}`);
  return `${scenario.rows.length} pushes: ${modes.join(', ')}; ${calls.join(', ')} calls; one comment of ${length} characters, ${length - summary.length} of them the ledger`;
}
