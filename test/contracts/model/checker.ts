import { createHash } from 'node:crypto';
import assert from 'node:assert/strict';
import type { RunId } from '../../../src/core/ids.ts';
import type {
  Caller,
  ClaimAnswer,
  ClaimCommand,
  ClaimOutcome,
  DeliverCommand,
  DismissCommand,
  DismissOutcome,
  HeartbeatCommand,
  HeartbeatOutcome,
  ReleaseCommand,
  RunView,
  RunWriteOutcome,
  SubmitCommand,
  SubmitOutcome,
} from '../../../src/core/ledger/commands.ts';
import type { SeenPullRequest } from '../../../src/core/pull-request.ts';
import { TableWatch } from './table-watch.ts';
import type { World } from './world.ts';

/** One call with what it was answered. */
export type Done = { caller: Caller } & (
  | { kind: 'claim'; command: ClaimCommand; outcome: ClaimOutcome }
  | { kind: 'heartbeat'; command: HeartbeatCommand; outcome: HeartbeatOutcome }
  | { kind: 'submit'; command: SubmitCommand; outcome: SubmitOutcome }
  | { kind: 'deliver'; command: DeliverCommand; outcome: RunWriteOutcome }
  | { kind: 'release'; command: ReleaseCommand; outcome: RunWriteOutcome }
  | { kind: 'dismiss'; command: DismissCommand; outcome: DismissOutcome }
);

type Turn = {
  runId: RunId;
  attempt: number;
  caller: Caller;
  tokenHash: string;
  seen: SeenPullRequest;
  leaseEndsAt: number | null;
  phase: 'running' | 'completed' | 'over';
  /** Serial number of each source that its claim was given. */
  given: ReadonlyMap<string, number>;
  /** Trust of the checkpoint it has stored. */
  checkpoint: number | null;
  recorded: boolean;
  late: boolean;
};

type Tracked = { turns: Turn[]; current: Turn | null; sources: Map<string, { trust: number; serial: number }> };

/** What the writing calls' items and answers have in common. */
type Item = { runId: RunId; token: string; checkpoint?: unknown };
type Answer = { runId: RunId; status: string; leaseEndsAt?: number | null; run?: RunView | null };

const RANK = { contributor: 0, protected: 1, pinned: 2 };

/**
 * Follows a history from outside, by what callers were told, and holds the ledger to DESIGN 4 in its own words: it knows
 * nothing of how decisions are made. `TableWatch` looks at what is stored.
 */
export class Checker {
  readonly #world: World;
  readonly #watch: TableWatch;
  readonly #pulls = new Map<string, Tracked>();
  #serial = 0;

  constructor(world: World) {
    this.#world = world;
    this.#watch = new TableWatch(world);
  }

  after(done: Done): void {
    const changed = this.#watch.look(done.caller.ownerId);
    // Whatever is old enough to expire is out of the callers' sight: what is stored is still watched.
    if (this.#world.clock.now() > 1_800_000_000 + 70 * 24 * 60 * 60) return;
    if (done.outcome.outcome !== 'answered' && done.outcome.outcome !== 'done') {
      assert.equal(changed, 0, `${done.outcome.outcome}, and ${changed} items changed`);
      return;
    }
    this.#follow(done);
    for (const [name, { sources }] of this.#pulls) {
      const stored = this.#watch.sources(name);
      const expected = [...sources].map(([key, { trust }]) => `${key} ${trust}`).toSorted();
      assert.deepEqual(
        stored.map(({ key, trust }) => `${key} ${RANK[trust]}`).toSorted(),
        expected,
        `sources of ${name}`,
      );
    }
  }

  #follow(done: Done): void {
    const { caller, outcome } = done;
    switch (done.kind) {
      case 'claim':
        if (outcome.outcome !== 'answered' || !('answers' in outcome)) return;
        return outcome.answers.forEach((answer, index) => {
          this.#claimed(caller, done.command, done.command.pullRequests[index]!, answer);
        });
      case 'heartbeat':
        return this.#each(done, ({ runId, token, checkpoint }, status, answer) => {
          const turn = this.#turn(caller, runId, token);
          if (turn === null) return assert.equal(status, 'unknown');
          this.#beaten(caller, turn, status, Boolean(checkpoint), answer.leaseEndsAt ?? null);
        });
      case 'submit':
        return this.#each(done, ({ runId, token }, status, answer) => {
          this.#submitted(caller, this.#held(caller, runId, token), status, answer.run?.leaseEndsAt ?? null);
        });
      case 'deliver':
      case 'release':
        return this.#each(done, ({ runId, token }, status) => {
          const turn = this.#held(caller, runId, token);
          if (status !== 'done') return;
          assert.equal(this.#tracked(caller, runId).current, turn, 'only the current holder ends a run');
          if (done.kind === 'release' && turn.phase === 'completed') {
            turn.leaseEndsAt = null;
            return;
          }
          assert.equal(turn.phase, done.kind === 'deliver' ? 'completed' : 'running');
          this.#over(caller, turn);
        });
      case 'dismiss':
    }
  }

  #each(
    { command, outcome }: { command: { runs: Item[] } | { results: Item[] }; outcome: object },
    follow: (item: Item, status: string, answer: Answer) => void,
  ): void {
    const items = 'runs' in command ? command.runs : command.results;
    const answers = Object.values(outcome).find((value) => Array.isArray(value)) as Answer[];
    assert.deepEqual(
      answers.map(({ runId }) => runId),
      items.map(({ runId }) => runId),
    );
    items.forEach((item, index) => follow(item, answers[index]!.status, answers[index]!));
  }

  #claimed(caller: Caller, command: ClaimCommand, seen: SeenPullRequest, answer: ClaimAnswer): void {
    const pull = this.#pull(caller, seen);
    const { tokenHash } = command.holder;
    const now = this.#world.clock.now();
    const { current } = pull;
    if (answer.answer === 'wait') return this.#waits(pull, answer, tokenHash);
    if (answer.answer === 'skip') return this.#skipped(caller, pull, seen, answer);
    const run = answer.run!;
    assert.ok(!differs(run.version, seen), 'a run of another version than was claimed');
    assert.ok(run.leaseEndsAt !== null && run.leaseEndsAt > now, 'a claim without a lease');
    if (current !== null && current.runId === run.runId && current.attempt === run.attempt) {
      assert.equal(current.tokenHash, tokenHash, 'the lease of another');
      assert.notEqual(current.phase, 'over', 'a run that had ended goes on');
      current.leaseEndsAt = run.leaseEndsAt;
      this.#given(answer, current, pull, false);
      return;
    }
    if (current !== null && current.phase !== 'over') {
      assert.ok(
        mayDisplace(current, caller, seen, now, tokenHash, this.#watch.seenAt(nameOf(caller, seen))),
        `attempt ${current.attempt} of ${current.runId} was displaced`,
      );
      this.#over(caller, current);
    }
    const rank = RANK[caller.trust];
    const given = [...pull.sources].filter(([, source]) => source.trust >= rank);
    const turn: Turn = {
      runId: run.runId,
      attempt: run.attempt,
      caller,
      tokenHash,
      seen,
      leaseEndsAt: run.leaseEndsAt,
      phase: answer.answer === 'publish' ? 'completed' : 'running',
      given: new Map(given.map(([key, { serial }]) => [key, serial])),
      checkpoint: null,
      recorded: false,
      late: false,
    };
    const clash = pull.turns.some(({ runId, attempt }) => runId === turn.runId && attempt === turn.attempt);
    assert.ok(!clash, 'two turns are the same attempt');
    pull.turns.push(turn);
    pull.current = turn;
    this.#given(answer, turn, pull, true);
    const { previous } = answer;
    const reviewed = previous !== null && !differs(previous.version, seen);
    if (answer.answer === 'publish') {
      assert.ok(reviewed && !previous.delivered, 'there is nothing to publish');
      return;
    }
    if (reviewed && command.force === null) {
      assert.ok(previous.delivered, 'a review that was stored is paid for again');
      assert.ok(previous.pending > 0, 'what was done is done again');
    }
  }

  #waits({ current }: Tracked, answer: ClaimAnswer, tokenHash: string): void {
    assert.ok(current !== null && current.phase !== 'over', 'a wait for nobody');
    const ends = current.leaseEndsAt ?? 0;
    assert.ok(ends > this.#world.clock.now(), 'a wait for a lease that has ended');
    assert.notEqual(current.tokenHash, tokenHash, 'a wait for oneself');
    assert.equal(answer.run?.runId, current.runId);
  }

  #skipped(caller: Caller, { current }: Tracked, seen: SeenPullRequest, { reason }: ClaimAnswer): void {
    const name = nameOf(caller, seen);
    if (reason === 'stale-head') {
      assert.ok(this.#watch.seenAt(name) >= seen.headSeenAt, 'stale, and nothing later was seen');
    }
    if (current === null || current.phase === 'over' || !this.#watch.isSuperseded(name)) return;
    assert.ok(differs(current.seen, seen), 'superseded by a sight of the same version');
    this.#over(caller, current);
  }

  /** Every source that the caller may trust is handed over, and nothing else but an earlier review of this head. */
  #given({ pendingSources }: ClaimAnswer, turn: Turn, pull: Tracked, all: boolean): void {
    const named = pendingSources.map(({ runId, attempt }) => `${runId} ${attempt}`);
    const missing = [...turn.given.keys()].filter((key) => !named.includes(key));
    if (all) assert.deepEqual(missing, [], 'sources were kept back');
    const reviews = pull.turns.filter(({ runId, recorded }) => runId === turn.runId && recorded);
    const allowed = new Set([...turn.given.keys(), ...reviews.map(({ runId, attempt }) => `${runId} ${attempt}`)]);
    assert.deepEqual(
      named.filter((key) => !allowed.has(key)),
      [],
      'sources out of nowhere',
    );
  }

  #beaten(caller: Caller, turn: Turn, status: string, checkpoint: boolean, leaseEndsAt: number | null): void {
    const pull = this.#tracked(caller, turn.runId);
    if (status === 'current') {
      assert.equal(pull.current, turn, 'somebody else is told that the lease is theirs');
      assert.notEqual(turn.phase, 'over');
      assert.ok(leaseEndsAt !== null && leaseEndsAt >= (turn.leaseEndsAt ?? 0), 'a heartbeat made the lease shorter');
      turn.leaseEndsAt = leaseEndsAt;
      if (checkpoint && turn.phase === 'running') turn.checkpoint = trustOf(turn, caller);
      return;
    }
    assert.ok(pull.current !== turn || turn.phase === 'over', `the current holder is told ${status}`);
    if (checkpoint && !turn.recorded && !turn.late) this.#leave(pull, turn, trustOf(turn, caller));
  }

  #submitted(caller: Caller, turn: Turn, status: string, leaseEndsAt: number | null): void {
    const pull = this.#tracked(caller, turn.runId);
    const holds = pull.current === turn && turn.phase !== 'over';
    if (status === 'recorded') {
      assert.ok(holds, 'a result was recorded of a turn that had lost the claim');
      for (const [key, serial] of turn.given) if (pull.sources.get(key)?.serial === serial) pull.sources.delete(key);
      assert.ok(leaseEndsAt !== null && leaseEndsAt > this.#world.clock.now(), 'recorded, and the lease is gone');
      Object.assign(turn, { phase: 'completed', recorded: true, checkpoint: null, leaseEndsAt });
      return;
    }
    if (status === 'recorded_superseded') {
      assert.ok(!holds, "the current holder's result was put aside");
      turn.late = true;
      this.#leave(pull, turn, trustOf(turn, caller));
      return;
    }
    if (holds && !turn.recorded) assert.fail(`the current holder's first result is ${status}`);
  }

  #over(caller: Caller, turn: Turn): void {
    turn.phase = 'over';
    if (turn.checkpoint !== null) this.#leave(this.#tracked(caller, turn.runId), turn, turn.checkpoint);
    turn.checkpoint = null;
  }

  #leave(pull: Tracked, { runId, attempt }: Turn, trust: number): void {
    this.#serial += 1;
    pull.sources.set(`${runId} ${attempt}`, { trust, serial: this.#serial });
  }

  #pull(caller: Caller, key: { repositoryId: number; number: number }): Tracked {
    const name = nameOf(caller, key);
    const found = this.#pulls.get(name) ?? { turns: [], current: null, sources: new Map() };
    this.#pulls.set(name, found);
    return found;
  }

  #tracked(caller: Caller, runId: RunId): Tracked {
    const [, repositoryId, number] = runId.split('_').map(Number);
    return this.#pull(caller, { repositoryId: repositoryId!, number: number! });
  }

  /** The latest turn at this run that the token is of. */
  #turn(caller: Caller, runId: RunId, token: string): Turn | null {
    const tokenHash = createHash('sha256').update(token).digest('hex');
    const { turns } = this.#tracked(caller, runId);
    return turns.findLast((turn) => turn.runId === runId && turn.tokenHash === tokenHash) ?? null;
  }

  #held(caller: Caller, runId: RunId, token: string): Turn {
    const turn = this.#turn(caller, runId, token);
    assert.ok(turn !== null, 'a wrong token was let in');
    return turn;
  }
}

function nameOf({ ownerId }: Caller, { repositoryId, number }: { repositoryId: number; number: number }): string {
  return `${ownerId} ${repositoryId}#${number}`;
}

type Version = Pick<SeenPullRequest, 'headSha' | 'baseRef' | 'mergeBaseSha'>;

function differs(a: Version, b: Version): boolean {
  return a.headSha !== b.headSha || a.baseRef !== b.baseRef || a.mergeBaseSha !== b.mergeBaseSha;
}

/** `seenAt`: the latest sight as it is stored now, ours included. */
function mayDisplace(
  held: Turn,
  caller: Caller,
  seen: SeenPullRequest,
  now: number,
  tokenHash: string,
  seenAt: number,
): boolean {
  if (held.leaseEndsAt === null || held.leaseEndsAt <= now) return true;
  const later = isLaterAttempt(caller, held.caller);
  if (!differs(held.seen, seen)) return later;
  return (
    seen.headSeenAt > held.seen.headSeenAt ||
    // Within one second the same head under two bases has no order: whoever may take the run may say which it is. A
    // sight that lay in the future may have given way to one of more trust meanwhile.
    (seen.headSeenAt >= seenAt && seen.headSha === held.seen.headSha && (held.tokenHash === tokenHash || later)) ||
    RANK[caller.trust] > RANK[held.caller.trust]
  );
}

function isLaterAttempt({ workflowRun: mine }: Caller, { workflowRun: theirs }: Caller): boolean {
  return mine !== null && theirs !== null && mine.id === theirs.id && mine.attempt > theirs.attempt;
}

function trustOf(turn: Turn, caller: Caller): number {
  return Math.min(RANK[turn.caller.trust], RANK[caller.trust]);
}
