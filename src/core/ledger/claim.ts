import type { BatchId, EpochSeconds, TokenHash } from '../ids.ts';
import { runIdOf } from '../ids.ts';
import { sameVersion, type SeenPullRequest } from '../pull-request.ts';
import type { ClaimAnswer, ClaimCommand, Fault, IncrementalFlag, RunView } from './commands.ts';
import { ITEM_SCHEMA, type PullRequestItem } from './items.ts';
import { planPullRequest, type Plan } from './plan.ts';
import { isStaleSight, latestFor, notedSight } from './sight.ts';
import { partialReviewOf, sourcesGiven, withCheckpointOf } from './sources.ts';
import { startAttempt } from './start-attempt.ts';
import { Draft, pullRequestIdOf, type Context, type LedgerChange, type LedgerState } from './state.ts';
import { isActive, isLive, pointerTo, previousFor, viewOfCurrent, viewOfRun } from './views.ts';

/** How far a caller's sight of a head may lie in the ledger's future: clocks differ a little. */
export const MAX_SIGHT_AHEAD_SECONDS = 60;

export type ClaimFresh = {
  batchId: BatchId;
  incremental: IncrementalFlag;
  /** For pull requests that are claimed for the first time; null: they get none. */
  markerKey: string | null;
};

export type ClaimDecision =
  | { outcome: 'rejected'; faults: Fault[] }
  | { outcome: 'answered'; batchId: BatchId; answers: ClaimAnswer[]; change: LedgerChange | null };

/** What is wrong with a claim as it was put, before anything is read. */
export function repeatedPullRequests({ pullRequests }: ClaimCommand): Fault[] {
  const seenBefore = new Map<string, number>();
  return pullRequests.flatMap((seen, index): Fault[] => {
    const id = pullRequestIdOf(seen);
    const first = seenBefore.get(id);
    if (first !== undefined) {
      return [{ path: `pullRequests.${index}`, message: `the same pull request as pullRequests.${first}` }];
    }
    seenBefore.set(id, index);
    return [];
  });
}

function sightsAhead({ pullRequests }: ClaimCommand, now: EpochSeconds): Fault[] {
  return pullRequests.flatMap(({ headSeenAt }, index) => {
    const ahead = headSeenAt - now;
    if (ahead <= MAX_SIGHT_AHEAD_SECONDS) return [];
    const message = `${ahead} s ahead of the ledger's clock; at most ${MAX_SIGHT_AHEAD_SECONDS} s are accepted`;
    return [{ path: `pullRequests.${index}.headSeenAt`, message }];
  });
}

/** Answers every PR of the claim, and says what is to be written for it, all or nothing. */
export function decideClaim(
  state: LedgerState,
  command: ClaimCommand,
  fresh: ClaimFresh,
  context: Context,
): ClaimDecision {
  const faults = [...repeatedPullRequests(command), ...sightsAhead(command, context.now)];
  if (faults.length > 0) return { outcome: 'rejected', faults };
  const draft = new Draft(state, context);
  const batchId = batchOf(state, command) ?? fresh.batchId;
  const answers = command.pullRequests.map((seen) => claimOne(draft, command, seen, { ...fresh, batchId }));
  return { outcome: 'answered', batchId, answers, change: draft.change(command.session) };
}

/** The same claim repeated belongs to the batch that it made the first time. */
function batchOf(state: LedgerState, command: ClaimCommand): BatchId | null {
  const held = command.pullRequests
    .map((seen) => state.pullRequests.get(pullRequestIdOf(seen))?.run ?? null)
    .find((run) => isActive(run) && run.holder.tokenHash === command.holder.tokenHash);
  return held?.batchId ?? null;
}

function claimOne(draft: Draft, command: ClaimCommand, seen: SeenPullRequest, fresh: ClaimFresh): ClaimAnswer {
  const { caller, now } = draft.context;
  const found = draft.pullRequest(pullRequestIdOf(seen));
  const pullRequest =
    found === null
      ? newPullRequest(draft, seen, fresh.markerKey)
      : noteSight(draft, found, seen, command.holder.tokenHash);
  const run = draft.run(runIdOf(seen));
  const claim = { tokenHash: command.holder.tokenHash, force: command.force };
  const plan = planPullRequest({ seen, pullRequest, run, caller, now, claim });
  const next = carryOut(draft, command, seen, pullRequest, plan, fresh.batchId);
  if (next !== found) draft.putPullRequest(next);
  return answerOf(plan, next, runShown(draft, plan, seen, next), fresh.incremental, draft);
}

function newPullRequest({ context }: Draft, seen: SeenPullRequest, markerKey: string | null): PullRequestItem {
  const { repository, repositoryId, number } = seen;
  return {
    schema: ITEM_SCHEMA,
    version: 0,
    pullRequest: { repository, repositoryId, number },
    seen: notedSight(seen, context.now, context.caller.trust),
    generation: 0,
    run: null,
    previous: { contributor: null, protected: null, pinned: null },
    sources: [],
    dismissals: [],
    paused: null,
    nextShortId: 1,
    markerKey,
    expiresAt: seen.headSeenAt,
  };
}

/** Keeps the latest sight; a later one of another version ends the run that worked on what is now outdated. */
function noteSight(draft: Draft, found: PullRequestItem, seen: SeenPullRequest, tokenHash: TokenHash): PullRequestItem {
  const { now, caller } = draft.context;
  const known = latestFor(found.seen, caller.trust);
  const { run } = found;
  const outdated = isActive(run) && !sameVersion(run.version, seen);
  // Whoever holds the PR itself knows what it saw last.
  const replacesOwn = outdated && run.holder.tokenHash === tokenHash;
  const isNewer = isNews({ ...found, seen: known }, seen);
  if (isStaleSight(known, seen) || (!isNewer && !replacesOwn)) return found;
  const { repository, repositoryId, number } = seen;
  const sight = notedSight(seen, now, caller.trust);
  const noted = { ...found, pullRequest: { repository, repositoryId, number }, seen: sight };
  if (!outdated || (!replacesOwn && seen.headSeenAt === known.headSeenAt)) return noted;
  draft.supersede(run, noted);
  const why = `superseded by ${seen.headSha}`;
  const ended = { ...run, status: 'superseded' as const, leaseEndsAt: null, checkpoint: null, why };
  return withCheckpointOf({ ...noted, run: ended }, run, draft.nextVersion(pullRequestIdOf(seen)));
}

function isNews({ seen: known, pullRequest }: PullRequestItem, seen: SeenPullRequest): boolean {
  if (seen.headSeenAt !== known.headSeenAt) return seen.headSeenAt > known.headSeenAt;
  return (
    !sameVersion(known, seen) ||
    known.state !== seen.state ||
    known.draft !== seen.draft ||
    known.exclusion !== seen.exclusion ||
    pullRequest.repository !== seen.repository
  );
}

function carryOut(
  draft: Draft,
  command: ClaimCommand,
  seen: SeenPullRequest,
  pullRequest: PullRequestItem,
  plan: Plan,
  batchId: BatchId,
): PullRequestItem {
  const { now } = draft.context;
  switch (plan.action) {
    case 'skip':
    case 'wait':
      return pullRequest;
    case 'resume': {
      if (isLive(plan.run, now)) return pullRequest;
      return { ...pullRequest, run: { ...plan.run, leaseEndsAt: (now + command.leaseSeconds) as typeof now } };
    }
    case 'review':
    case 'publish':
      return startAttempt(draft, pullRequest, seen, plan, { command, batchId });
  }
}

/** Ours for a review or a publication, the other's for a wait; for a skip the one in the way, or the one that did it. */
function runShown(draft: Draft, plan: Plan, seen: SeenPullRequest, pullRequest: PullRequestItem): RunView | null {
  const { now } = draft.context;
  if (plan.action !== 'skip') return viewOfCurrent(pullRequest, now);
  if (plan.reason === 'already-reviewed') {
    const run = draft.run(runIdOf(seen));
    return run === null ? null : viewOfRun(run, pullRequest, now);
  }
  return isActive(pullRequest.run) ? viewOfCurrent(pullRequest, now) : null;
}

function answerOf(
  plan: Plan,
  pullRequest: PullRequestItem,
  run: RunView | null,
  incremental: IncrementalFlag,
  draft: Draft,
): ClaimAnswer {
  const previous = previousFor(pullRequest, draft.context.caller.trust);
  const ours = plan.action === 'skip' || plan.action === 'wait' ? null : pullRequest.run;
  const sources =
    ours === null ? [] : [...partialReviewOf(draft, pullRequest, ours), ...sourcesGiven(pullRequest, ours)];
  return {
    pullRequest: pullRequest.pullRequest,
    ...kindAndReason(plan),
    detail: plan.detail.slice(0, 500),
    run,
    previous: previous === null ? null : pointerTo(previous),
    pendingSources: sources.map(({ runId, attempt, generation }) => ({ runId, attempt, generation })),
    incremental,
    nextShortId: pullRequest.nextShortId,
    markerKey: pullRequest.markerKey ?? null,
  };
}

function kindAndReason(plan: Plan): Pick<ClaimAnswer, 'answer' | 'reason'> {
  if (plan.action !== 'resume') return { answer: plan.action, reason: plan.reason };
  if (plan.run.status === 'completed') return { answer: 'publish', reason: 'undelivered' };
  return { answer: 'review', reason: plan.reason };
}
