import type { EpochSeconds } from '../ids.ts';
import { sameVersion } from '../pull-request.ts';
import type { ReviewResult } from '../review-record.ts';
import { faultsOfProofs, heldBy, isCurrent, type Held, type Proof } from './attempts.ts';
import type { Fault, SubmitAnswer } from './commands.ts';
import type { Attempt, CurrentRun, DataRef, PullRequestItem, RunItem, StoredRecord } from './items.ts';
import { faultsOfResult, nextShortIdAfter, type Packed } from './results.ts';
import { keepLate, withoutMerged } from './sources.ts';
import { Draft, later, pullRequestIdOf, type Context, type LedgerChange, type LedgerState } from './state.ts';
import { lowerTrust, trusts } from './trust.ts';
import { isActive, viewOfRun } from './views.ts';

export type Submission = Proof & { result: ReviewResult; packed: Packed };

export type SubmitDecision =
  | { outcome: 'rejected'; faults: Fault[] }
  /** `stored`: per submission the place of its data, null where it is not kept. */
  | { outcome: 'answered'; answers: SubmitAnswer[]; stored: (DataRef | null)[]; change: LedgerChange | null };

/** Checks the batch whole; then each result has an outcome of its own, and none holds back the others. */
export function decideSubmit(state: LedgerState, submissions: readonly Submission[], context: Context): SubmitDecision {
  const draft = new Draft(state, context);
  const faults = [...faultsOfProofs(draft, submissions, 'results'), ...faultsOfResults(draft, submissions)];
  if (faults.length > 0) return { outcome: 'rejected', faults };
  const outcomes = submissions.map((submission) => submitOne(draft, submission));
  return {
    outcome: 'answered',
    answers: outcomes.map(({ answer }) => answer),
    stored: outcomes.map(({ stored }) => stored),
    change: draft.change(),
  };
}

function faultsOfResults(draft: Draft, submissions: readonly Submission[]): Fault[] {
  return submissions.flatMap((submission, index) => {
    const held = heldBy(draft, submission);
    return faultsOfResult(submission.result, held?.pullRequest ?? null, `results.${index}`);
  });
}

type Outcome = { answer: SubmitAnswer; stored: DataRef | null };

function submitOne(draft: Draft, submission: Submission): Outcome {
  const held = heldBy(draft, submission);
  if (held === null) throw new Error(`run ${submission.runId} passed the check and is not held`);
  const { run, attempt } = held;
  const handedIn = attempt.record?.data ?? attempt.late;
  if (handedIn !== null) {
    const same = handedIn.sha256 === submission.packed.sha256;
    if (same) return answered(draft, held, 'replayed', 'this result had been recorded');
    return answered(draft, held, 'stale', `attempt ${attempt.attempt} had handed in another result`);
  }
  const current = held.pullRequest.run;
  if (isCurrent(held) && isActive(current)) return record(draft, held, current, submission);
  const by = run.attempts.findLast((other) => other.record !== null && sameVersion(other.version, attempt.version));
  if (by !== undefined && by.attempt > attempt.attempt && trusts(attempt.trust, by.trust)) {
    return answered(draft, held, 'stale', `attempt ${by.attempt} has recorded the review of this head`);
  }
  return keepAsSource(draft, held, submission);
}

function record(draft: Draft, held: Held, current: CurrentRun, { result, packed }: Submission): Outcome {
  const { now, caller } = draft.context;
  const { pullRequest, run, attempt } = held;
  const data = placeOf(draft.context, held, packed);
  const { mode, reason, verdict, reviewer, coverage } = result;
  const stored: StoredRecord = {
    attempt: attempt.attempt,
    version: attempt.version,
    mode,
    reason,
    verdict,
    reviewer,
    pending: coverage.pending.length,
    trust: lowerTrust(attempt.trust, caller.trust),
    completedAt: now,
    data,
  };
  const done = { status: 'completed' as const, mode, reason, verdict, completedAt: now };
  const leaseEndsAt = Math.max(current.leaseEndsAt ?? 0, now + current.leaseSeconds) as EpochSeconds;
  const next: PullRequestItem = {
    ...withoutMerged(pullRequest, current),
    run: { ...current, ...done, leaseEndsAt, checkpoint: null, runExpiresAt: draft.runExpiresAt },
    previous: withPrevious(pullRequest, run, stored, current.generation),
    nextShortId: nextShortIdAfter(pullRequest, result),
  };
  draft.putPullRequest(next);
  draft.putRun({ ...withAttempt(run, { ...attempt, record: stored }), ...done, usage: result.usage });
  return answered(draft, held, 'recorded', `recorded: ${verdict}`, data);
}

/** Pointers only move to higher generations. */
function withPrevious(
  { previous }: PullRequestItem,
  { runId }: RunItem,
  stored: StoredRecord,
  generation: number,
): PullRequestItem['previous'] {
  const before = previous[stored.trust];
  if (before !== null && before.generation > generation) return previous;
  return { ...previous, [stored.trust]: { ...stored, runId, generation, delivered: false } };
}

function keepAsSource(draft: Draft, held: Held, { result, packed }: Submission): Outcome {
  const { run, attempt } = held;
  const data = placeOf(draft.context, held, packed);
  keepLate(draft, held, data, result);
  draft.putRun(withAttempt(run, { ...attempt, late: data }));
  return answered(
    draft,
    held,
    'recorded_superseded',
    'kept for later reviews to build on; not the current review',
    data,
  );
}

function placeOf({ now, retention }: Context, { run, attempt }: Held, packed: Packed): DataRef {
  const expiresAt = later(now, retention.dataSeconds);
  return { ...packed, runId: run.runId, attempt: attempt.attempt, expiresAt };
}

function withAttempt(run: RunItem, changed: Attempt): RunItem {
  const attempts = run.attempts.map((attempt) => (attempt.attempt === changed.attempt ? changed : attempt));
  return { ...run, attempts };
}

function answered(
  draft: Draft,
  { run }: Held,
  status: SubmitAnswer['status'],
  detail: string,
  stored: DataRef | null = null,
): Outcome {
  const pullRequest = draft.pullRequest(pullRequestIdOf(run.pullRequest));
  const now = draft.run(run.runId) ?? run;
  return { answer: { runId: run.runId, status, detail, run: viewOfRun(now, pullRequest, draft.context.now) }, stored };
}
