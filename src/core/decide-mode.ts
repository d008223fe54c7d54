import type { ModeDecision } from './mode.ts';
import { sameVersion, type PullRequestVersion } from './pull-request.ts';

/** What the mode of a claimed run is decided from: all of it known after git has spoken. DESIGN 6. */
export type ModeFacts = {
  force: 'full' | 'rerun' | null;
  today: PullRequestVersion;
  /** The review to build on, with what of it matters here; `unavailable`: there is one, but its record can't be read. */
  previous:
    | { outcome: 'none' }
    | { outcome: 'unavailable'; why: string }
    | { outcome: 'found'; version: PullRequestVersion; fingerprint: string; complete: boolean };
  fingerprint: string;
  /** The input: `auto` leaves it to the deployment's flag. */
  incremental: 'auto' | 'true' | 'false';
  flag: { value: boolean; cause: string };
  /** Reviewable files and their tokens in the PR's full diff. */
  full: { files: number; tokens: number };
  /**
   * The same of what nobody reviewed yet; null where it was not computed for want of a usable previous review. The note
   * says what had to be told in another way than by comparing trees.
   */
  interdiff:
    | { outcome: 'scoped'; files: number; tokens: number; note?: string | null }
    | { outcome: 'unavailable'; why: string }
    | null;
  /** How today's head came from the previous one. */
  relation: 'ahead' | 'rewritten' | 'unknown';
};

/**
 * Which mode a claimed run takes, and why. The claim's own reasons (ineligible, stale-head, active-run, undelivered,
 * already-reviewed) come before and never reach this function.
 */
export function decideMode(facts: ModeFacts): ModeDecision {
  const byHistory = fullBecauseOfHistory(facts);
  if (byHistory !== null) return byHistory;
  const decision = nothingToReview(facts) ?? fullBecauseOfSize(facts) ?? incremental(facts);
  const note = facts.interdiff?.outcome === 'scoped' ? (facts.interdiff.note ?? null) : null;
  return note === null ? decision : { ...decision, detail: `${decision.detail}; ${note}` };
}

function fullBecauseOfHistory(facts: ModeFacts): ModeDecision | null {
  const full = fullReason(facts);
  if (full === null) return null;
  if (facts.full.files === 0) return nothingReviewable();
  return { mode: 'full', ...full };
}

function fullReason(facts: ModeFacts): Omit<ModeDecision & { mode: 'full' }, 'mode'> | null {
  const { previous, interdiff } = facts;
  if (facts.force === 'full') return { reason: 'forced', detail: 'a full review was asked for' };
  if (previous.outcome === 'none') return { reason: 'first-review', detail: 'no earlier review of this pull request' };
  if (previous.outcome === 'unavailable') return { reason: 'history-unavailable', detail: previous.why };
  if (facts.force === 'rerun' && previous.complete && sameVersion(previous.version, facts.today)) {
    return { reason: 'forced', detail: 'a rerun of a reviewed version was asked for' };
  }
  if (previous.fingerprint !== facts.fingerprint) {
    return { reason: 'reviewer-changed', detail: 'reviewer, model, instructions or filters differ from last time' };
  }
  if (facts.incremental === 'false') return { reason: 'incremental-off', detail: 'the input incremental is false' };
  if (facts.incremental === 'auto' && !facts.flag.value) {
    return { reason: 'incremental-off', detail: `switched off for this owner (${facts.flag.cause})` };
  }
  if (interdiff === null) return { reason: 'history-unavailable', detail: 'the earlier version was not compared' };
  if (interdiff.outcome === 'unavailable') return { reason: 'history-unavailable', detail: interdiff.why };
  return null;
}

function nothingReviewable(): ModeDecision {
  return { mode: 'none', reason: 'nothing-reviewable', detail: 'the pull request changes nothing that is reviewed' };
}

function nothingToReview(facts: ModeFacts): ModeDecision | null {
  const { previous, interdiff } = facts;
  if (previous.outcome !== 'found' || interdiff?.outcome !== 'scoped') return null;
  if (facts.full.files === 0) return nothingReviewable();
  if (!previous.complete && sameVersion(previous.version, facts.today) && interdiff.files > 0) {
    return { mode: 'incremental', reason: 'resumed-partial', detail: 'files were left over at this same version' };
  }
  if (interdiff.files === 0) {
    return { mode: 'none', reason: 'unchanged', detail: 'nothing of the pull request itself changed since its review' };
  }
  return null;
}

function fullBecauseOfSize(facts: ModeFacts): ModeDecision | null {
  const { interdiff, full } = facts;
  if (interdiff?.outcome !== 'scoped' || interdiff.tokens < full.tokens) return null;
  return {
    mode: 'full',
    reason: 'interdiff-not-smaller',
    detail: `what changed is ${interdiff.tokens} tokens, the whole pull request ${full.tokens}`,
  };
}

function incremental(facts: ModeFacts): ModeDecision {
  const { previous, today } = facts;
  if (previous.outcome !== 'found') throw new Error('an incremental review was decided on without a previous one');
  if (facts.relation !== 'ahead') {
    return { mode: 'incremental', reason: 'history-rewritten', detail: 'the earlier head is not part of this one' };
  }
  if (previous.version.baseRef !== today.baseRef) {
    return {
      mode: 'incremental',
      reason: 'base-moved',
      detail: `the base branch was ${previous.version.baseRef} and is ${today.baseRef}`,
    };
  }
  if (previous.version.mergeBaseSha !== today.mergeBaseSha) {
    return { mode: 'incremental', reason: 'base-moved', detail: 'commits of the base branch came in' };
  }
  return { mode: 'incremental', reason: 'new-commits', detail: 'commits were added' };
}
