import type { RunId } from '../ids.ts';
import type { Held } from './attempts.ts';
import type { CurrentRun, DataRef, PullRequestItem, Source } from './items.ts';
import { recordsAt } from './records.ts';
import type { ReviewResult } from '../review-record.ts';
import { nextShortIdAfter } from './results.ts';
import { pullRequestIdOf, type Draft } from './state.ts';
import { lowerTrust, trusts } from './trust.ts';
import { previousFor } from './views.ts';

/** More than any sane number of pushes between two completed reviews, and few enough for one item. */
export const MAX_SOURCES = 100;

/** Lists what a run leaves to later ones. The last word of an attempt replaces its earlier ones. */
export function withSource(pullRequest: PullRequestItem, source: Source): PullRequestItem {
  const others = pullRequest.sources.filter((kept) => kept.runId !== source.runId || kept.attempt !== source.attempt);
  return { ...pullRequest, sources: [...others, source].slice(-MAX_SOURCES) };
}

/** What the run had checkpointed becomes a source, for its review will not come from this attempt. */
export function withCheckpointOf(pullRequest: PullRequestItem, run: CurrentRun, since: number): PullRequestItem {
  if (run.checkpoint === null) return pullRequest;
  const { runId, attempt, generation, version, checkpoint } = run;
  const trust = run.checkpointTrust ?? run.trust;
  return withSource(pullRequest, { runId, attempt, generation, version, trust, data: checkpoint, since });
}

/** Keeps what an attempt handed in after it had lost the PR, for later reviews to build on. */
export function keepLate(draft: Draft, { pullRequest, run, attempt }: Held, data: DataRef, result: ReviewResult): void {
  const next = withSource(pullRequest, {
    runId: run.runId,
    attempt: attempt.attempt,
    generation: attempt.generation,
    version: attempt.version,
    trust: lowerTrust(attempt.trust, draft.context.caller.trust),
    data,
    since: draft.nextVersion(pullRequestIdOf(pullRequest.pullRequest)),
  });
  draft.putPullRequest({ ...next, nextShortId: nextShortIdAfter(pullRequest, result) });
}

/** What a run's claim handed over: it knew of these, and may trust them. */
export function sourcesGiven(
  pullRequest: PullRequestItem,
  run: Pick<CurrentRun, 'claimedAtVersion' | 'trust'>,
): Source[] {
  return pullRequest.sources.filter(
    (source) => source.since <= run.claimedAtVersion && trusts(run.trust, source.trust),
  );
}

/**
 * An earlier review of just this version that left paths over, where other heads were reviewed since: what it covered is
 * covered, though the previous review may know nothing of it.
 */
export function partialReviewOf(
  draft: Draft,
  pullRequest: PullRequestItem,
  ours: CurrentRun,
): { runId: RunId; attempt: number; generation: number }[] {
  const run = draft.run(ours.runId);
  if (run === null || ours.status !== 'running') return [];
  const record = recordsAt(run, ours.version, ours.trust).at(-1);
  const previous = previousFor(pullRequest, ours.trust);
  if (record === undefined || record.data.expiresAt <= draft.context.now) return [];
  if (previous?.runId === run.runId && previous.attempt === record.attempt) return [];
  const generation = run.attempts.find(({ attempt }) => attempt === record.attempt)?.generation;
  return generation === undefined ? [] : [{ runId: run.runId, attempt: record.attempt, generation }];
}

/** A recorded result holds what the run was given; what came in since stays for the next. */
export function withoutMerged(pullRequest: PullRequestItem, run: CurrentRun): PullRequestItem {
  const given = new Set(sourcesGiven(pullRequest, run));
  return { ...pullRequest, sources: pullRequest.sources.filter((source) => !given.has(source)) };
}
