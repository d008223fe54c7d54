import { isDeepStrictEqual } from 'node:util';
import { expect } from '@jest/globals';
import type { DismissCommand, SubmitCommand } from '../../../src/core/ledger/commands.ts';
import type { Ledger } from '../../../src/ports/ledger.ts';
import { aFinding, sha } from '../../support/builders.ts';
import { aConsistentResult, aSession, claimCommand } from '../ledger-harness.ts';
import type { Checker, Done } from './checker.ts';
import type { By, Step, Words } from './steps.ts';
import { holderOf, look, type Turn, type World } from './world.ts';

/** Does the step on both ledgers, compares what they answer, and has the checker look at what became of it. */
export async function takeStep(world: World, checker: Checker, step: Step): Promise<void> {
  switch (step.do) {
    case 'pass':
      return world.clock.advance(step.seconds);
    case 'push':
      world.github[step.pull]!.head = step.head;
      return;
    case 'retarget':
      world.github[step.pull]!.retargeted = !world.github[step.pull]!.retargeted;
      return;
    case 'close':
      world.github[step.pull]!.closed = !world.github[step.pull]!.closed;
      return;
    case 'claim': {
      const { who, force, lease } = step;
      const sights = step.pulls.map(
        (pull) => (step.paused ? world.sights.get(`${who} ${pull}`) : null) ?? look(world, who, pull, step.ahead),
      );
      const command = claimCommand(holderOf(who, step.job), sights, { force, leaseSeconds: lease });
      world.claims.unshift({ who, command });
      return claim(world, checker, world.claims[0]!);
    }
    case 'claim again': {
      const made = world.claims[step.ago];
      return made === undefined ? undefined : claim(world, checker, made);
    }
    case 'dismiss':
    case 'pause':
      return dismiss(world, checker, step);
    case 'read':
      return read(world, step.who, step.pull);
    default: {
      const turn = world.turns[step.ago];
      return turn === undefined ? undefined : write(world, checker, step, turn);
    }
  }
}

/** Only differences are worth a comparison that explains itself. */
async function onBoth<T>(world: World, who: number, call: (ledger: Ledger) => Promise<T>): Promise<T> {
  const [inMemory, inDynamoDb] = await Promise.all([call(world.inMemory[who]!), call(world.inDynamoDb[who]!)]);
  if (!isDeepStrictEqual(inDynamoDb, inMemory)) expect(inDynamoDb).toEqual(inMemory);
  return inMemory;
}

async function claim(world: World, checker: Checker, { who, command }: World['claims'][number]): Promise<void> {
  const outcome = await onBoth(world, who, (ledger) => ledger.claim(command));
  checker.after({ kind: 'claim', caller: world.callers[who]!, command, outcome });
  if (outcome.outcome === 'rejected') return;
  const holder = [0, 1].map((job) => holderOf(who, job)).find((each) => each.tokenHash === command.holder.tokenHash)!;
  for (const { answer, run } of outcome.answers) {
    if (answer !== 'review' && answer !== 'publish') continue;
    const known = world.turns.find((turn) => turn.runId === run!.runId && turn.holder === holder);
    if (known === undefined) world.turns.unshift({ who, holder, runId: run!.runId, submitted: null });
  }
}

type Write = Extract<Step, { do: 'beat' | 'submit' | 'deliver' | 'release' }>;

async function write(world: World, checker: Checker, step: Write, turn: Turn): Promise<void> {
  const { caller: who, token } = writer(step.by, turn);
  const proof = { runId: turn.runId, token };
  const caller = world.callers[who]!;
  const after = (done: Done): void => checker.after(done);
  switch (step.do) {
    case 'beat': {
      const checkpoint = step.words === null ? null : resultOf(step.words);
      const command = { session: aSession, runs: [{ ...proof, checkpoint }] };
      const outcome = await onBoth(world, who, (ledger) => ledger.heartbeat(command));
      return after({ kind: 'heartbeat', caller, command, outcome });
    }
    case 'submit': {
      const first = step.again && turn.submitted !== null ? turn.submitted : { ...proof, ...resultOf(step.words) };
      const other = step.with === null ? undefined : world.turns[step.with];
      const results: SubmitCommand['results'] = [{ ...first, ...proof }];
      if (other !== undefined) {
        results.push({ runId: other.runId, token: other.holder.token, ...resultOf(step.words) });
      }
      turn.submitted ??= first;
      const command = { session: aSession, results };
      const outcome = await onBoth(world, who, (ledger) => ledger.submit(command));
      return after({ kind: 'submit', caller, command, outcome });
    }
    case 'deliver': {
      const command = { session: aSession, runs: [{ ...proof, commentId: 1, reviewId: null, checkId: null }] };
      const outcome = await onBoth(world, who, (ledger) => ledger.deliver(command));
      return after({ kind: 'deliver', caller, command, outcome });
    }
    case 'release': {
      const command = { session: aSession, runs: [{ ...proof, status: step.status, why: 'said so' }] };
      const outcome = await onBoth(world, who, (ledger) => ledger.release(command));
      return after({ kind: 'release', caller, command, outcome });
    }
  }
}

/** Caller 3 is the other owner; the others are one owner's. */
function writer(by: By, turn: Turn): { caller: number; token: Turn['holder']['token'] } {
  const { token } = turn.holder;
  switch (by) {
    case 'holder':
      return { caller: turn.who, token };
    case 'stranger':
      return { caller: turn.who, token: holderOf(turn.who, 9).token };
    case 'other owner':
      return { caller: turn.who === 3 ? 0 : 3, token };
    case 'other caller':
      return { caller: turn.who === 3 ? 3 : (turn.who + 1) % 3, token };
  }
}

function resultOf({ text, findings, pending }: Words) {
  return aConsistentResult({
    summary: `words ${text}`,
    findings: findings === 0 ? [] : [aFinding({ shortId: 1 + text })],
    coverage: {
      versions: [{ mergeBaseSha: sha('a'), headSha: sha(String(text)) }],
      covered: [{ path: 'early.ts', previousPath: null, version: 0 }],
      pending: pending ? [{ path: 'late.ts', reason: 'budget' }] : [],
      excluded: [],
    },
  });
}

async function dismiss(
  world: World,
  checker: Checker,
  step: Extract<Step, { do: 'dismiss' | 'pause' }>,
): Promise<void> {
  const { who } = step;
  const { repository, repositoryId, number } = look({ ...world, sights: new Map() }, who, step.pull, 0);
  const shared = { session: aSession, pullRequest: { repository, repositoryId, number }, by: 'maria', why: 'no' };
  const command: DismissCommand =
    step.do === 'pause'
      ? { ...shared, action: 'pause', paused: step.paused }
      : { ...shared, action: 'finding', findingId: 'f1', dismissed: step.dismissed };
  const outcome = await onBoth(world, who, (ledger) => ledger.dismiss(command));
  checker.after({ kind: 'dismiss', caller: world.callers[who]!, command, outcome });
}

async function read(world: World, who: number, pull: number): Promise<void> {
  const { repositoryId, number } = look({ ...world, sights: new Map() }, who, pull, 0);
  const query = { session: aSession, repositoryId, number };
  await onBoth(world, who, (ledger) => ledger.list(aSession));
  await onBoth(world, who, (ledger) => ledger.previous(query));
  await onBoth(world, who, async (ledger) => {
    const page = await ledger.history({ ...query, limit: 2 });
    const { cursor } = page;
    return cursor === null ? [page] : [page, await ledger.history({ ...query, limit: 100, cursor })];
  });
  const runId = world.turns.find((turn) => turn.who === who)?.runId;
  if (runId !== undefined) await onBoth(world, who, (ledger) => ledger.previous({ ...query, runId }));
}
