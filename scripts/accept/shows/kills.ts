import assert from 'node:assert/strict';
import { join } from 'node:path';
import { SessionName } from '../../../src/core/ids.ts';
import { effects, type Call } from '../../../test/support/github/faults.ts';
import { runAction, type ActionResult, type Moment } from '../../../test/support/github/runner/run-action.ts';
import type { Pull } from '../../../test/support/github/state.ts';
import { startWorld, type DeployedWorld } from '../../../test/support/world.ts';

const MAIN = { 'src/cart.js': 'one\ntwo\nthree\n' };
const OPENED = { 'src/cart.js': 'one\nBUG in sums\ntwo\nBUG in names\nthree\n' };
const PUSHED = { 'src/cart.js': 'one\nmended\ntwo\nBUG in names\nthree\n', 'src/till.js': 'BUG in the till\n' };

/** Flags the marked lines in scope, and judges fixed what is listed to it without a place. */
const REVIEWER = `
const request = JSON.parse(require('node:fs').readFileSync(process.env.PUSHBACK_REQUEST, 'utf8'));
const reviews = request.pullRequests.map((pr) => ({
  pullRequest: pr.pullRequest, summary: 'Seen.',
  findings: pr.files.flatMap((file) => file.hunks.flatMap((hunk) => hunk.lines)
    .filter((one) => one.kind === 'new' && one.text.includes('BUG'))
    .map(({ line, text }) => ({ severity: 'warning', path: file.path, line, quote: text, title: text, body: '' }))),
  judgements: pr.findings.filter((one) => one.line === null).map((one) => ({ findingId: one.id, status: 'fixed', why: '' })),
}));
process.stdin.resume().on('end', () => process.stdout.write(JSON.stringify({ reviews })));
`;

type Cut = { name: string; ending?: (moment: Moment) => boolean; loses?: (call: Call) => boolean };

/**
 * The shipped action on a push, its process killed at each of its calls and after each line that it prints, and the
 * answer to each of its writes lost: run again, everything is as after an unharmed run.
 */
export async function killedEverywhere({ dist }: { dist: string }): Promise<string> {
  await using world = await startWorld({ files: MAIN });
  const unharmed = await story(world, dist, null);
  const wanted = JSON.stringify(unharmed.standing);
  const cuts = cutsOf(unharmed.result);
  for (const cut of cuts) {
    const { standing, result } = await story(world, dist, cut);
    if (cut.ending !== undefined) assert.equal(result.signal, 'SIGKILL', `${cut.name}: it was not killed`);
    assert.equal(JSON.stringify(standing), wanted, `cut at ${cut.name}`);
  }
  assert.deepEqual(world.github.violations, []);
  const killed = cuts.filter(({ ending }) => ending !== undefined).length;
  return `${killed} kills (${unharmed.result.calls.length} calls, each in flight, and each line printed), ${cuts.length - killed} lost answers: every pull request converged`;
}

function cutsOf({ calls, stdout }: ActionResult): Cut[] {
  const atCalls = calls.map((call, index): Cut => {
    let seen = 0;
    return {
      name: `call ${index}, ${nameOf(call)}`,
      ending: (moment) => moment.kind === 'call' && moment.phase === 'arrived' && seen++ === index,
    };
  });
  const lines = ['Asking the reviewer', 'Result: ', 'To be written: '].filter((line) => stdout.includes(line));
  const atLines = lines.map((line): Cut => {
    return { name: `the line "${line}"`, ending: (moment) => moment.kind === 'output' && moment.text.includes(line) };
  });
  const writes = [...new Set(calls.filter(isWrite).map(nameOf))];
  const lost = writes.map((name): Cut => ({ name: `the answer of ${name}`, loses: (call) => nameOf(call) === name }));
  return [...atCalls, ...atLines, ...lost];
}

function nameOf({ operation, method, path, fields }: Call): string {
  return operation === 'graphql' ? fields.join('+') : (operation ?? `${method} ${path}`);
}

function isWrite({ operation, method, fields }: Call): boolean {
  if (operation === 'git' || operation === 'oidc') return false;
  return operation === 'graphql' ? fields.some((field) => field !== 'repository') : method !== 'GET';
}

let stories = 0;

async function story(world: DeployedWorld, dist: string, cut: Cut | null) {
  const { git, github, repository } = world;
  stories += 1;
  const head = `topic-${stories}`;
  await git.checkout(head, 'main');
  await git.commit(`Open ${head}`, OPENED);
  const pull = await github.people.openPullRequest({ repository, head, title: 'Change', author: 'ada' });
  await run(world, pull, dist, { runId: `${stories}1`, attempt: 1 });
  await git.commit(`Push to ${head}`, PUSHED);
  const runId = `${stories}2`;
  if (cut?.loses !== undefined) {
    const { loses } = cut;
    github.faults.add({ on: (call) => call.run === runId && loses(call), effect: effects.loseAnswer() });
  }
  const ending = cut?.ending === undefined ? {} : { ending: { how: 'kill' as const, at: cut.ending } };
  const result = await run(world, pull, dist, { runId, attempt: 1, ...ending });
  github.faults.clear();
  if (cut !== null) await run(world, pull, dist, { runId, attempt: 2 });
  const [view] = await world.ledger.list(SessionName.parse(`acme/shop#${pull.number}`));
  const check = repository.checks.findLast(({ headSha }) => headSha === pull.head.sha);
  github.people.close(pull, 'ada');
  const standing = {
    summaries: pull.comments.length,
    told: [...(pull.comments[0]?.body.matchAll(/\*\*F\d+\*\*|~~.+?~~|\bnew\b/gu) ?? [])].map(([text]) => text),
    reviews: pull.reviews.length,
    threads: pull.threads
      .map(({ path, line, comments }) => [path, line, comments.length, comments[0]?.minimized ?? ''].join(' '))
      .toSorted(),
    check: [check?.conclusion, check?.output.title],
    ledger: [view?.state, view?.run?.status],
  };
  return { result, standing };
}

function run(
  { github, repository, inputs }: DeployedWorld,
  pull: Pull,
  dist: string,
  options: { runId: string; attempt: number; ending?: { how: 'kill'; at: (moment: Moment) => boolean } },
): Promise<ActionResult> {
  return runAction(github, {
    name: 'pull_request',
    action: 'synchronize',
    pull,
    repository,
    main: join(dist, 'index.js'),
    post: join(dist, 'post.js'),
    inputs: {
      ...inputs,
      reviewer: 'command',
      command: [process.execPath, '-e', REVIEWER.replaceAll('\n', ' ').trim()].join('\n'),
      'check-name': 'Pushback',
      'fail-on': 'warning',
    },
    ...options,
  });
}
