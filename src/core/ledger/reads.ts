import type { EpochSeconds, RunId } from '../ids.ts';
import type { PullRequestVersion } from '../pull-request.ts';
import type { Trust } from '../review-record.ts';
import type { Caller, Dismissal, PreviousQuery, PullRequestView } from './commands.ts';
import type { DataRef, PullRequestItem, RunItem } from './items.ts';
import { planPullRequest } from './plan.ts';
import { trusts } from './trust.ts';
import { pointerTo, previousFor, viewOfCurrent } from './views.ts';

/** A PR for a list: by the plan that a claim of its latest sight would get. */
export function viewPullRequest(pullRequest: PullRequestItem, caller: Caller, now: EpochSeconds): PullRequestView {
  const { seen } = pullRequest;
  const plan = planPullRequest({ seen, pullRequest, run: null, caller, now, claim: null });
  const previous = previousFor(pullRequest, caller.trust);
  const { headSha, baseRef, baseSha, mergeBaseSha } = seen;
  return {
    pullRequest: pullRequest.pullRequest,
    version: { headSha, baseRef, baseSha, mergeBaseSha },
    state: plan.state,
    detail: plan.detail.slice(0, 500),
    run: viewOfCurrent(pullRequest, now),
    previous: previous === null ? null : pointerTo(previous),
  };
}

/** Where a record or checkpoint lies, and all of its envelope. */
export type Located = {
  runId: RunId;
  attempt: number;
  generation: number;
  version: PullRequestVersion;
  trust: Trust;
  completedAt: EpochSeconds | null;
  delivered: boolean;
  data: DataRef;
};

/** What a query for a previous review means: the review to build on, or what the named run (and attempt) left. */
export function locate(
  pullRequest: PullRequestItem,
  run: RunItem | null,
  query: PreviousQuery,
  trust: Trust,
): Located | null {
  if (query.runId === undefined) return previousFor(pullRequest, trust);
  const { runId, attempt } = query;
  const found = [...recordsOf(pullRequest, run), ...leftoversOf(pullRequest)].filter(
    (located) =>
      located.runId === runId && (attempt === undefined || located.attempt === attempt) && trusts(trust, located.trust),
  );
  return found[0] ?? null;
}

/** The word of people that binds this caller. */
export function dismissalsFor(pullRequest: PullRequestItem, trust: Trust): Dismissal[] {
  return pullRequest.dismissals
    .filter((dismissal) => trusts(trust, dismissal.trust))
    .map(({ findingId, by, why, at }) => ({ findingId, by, why, at }));
}

/** Completed results, the PR's own pointers first, then the latest. */
function recordsOf({ previous }: PullRequestItem, run: RunItem | null): Located[] {
  const pointed = [previous.contributor, previous.protected, previous.pinned].filter((review) => review !== null);
  const attempts = (run?.attempts ?? []).toReversed();
  const recorded = attempts.flatMap(({ record, generation }) =>
    record === null || run === null
      ? []
      : [{ ...record, runId: run.runId, generation, delivered: run.status === 'delivered' }],
  );
  return [...pointed.toSorted((a, b) => b.generation - a.generation), ...recorded];
}

/** Checkpoints and late results, the latest first. */
function leftoversOf({ run, sources }: PullRequestItem): Located[] {
  const left = sources.toReversed().map((source) => ({ ...source, completedAt: null, delivered: false }));
  if (run === null || run.checkpoint === null) return left;
  const trust = run.checkpointTrust ?? run.trust;
  return [{ ...run, trust, completedAt: null, delivered: false, data: run.checkpoint }, ...left];
}
