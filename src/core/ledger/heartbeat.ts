import type { EpochSeconds } from '../ids.ts';
import { sameVersion } from '../pull-request.ts';
import type { ReviewResult } from '../review-record.ts';
import { heldBy, isCurrent, type Held, type Proof } from './attempts.ts';
import type { Fault, HeartbeatAnswer } from './commands.ts';
import type { CurrentRun, DataRef } from './items.ts';
import { faultsOfResult, nextShortIdAfter, type Packed } from './results.ts';
import { keepLate } from './sources.ts';
import { Draft, later, type LedgerChange, type LedgerState, type Context } from './state.ts';
import { lowerTrust } from './trust.ts';
import { isActive } from './views.ts';

export type Beat = Proof & { checkpoint: { result: ReviewResult; packed: Packed } | null };

export type HeartbeatDecision =
  | { outcome: 'rejected'; faults: Fault[] }
  | { outcome: 'answered'; answers: HeartbeatAnswer[]; stored: (DataRef | null)[]; change: LedgerChange | null };

/** Extends the leases that are still held, and keeps every checkpoint, whoever holds the PR by now. */
export function decideHeartbeat(state: LedgerState, beats: readonly Beat[], context: Context): HeartbeatDecision {
  const draft = new Draft(state, context);
  const faults = beats.flatMap((beat, index) => faultsOfBeat(draft, beats, beat, index));
  if (faults.length > 0) return { outcome: 'rejected', faults };
  const outcomes = beats.map((beat) => beatOne(draft, beat));
  return {
    outcome: 'answered',
    answers: outcomes.map(({ answer }) => answer),
    stored: outcomes.map(({ stored }) => stored),
    change: draft.change(),
  };
}

function faultsOfBeat(draft: Draft, beats: readonly Beat[], beat: Beat, index: number): Fault[] {
  const first = beats.findIndex(({ runId }) => runId === beat.runId);
  if (first !== index) return [{ path: `runs.${index}.runId`, message: `the same run as runs.${first}` }];
  if (beat.checkpoint === null) return [];
  const pullRequest = heldBy(draft, beat)?.pullRequest ?? null;
  return faultsOfResult(beat.checkpoint.result, pullRequest, `runs.${index}.checkpoint`);
}

type Outcome = { answer: HeartbeatAnswer; stored: DataRef | null };

function beatOne(draft: Draft, beat: Beat): Outcome {
  const held = heldBy(draft, beat);
  if (held === null) return { answer: lost(beat, 'unknown'), stored: null };
  const current = held.pullRequest.run;
  if (isCurrent(held) && isActive(current)) return extend(draft, held, current, beat);
  return { answer: lossOf(held, beat), stored: keepIfFirst(draft, held, beat) };
}

function extend(draft: Draft, { pullRequest, attempt }: Held, current: CurrentRun, beat: Beat): Outcome {
  const { now, caller } = draft.context;
  const leaseEndsAt = Math.max(current.leaseEndsAt ?? 0, now + current.leaseSeconds) as EpochSeconds;
  // Once the result is stored, a checkpoint has nothing to add to it.
  const checkpoint = current.status === 'running' ? beat.checkpoint : null;
  const stored = checkpoint === null ? null : placeOf(draft, beat, attempt.attempt, checkpoint.packed);
  draft.putPullRequest({
    ...pullRequest,
    run: {
      ...current,
      leaseEndsAt,
      ...(stored === null ? {} : { checkpoint: stored, checkpointTrust: lowerTrust(current.trust, caller.trust) }),
    },
    nextShortId: checkpoint === null ? pullRequest.nextShortId : nextShortIdAfter(pullRequest, checkpoint.result),
  });
  return { answer: { runId: beat.runId, status: 'current', leaseEndsAt, supersededBy: null }, stored };
}

function keepIfFirst(draft: Draft, held: Held, beat: Beat): DataRef | null {
  const { attempt } = held;
  if (beat.checkpoint === null || attempt.record !== null || attempt.late !== null) return null;
  const data = placeOf(draft, beat, attempt.attempt, beat.checkpoint.packed);
  keepLate(draft, held, data, beat.checkpoint.result);
  return data;
}

function placeOf({ context }: Draft, { runId }: Beat, attempt: number, packed: Packed): DataRef {
  return { ...packed, runId, attempt, expiresAt: later(context.now, context.retention.dataSeconds) };
}

function lossOf({ pullRequest, run, attempt }: Held, beat: Beat): HeartbeatAnswer {
  const current = pullRequest.run;
  if (current === null) return lost(beat, 'ended');
  const same = current.runId === run.runId;
  if (same && current.attempt === attempt.attempt) {
    if (current.status !== 'superseded') return lost(beat, 'ended');
    return { ...lost(beat, 'superseded'), supersededBy: pullRequest.seen.headSha };
  }
  if (same && sameVersion(current.version, attempt.version)) return lost(beat, 'taken-over');
  return { ...lost(beat, 'superseded'), supersededBy: current.version.headSha };
}

function lost({ runId }: Beat, status: HeartbeatAnswer['status']): HeartbeatAnswer {
  return { runId, status, leaseEndsAt: null, supersededBy: null };
}
