import type { EpochSeconds } from '../ids.ts';
import type { PullRequestKey } from '../pull-request.ts';
import type { Trust } from '../review-record.ts';
import type { RecordPointer, RunView } from './commands.ts';
import type { CurrentRun, PreviousReview, PullRequestItem, RunItem } from './items.ts';
import { trusts } from './trust.ts';

/** True while the run has a holder's work in it: being reviewed, or being published. */
export function isActive(run: CurrentRun | null): run is CurrentRun {
  return run !== null && (run.status === 'running' || run.status === 'completed');
}

export function isLive(run: Pick<CurrentRun, 'leaseEndsAt'>, now: EpochSeconds): boolean {
  return run.leaseEndsAt !== null && run.leaseEndsAt > now;
}

type Viewed = Pick<
  CurrentRun,
  Exclude<keyof RunView, 'pullRequest' | 'holderUrl' | 'leaseEndsAt' | 'usage'> | 'holder'
>;

function view(run: Viewed, pullRequest: PullRequestKey, leaseEndsAt: EpochSeconds | null): RunView {
  return {
    runId: run.runId,
    attempt: run.attempt,
    generation: run.generation,
    batchId: run.batchId,
    status: run.status,
    pullRequest,
    version: run.version,
    leaseEndsAt,
    holderUrl: run.holder.url,
    mode: run.mode,
    reason: run.reason,
    verdict: run.verdict,
    trust: run.trust,
    startedAt: run.startedAt,
    completedAt: run.completedAt,
    deliveredAt: run.deliveredAt,
    why: run.why,
  };
}

export function viewOfCurrent(pullRequest: PullRequestItem, now: EpochSeconds): RunView | null {
  const { run } = pullRequest;
  if (run === null) return null;
  return view(run, pullRequest.pullRequest, isActive(run) && isLive(run, now) ? run.leaseEndsAt : null);
}

/** A run of a PR: with its lease, where it is the PR's current one. */
export function viewOfRun(run: RunItem, pullRequest: PullRequestItem | null, now: EpochSeconds): RunView {
  const current = pullRequest?.run ?? null;
  if (pullRequest !== null && current !== null && current.runId === run.runId && current.attempt === run.attempt) {
    return { ...(viewOfCurrent(pullRequest, now) ?? view(run, run.pullRequest, null)), usage: run.usage };
  }
  return { ...view(run, run.pullRequest, null), usage: run.usage };
}

/** The latest review that a caller of this trust may build on. */
export function previousFor(pullRequest: PullRequestItem, trust: Trust): PreviousReview | null {
  const { contributor, protected: byProtected, pinned } = pullRequest.previous;
  return [contributor, byProtected, pinned]
    .filter((review) => review !== null)
    .filter((review) => trusts(trust, review.trust))
    .reduce<PreviousReview | null>(
      (best, next) => (best !== null && best.generation > next.generation ? best : next),
      null,
    );
}

export function pointerTo(review: PreviousReview): RecordPointer {
  return {
    runId: review.runId,
    attempt: review.attempt,
    generation: review.generation,
    version: review.version,
    mode: review.mode,
    reason: review.reason,
    verdict: review.verdict,
    reviewer: review.reviewer,
    pending: review.pending,
    delivered: review.delivered,
    trust: review.trust,
  };
}
