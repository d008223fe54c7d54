import assert from 'node:assert/strict';
import { join } from 'node:path';
import { SessionName } from '../../../src/core/ids.ts';
import { runAction, type ActionResult, type RunOptions } from '../../../test/support/github/runner/run-action.ts';
import type { Pull } from '../../../test/support/github/state.ts';
import { startWorld, type DeployedWorld } from '../../../test/support/world.ts';
import * as shop from '../../demo/shop.ts';

/** A reviewer that points at the first added line of the first file. */
const QUICK_REVIEWER = `
const request = JSON.parse(require('node:fs').readFileSync(process.env.PUSHBACK_REQUEST, 'utf8'));
const reviews = request.pullRequests.map((pr) => {
  const file = pr.files[0];
  const line = file.hunks.flatMap((hunk) => hunk.lines).find((one) => one.kind !== 'context' && one.text.length > 10);
  const finding = { severity: 'warning', path: file.path, line: line.line, quote: line.text, title: 'Look at this', body: 'Twice.' };
  return { pullRequest: pr.pullRequest, summary: 'Seen.', findings: [finding] };
});
process.stdin.resume().on('end', () => process.stdout.write(JSON.stringify({ reviews })));
`;
/** One that never answers. */
const HANGING_REVIEWER = 'process.stdin.resume(); setInterval(() => undefined, 1000);';

type Options = { dist: string; databaseEndpoint?: string };

/** The same event delivered twice. */
export async function eventTwice({ dist, databaseEndpoint }: Options): Promise<string> {
  await using world = await startWorld({
    files: shop.base,
    ...(databaseEndpoint === undefined ? {} : { databaseEndpoint }),
  });
  const pull = await openPullRequest(world);
  const first = await run(world, pull, { dist, runId: '8001', attempt: 1, script: QUICK_REVIEWER });
  assert.equal(first.outputs['reason'], 'first-review', first.stdout + first.stderr);
  const second = await run(world, pull, { dist, runId: '8002', attempt: 1, script: QUICK_REVIEWER });
  assert.equal(second.outputs['reason'], 'already-reviewed', second.stdout + second.stderr);
  return await assertOneOfEach(world, pull);
}

/** Killed while the reviewer is at it, and run again as attempt 2 with no time passed. */
export async function killedAndRunAgain({ dist, databaseEndpoint }: Options): Promise<string> {
  await using world = await startWorld({
    files: shop.base,
    ...(databaseEndpoint === undefined ? {} : { databaseEndpoint }),
  });
  const pull = await openPullRequest(world);
  const killed = await run(world, pull, {
    dist,
    runId: '8101',
    attempt: 1,
    script: HANGING_REVIEWER,
    ending: { how: 'kill', at: (moment) => moment.kind === 'output' && moment.text.includes('Asking the reviewer') },
  });
  assert.equal(killed.signal, 'SIGKILL', killed.stdout + killed.stderr);
  const [left] = await world.ledger.list(sessionOf(pull));
  assert.equal(left?.state, 'running');
  const again = await run(world, pull, { dist, runId: '8101', attempt: 2, script: QUICK_REVIEWER });
  assert.equal(again.outputs['reason'], 'first-review', again.stdout + again.stderr);
  const leaseLeft = left.run?.leaseEndsAt ?? 0;
  const taken = await world.ledger.history({ ...pullRequestOf(world, pull), limit: 10 });
  const startedAt = taken.runs[0]?.startedAt ?? 0;
  assert.ok(startedAt < leaseLeft, `it started at ${startedAt}, the killed one's lease ended at ${leaseLeft}`);
  return `taken over ${leaseLeft - startedAt} s before the lease's end; ${await assertOneOfEach(world, pull)}`;
}

async function openPullRequest({ git, github, repository }: DeployedWorld): Promise<Pull> {
  await git.checkout('discounts', 'main');
  await git.commit('Take discounts off the total', shop.opened);
  return github.people.openPullRequest({ repository, head: 'discounts', title: 'Discounts', author: 'ada' });
}

function run(
  world: DeployedWorld,
  pull: Pull,
  {
    dist,
    runId,
    attempt,
    script,
    ending,
  }: { dist: string; runId: string; attempt: number; script: string } & Pick<RunOptions, 'ending'>,
): Promise<ActionResult> {
  return runAction(world.github, {
    name: 'pull_request',
    action: 'opened',
    pull,
    repository: world.repository,
    runId,
    attempt,
    main: join(dist, 'index.js'),
    post: join(dist, 'post.js'),
    inputs: { ...world.inputs, reviewer: 'command', command: [process.execPath, '-e', asOneLine(script)].join('\n') },
    ...(ending === undefined ? {} : { ending }),
  });
}

/** An argument is a line. */
function asOneLine(script: string): string {
  return script.replaceAll('\n', ' ').trim();
}

function sessionOf(pull: Pull): SessionName {
  return SessionName.parse(`acme/shop#${pull.number}`);
}

function pullRequestOf(
  world: DeployedWorld,
  pull: Pull,
): Pick<Parameters<DeployedWorld['ledger']['history']>[0], 'session' | 'repositoryId' | 'number'> {
  return { session: sessionOf(pull), repositoryId: world.repository.id as never, number: pull.number as never };
}

async function assertOneOfEach(world: DeployedWorld, pull: Pull): Promise<string> {
  assert.deepEqual(world.github.violations, []);
  assert.equal(pull.comments.length, 1);
  assert.equal(pull.reviews.length, 1);
  assert.equal(pull.threads.length, 1);
  const { runs } = await world.ledger.history({ ...pullRequestOf(world, pull), limit: 10 });
  assert.deepEqual(
    runs.map(({ status }) => status),
    ['delivered'],
  );
  return '1 summary, 1 review, 1 comment, 1 completed run';
}
