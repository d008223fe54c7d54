import { runIdOf, type BatchId, type RunId } from '../ids.ts';
import type { SeenPullRequest } from '../pull-request.ts';
import type { ClaimCommand } from './commands.ts';
import {
  ITEM_SCHEMA,
  MAX_REMEMBERED_ATTEMPTS,
  type Attempt,
  type CurrentRun,
  type PullRequestItem,
  type RunItem,
} from './items.ts';
import type { Plan } from './plan.ts';
import { withCheckpointOf } from './sources.ts';
import { later, pullRequestIdOf, type Draft } from './state.ts';
import { isActive } from './views.ts';

type Start = Extract<Plan, { action: 'review' | 'publish' }>;

/** Gives the caller the lease of the PR and the next attempt of the run at this head. */
export function startAttempt(
  draft: Draft,
  pullRequest: PullRequestItem,
  seen: SeenPullRequest,
  plan: Start,
  { command, batchId }: { command: ClaimCommand; batchId: BatchId },
): PullRequestItem {
  const { now, caller } = draft.context;
  const runId = runIdOf(seen);
  const before = draft.run(runId);
  const claimedAtVersion = draft.nextVersion(pullRequestIdOf(seen));
  const generation = Math.max(pullRequest.generation, before?.generation ?? 0) + 1;
  const record = plan.action === 'publish' ? plan.record : null;
  const { headSha, baseRef, baseSha, mergeBaseSha } = seen;
  const shared = {
    runId,
    attempt: lastAttempt(runId, pullRequest, before) + 1,
    generation,
    batchId,
    status: record === null ? ('running' as const) : ('completed' as const),
    version: { headSha, baseRef, baseSha, mergeBaseSha },
    holder: { tokenHash: command.holder.tokenHash, url: command.holder.url, workflowRun: caller.workflowRun },
    trust: caller.trust,
    mode: record?.mode ?? null,
    reason: record?.reason ?? null,
    verdict: record?.verdict ?? null,
    startedAt: now,
    completedAt: record?.completedAt ?? null,
    deliveredAt: null,
    why: '',
  };
  const leaseEndsAt = later(now, command.leaseSeconds);
  const current: CurrentRun = {
    ...shared,
    leaseEndsAt,
    leaseSeconds: command.leaseSeconds,
    answered: { reason: plan.reason, detail: plan.detail.slice(0, 500) },
    claimedAtVersion,
    checkpoint: null,
    runExpiresAt: draft.runExpiresAt,
  };
  draft.putRun(nextRun(before, pullRequest, shared, leaseEndsAt));
  const displaced = pullRequest.run;
  const kept = isActive(displaced) ? withCheckpointOf(pullRequest, displaced, claimedAtVersion) : pullRequest;
  const next = { ...kept, generation, run: current };
  if (record === null) return next;
  const review = { ...record, runId, generation, delivered: false };
  return { ...next, previous: { ...next.previous, [record.trust]: review } };
}

/** Counts on even where the run item, or what it remembers, is gone: no two attempts ever share their data's keys. */
function lastAttempt(runId: RunId, pullRequest: PullRequestItem, before: RunItem | null): number {
  const { contributor, protected: byProtected, pinned } = pullRequest.previous;
  const known = [before, pullRequest.run, contributor, byProtected, pinned, ...pullRequest.sources];
  return known.reduce((last, each) => (each !== null && each.runId === runId ? Math.max(last, each.attempt) : last), 0);
}

function nextRun(
  before: RunItem | null,
  { pullRequest }: PullRequestItem,
  shared: Omit<Attempt, 'leaseEndsAt' | 'record' | 'late'> & Omit<CurrentRun, keyof LeaseOnly>,
  leaseEndsAt: Attempt['leaseEndsAt'],
): RunItem {
  const { attempt, generation, batchId, holder, trust, version, startedAt } = shared;
  const turn: Attempt = {
    attempt,
    generation,
    batchId,
    holder,
    trust,
    version,
    startedAt,
    leaseEndsAt,
    record: null,
    late: null,
  };
  return {
    schema: ITEM_SCHEMA,
    revision: 1,
    pullRequest,
    ...shared,
    attempts: [...(before?.attempts ?? []), turn].slice(-MAX_REMEMBERED_ATTEMPTS),
    usage: before?.usage ?? null,
    delivery: before?.delivery ?? { commentId: null, reviewId: null, checkId: null },
    supersededBy: null,
    expiresAt: startedAt,
  };
}

type LeaseOnly = Pick<
  CurrentRun,
  'leaseEndsAt' | 'leaseSeconds' | 'answered' | 'claimedAtVersion' | 'checkpoint' | 'runExpiresAt'
>;
