import { faultsOfProofs, heldBy, isCurrent, lossText, type Held, type Proof } from './attempts.ts';
import type { DeliverCommand, RunWriteAnswer } from './commands.ts';
import { trusts } from './trust.ts';
import type { Trust } from '../review-record.ts';
import type { PreviousReview, PullRequestItem, RunItem } from './items.ts';
import type { RunWriteDecision } from './run-write.ts';
import { Draft, type Context, type LedgerState } from './state.ts';

export type Delivery = Proof & Pick<DeliverCommand['runs'][number], 'commentId' | 'reviewId' | 'checkId'>;

/** Notes that people can read the result, and gives up the lease. */
export function decideDeliver(state: LedgerState, deliveries: readonly Delivery[], context: Context): RunWriteDecision {
  const draft = new Draft(state, context);
  const faults = faultsOfProofs(draft, deliveries, 'runs');
  if (faults.length > 0) return { outcome: 'rejected', faults };
  const answers = deliveries.map((delivery) => deliverOne(draft, delivery));
  return { outcome: 'answered', answers, change: draft.change() };
}

function deliverOne(draft: Draft, delivery: Delivery): RunWriteAnswer {
  const held = heldBy(draft, delivery);
  if (held === null) throw new Error(`run ${delivery.runId} passed the check and is not held`);
  const { runId } = delivery;
  const current = held.pullRequest.run;
  const { run, attempt } = held;
  if (!isCurrent(held) || current === null) {
    // It was delivered, and the answer lost: that others came since takes nothing from it.
    const wasDelivered = run.attempt === attempt.attempt && run.status === 'delivered';
    if (wasDelivered) return { runId, status: 'replayed', detail: 'it had been delivered' };
    return { runId, status: 'stale', detail: lossText(held) };
  }
  switch (current.status) {
    case 'delivered':
      return { runId, status: 'replayed', detail: 'it had been delivered' };
    case 'completed':
      markDelivered(draft, held, delivery);
      return { runId, status: 'done', detail: 'delivered' };
    case 'running':
      return { runId, status: 'stale', detail: 'nothing was recorded for this run yet' };
    case 'failed':
    case 'cancelled':
    case 'superseded':
      return { runId, status: 'stale', detail: `this run ended: ${current.status}` };
  }
}

function markDelivered(draft: Draft, { pullRequest, run }: Held, delivery: Delivery): void {
  const { now } = draft.context;
  const current = pullRequest.run;
  if (current === null) return;
  const done = { status: 'delivered' as const, deliveredAt: now };
  const { commentId, reviewId, checkId } = delivery;
  draft.putPullRequest({
    ...pullRequest,
    run: { ...current, ...done, leaseEndsAt: null },
    previous: deliveredIn(pullRequest.previous, run, current.generation, draft.context.caller.trust),
  });
  draft.putRun({ ...run, ...done, delivery: { commentId, reviewId, checkId } });
}

/** What is trusted more stays to be published by a run that is: whoever published it only says so. */
function deliveredIn(
  previous: PullRequestItem['previous'],
  run: RunItem,
  generation: number,
  trust: Trust,
): PullRequestItem['previous'] {
  const mark = (review: PreviousReview | null): PreviousReview | null =>
    review !== null && review.runId === run.runId && review.generation === generation && trusts(review.trust, trust)
      ? { ...review, delivered: true }
      : review;
  return {
    contributor: mark(previous.contributor),
    protected: mark(previous.protected),
    pinned: mark(previous.pinned),
  };
}
