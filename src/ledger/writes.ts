import { parseRunId, runIdOf, type RunId, type SessionName } from '../core/ids.ts';
import { decideClaim, repeatedPullRequests } from '../core/ledger/claim.ts';
import {
  ClaimCommand,
  DeliverCommand,
  DismissCommand,
  HeartbeatCommand,
  ReleaseCommand,
  SubmitCommand,
  type ClaimOutcome,
  type DismissOutcome,
  type HeartbeatOutcome,
  type RunWriteOutcome,
  type SubmitOutcome,
} from '../core/ledger/commands.ts';
import { decideDeliver } from '../core/ledger/deliver.ts';
import { decideDismiss } from '../core/ledger/dismiss.ts';
import { evaluateIncremental } from '../core/ledger/flags.ts';
import { decideHeartbeat } from '../core/ledger/heartbeat.ts';
import type { DataRef } from '../core/ledger/items.ts';
import { decideRelease } from '../core/ledger/release.ts';
import type { RunWriteDecision } from '../core/ledger/run-write.ts';
import type { Context, LedgerChange, LedgerState } from '../core/ledger/state.ts';
import { decideSubmit } from '../core/ledger/submit.ts';
import type { EpochSeconds } from '../core/ids.ts';
import type { DataBlob } from '../ports/ledger-store.ts';
import type { LedgerDeps } from './deps.ts';
import { packResult } from './pack.ts';
import { hashOf, parseCommand } from './parse-command.ts';
import { transact } from './transact.ts';

export async function claim(deps: LedgerDeps, given: ClaimCommand): Promise<ClaimOutcome> {
  const parsed = parseCommand(ClaimCommand, given);
  if (parsed.outcome === 'rejected') return parsed;
  const { command } = parsed;
  const faults = repeatedPullRequests(command);
  if (faults.length > 0) return { outcome: 'rejected', faults };
  const { session, pullRequests } = command;
  const fresh = { batchId: deps.fresh.batchId(), markerKey: deps.fresh.markerKey() };
  const decision = await transact(
    deps,
    session,
    (now) => deps.store.read({ session, pullRequests, runs: pullRequests.map(runIdOf), forClaim: true, now }),
    (state, now) => {
      const incremental = evaluateIncremental(state.flags, deps.caller.ownerId);
      return decideClaim(state, command, { ...fresh, incremental }, contextOf(deps, now));
    },
    withoutData,
  );
  if (decision.outcome === 'rejected') return decision;
  return { outcome: 'answered', session, batchId: decision.batchId, answers: decision.answers };
}

export async function heartbeat(deps: LedgerDeps, given: HeartbeatCommand): Promise<HeartbeatOutcome> {
  const parsed = parseCommand(HeartbeatCommand, given);
  if (parsed.outcome === 'rejected') return parsed;
  const { session, runs } = parsed.command;
  const beats = await Promise.all(
    runs.map(async ({ runId, token, checkpoint }) => {
      const tokenHash = hashOf(token);
      if (!checkpoint) return { runId, tokenHash, checkpoint: null, chunks: [] };
      const { packed, chunks } = await packResult(runId, checkpoint);
      return { runId, tokenHash, checkpoint: { result: checkpoint, packed }, chunks };
    }),
  );
  const decision = await transact(
    deps,
    session,
    readRuns(deps, session, beats),
    (state, now) => decideHeartbeat(state, beats, contextOf(deps, now)),
    (decided) => withData(decided, beats),
  );
  return decision.outcome === 'rejected' ? decision : { outcome: 'answered', runs: decision.answers };
}

export async function submit(deps: LedgerDeps, given: SubmitCommand): Promise<SubmitOutcome> {
  const parsed = parseCommand(SubmitCommand, given);
  if (parsed.outcome === 'rejected') return parsed;
  const { session, results } = parsed.command;
  const submissions = await Promise.all(
    results.map(async ({ runId, token, ...result }) => {
      return { runId, tokenHash: hashOf(token), result, ...(await packResult(runId, result)) };
    }),
  );
  const decision = await transact(
    deps,
    session,
    readRuns(deps, session, submissions),
    (state, now) => decideSubmit(state, submissions, contextOf(deps, now)),
    (decided) => withData(decided, submissions),
  );
  return decision.outcome === 'rejected' ? decision : { outcome: 'answered', results: decision.answers };
}

export async function deliver(deps: LedgerDeps, given: DeliverCommand): Promise<RunWriteOutcome> {
  const parsed = parseCommand(DeliverCommand, given);
  if (parsed.outcome === 'rejected') return parsed;
  const { session, runs } = parsed.command;
  const deliveries = runs.map(({ token, ...delivery }) => ({ ...delivery, tokenHash: hashOf(token) }));
  return writeRuns(deps, session, deliveries, (state, context) => decideDeliver(state, deliveries, context));
}

export async function release(deps: LedgerDeps, given: ReleaseCommand): Promise<RunWriteOutcome> {
  const parsed = parseCommand(ReleaseCommand, given);
  if (parsed.outcome === 'rejected') return parsed;
  const { session, runs } = parsed.command;
  const releases = runs.map(({ token, ...released }) => ({ ...released, tokenHash: hashOf(token) }));
  return writeRuns(deps, session, releases, (state, context) => decideRelease(state, releases, context));
}

export async function dismiss(deps: LedgerDeps, given: DismissCommand): Promise<DismissOutcome> {
  const parsed = parseCommand(DismissCommand, given);
  if (parsed.outcome === 'rejected') return parsed;
  const { command } = parsed;
  const { session, pullRequest } = command;
  const decision = await transact(
    deps,
    session,
    (now) => deps.store.read({ session, pullRequests: [pullRequest], runs: [], forClaim: false, now }),
    (state, now) => decideDismiss(state, command, contextOf(deps, now)),
    (decided) => ({ change: decided.outcome === 'done' ? decided.change : null, data: [] }),
  );
  return decision.outcome === 'done' ? { outcome: 'done' } : decision;
}

async function writeRuns(
  deps: LedgerDeps,
  session: SessionName,
  proofs: readonly { runId: RunId }[],
  decide: (state: LedgerState, context: Context) => RunWriteDecision,
): Promise<RunWriteOutcome> {
  const decision = await transact(
    deps,
    session,
    readRuns(deps, session, proofs),
    (state, now) => decide(state, contextOf(deps, now)),
    withoutData,
  );
  return decision.outcome === 'rejected' ? decision : { outcome: 'answered', runs: decision.answers };
}

function readRuns(deps: LedgerDeps, session: SessionName, proofs: readonly { runId: RunId }[]) {
  const runs = [...new Set(proofs.map(({ runId }) => runId))];
  const pullRequests = runs.map(parseRunId);
  return (now: EpochSeconds) => deps.store.read({ session, pullRequests, runs, forClaim: false, now });
}

function contextOf({ caller, retention }: LedgerDeps, now: EpochSeconds): Context {
  return { caller, now, retention };
}

type Decided = { outcome: 'rejected' } | { outcome: 'answered'; change: LedgerChange | null };

function withoutData(decided: Decided): { change: LedgerChange | null; data: DataBlob[] } {
  return { change: decided.outcome === 'answered' ? decided.change : null, data: [] };
}

function withData(
  decided: { outcome: 'rejected' } | { outcome: 'answered'; change: LedgerChange | null; stored: (DataRef | null)[] },
  handedIn: readonly { chunks: readonly Uint8Array[] }[],
): { change: LedgerChange | null; data: DataBlob[] } {
  if (decided.outcome === 'rejected') return { change: null, data: [] };
  const data = decided.stored.flatMap((ref, index) => {
    const chunks = handedIn[index]?.chunks ?? [];
    return ref === null ? [] : [{ ref, chunks }];
  });
  return { change: decided.change, data };
}
