import { assertNever } from '../exhaustive.ts';
import type { EpochSeconds, TokenHash } from '../ids.ts';
import { sameVersion, type PullRequestVersion } from '../pull-request.ts';
import type { Reason } from '../mode.ts';
import type { Trust } from '../review-record.ts';
import type { Caller, Force, ReviewState } from './commands.ts';
import type { CurrentRun, PreviousReview, PullRequestItem, RunItem, StoredRecord } from './items.ts';
import { recordsAt } from './records.ts';
import { isStaleSight, latestFor, stateFor, type Sight } from './sight.ts';
import { trusts } from './trust.ts';
import { isActive, isLive, previousFor } from './views.ts';

/** What is to be done about a PR, why, and how a list shows it. */
export type Plan = { state: ReviewState; detail: string } & (
  | { action: 'review'; reason: 'resumed-partial' | null }
  /** Put `record` (of the run at this head) before people: it was stored and they may never have seen it. */
  | { action: 'publish'; reason: 'undelivered'; record: StoredRecord }
  /** The caller's own claim, asked again. */
  | { action: 'resume'; reason: Reason | null; run: CurrentRun }
  | { action: 'wait'; reason: 'active-run'; run: CurrentRun }
  | { action: 'skip'; reason: 'ineligible' | 'stale-head' | 'already-reviewed' }
);

export type PlanInput = {
  /** The PR as this caller sees it; for a list, as it was seen last. */
  seen: Sight;
  pullRequest: PullRequestItem;
  /** The run at the head seen, where there is one. */
  run: RunItem | null;
  caller: Pick<Caller, 'trust' | 'workflowRun'>;
  now: EpochSeconds;
  /** Null for a list. */
  claim: { tokenHash: TokenHash; force: Force | null } | null;
};

/** The one decision on what a PR needs: claims act on it, lists show it. In the order of DESIGN 6. */
export function planPullRequest(input: PlanInput): Plan {
  const { seen } = input;
  const ineligible = whyIneligible(input);
  if (ineligible !== null) return skip('ineligible', 'ineligible', ineligible);
  const known = latestFor(input.pullRequest.seen, input.caller.trust);
  if (isStaleSight(known, seen)) {
    const ahead = known.headSeenAt - seen.headSeenAt;
    const when = ahead > 0 ? `${ahead} s later than` : 'in the same second as';
    return skip('stale-head', 'needs_review', `${short(known.headSha)} was seen ${when} ${short(seen.headSha)}`);
  }
  return planActive(input) ?? planUndelivered(input) ?? planReviewed(input) ?? planReview(input);
}

function whyIneligible({ seen, pullRequest, caller }: PlanInput): string | null {
  const state = stateFor(pullRequest.seen, seen, caller.trust);
  if (state !== 'open') return `the pull request is ${state}`;
  switch (seen.exclusion) {
    case null:
      break;
    case 'draft':
      return 'the pull request is a draft';
    case 'ignored-author':
      return 'its author is on the list of ignored authors';
    case 'skip-label':
      return 'it has the label that leaves it alone';
    default:
      return assertNever(seen.exclusion, 'exclusion');
  }
  const { paused } = pullRequest;
  if (paused !== null && trusts(caller.trust, paused.trust)) return `reviews were paused by ${paused.by}`;
  return null;
}

function planActive({ pullRequest, caller, now, claim }: PlanInput): Plan | null {
  const { run } = pullRequest;
  if (!isActive(run)) return null;
  const state = run.status === 'running' ? 'running' : 'undelivered';
  if (claim !== null && run.holder.tokenHash === claim.tokenHash) {
    return { action: 'resume', state, run, ...run.answered };
  }
  if (!isLive(run, now) || isLaterAttempt(run, caller)) return null;
  const left = (run.leaseEndsAt ?? now) - now;
  const doing = run.status === 'running' ? 'reviewing' : 'publishing the review of';
  const detail = `attempt ${run.attempt} of ${run.runId} is ${doing} this head; its lease ends in ${left} s`;
  return { action: 'wait', reason: 'active-run', state, run, detail };
}

function isLaterAttempt(run: CurrentRun, caller: Pick<Caller, 'workflowRun'>): boolean {
  const held = run.holder.workflowRun;
  const asking = caller.workflowRun;
  return held !== null && asking !== null && held.id === asking.id && asking.attempt > held.attempt;
}

function planUndelivered({ seen, pullRequest, caller, now }: PlanInput): Plan | null {
  const previous = previousFor(pullRequest, caller.trust);
  if (previous === null || previous.delivered || !sameVersion(previous.version, seen)) return null;
  return publish(previous, now, 'its review is stored and was never delivered');
}

function planReviewed(input: PlanInput): Plan | null {
  const { seen, pullRequest, caller, now, run } = input;
  const previous = previousFor(pullRequest, caller.trust);
  if (isForced(input, previous)) return null;
  if (previous !== null && sameVersion(previous.version, seen)) return previous.delivered ? planAgain(previous) : null;
  // A reset to a head that was reviewed before others were: its own review counts again.
  const earlier = run === null ? null : recordAt(run, seen, caller.trust);
  return earlier === null ? null : publish(earlier, now, 'this head is back, and its review is stored');
}

function planAgain(previous: PreviousReview): Plan {
  if (previous.pending === 0) {
    return skip(
      'already-reviewed',
      stateOf(previous),
      `${short(previous.version.headSha)} was reviewed: ${previous.verdict}`,
    );
  }
  const detail = `${previous.pending} paths of ${short(previous.version.headSha)} are still to be reviewed`;
  return { action: 'review', reason: 'resumed-partial', state: stateOf(previous), detail };
}

/** A forced claim whose answer was lost is the same claim when it comes again: what it forced is done. */
function isForced({ claim, run }: PlanInput, previous: PreviousReview | null): boolean {
  if (claim === null || claim.force === null) return false;
  const doneBy = run?.attempts.find((attempt) => attempt.attempt === previous?.attempt);
  return !(previous?.runId === run?.runId && doneBy?.holder.tokenHash === claim.tokenHash);
}

function planReview(input: PlanInput): Plan {
  const { pullRequest, now, claim } = input;
  const force = claim?.force ?? null;
  const why = pullRequest.run === null ? 'it was never reviewed' : whyAgain(pullRequest.run, now);
  const detail = force === null ? why : `forced (${force}): ${why}`;
  return { action: 'review', reason: null, state: 'needs_review', detail };
}

function whyAgain(run: CurrentRun, now: EpochSeconds): string {
  const named = `attempt ${run.attempt} at ${short(run.version.headSha)}`;
  switch (run.status) {
    case 'running':
    case 'completed':
      return isLive(run, now) ? `${named} is taken over by its own later attempt` : `the lease of ${named} has ended`;
    case 'delivered':
      return `${short(run.version.headSha)} was the last version reviewed`;
    case 'failed':
    case 'cancelled':
    case 'superseded':
      return `${named} ended: ${run.status}`;
    default:
      return assertNever(run.status, 'run status');
  }
}

/** The whole review of exactly this version that this head's run recorded, where the caller may trust it. */
function recordAt(run: RunItem, seen: PullRequestVersion, trust: Trust): StoredRecord | null {
  return recordsAt(run, seen, trust).findLast((record) => record.pending === 0) ?? null;
}

/** Data that has expired can't be published any more: null, and the head is reviewed again. */
function publish(record: StoredRecord, now: EpochSeconds, detail: string): Plan | null {
  if (record.data.expiresAt <= now) return null;
  return { action: 'publish', reason: 'undelivered', state: 'undelivered', detail, record };
}

function skip(reason: 'ineligible' | 'stale-head' | 'already-reviewed', state: ReviewState, detail: string): Plan {
  return { action: 'skip', reason, state, detail };
}

function stateOf({ verdict }: StoredRecord): ReviewState {
  switch (verdict) {
    case 'approved':
      return 'up_to_date';
    case 'changes_requested':
      return 'changes_requested';
    case 'inconclusive':
      return 'inconclusive';
    default:
      return assertNever(verdict, 'verdict');
  }
}

function short(sha: string): string {
  return sha.slice(0, 7);
}
