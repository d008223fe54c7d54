import { isOpen, type Finding } from './finding.ts';
import type { BatchId, CommitSha, RunId, SessionName } from './ids.ts';
import type { Mode, Reason } from './mode.ts';
import type { PullRequestKey } from './pull-request.ts';
import type { ReviewRecord } from './review-record.ts';
import type { Usage } from './usage.ts';
import type { Verdict } from './verdict.ts';

/**
 * How a run ended for one PR. `reviewed`: recorded and published by this run. `published`: an earlier run's stored
 * result was published. `skipped`: nothing was to be done; `record` is then the review that stands, if there is one.
 * `overtaken`: a newer push or another run has the PR now, nothing was published as current. `failed`: no review.
 */
export type PullReport = {
  pullRequest: PullRequestKey;
  url: string;
  headSha: CommitSha;
  outcome: 'reviewed' | 'published' | 'skipped' | 'overtaken' | 'failed';
  /** Null where it ended before that was decided. */
  mode: Mode | null;
  reason: Reason | null;
  /** One sentence for people. */
  detail: string;
  runId: RunId | null;
  record: ReviewRecord | null;
};

export type RunReport = {
  session: SessionName;
  batchId: BatchId;
  pulls: PullReport[];
};

/** What came of runs one after another, each with a session of its own. */
export type RunReports = {
  runs: RunReport[];
  /** Those that came to no report of their own. */
  failures: FailedPull[];
  /** What there is to say of the whole, a sentence each. */
  notes: string[];
};

export type FailedPull = { pullRequest: string; why: string };

export type FindingCounts = { new: number; open: number; fixed: number; carried: number };

/** `open` counts all that are open now, `new` and `carried` (raised by an earlier run) are its parts. */
export function countFindings(findings: readonly Finding[]): FindingCounts {
  const count = (matches: (finding: Finding) => boolean): number => findings.filter(matches).length;
  return {
    new: count((finding) => finding.status === 'new'),
    open: count(isOpen),
    fixed: count((finding) => finding.status === 'fixed'),
    carried: count((finding) => finding.status === 'open'),
  };
}

export function sumCounts(counts: readonly FindingCounts[]): FindingCounts {
  const sum = { new: 0, open: 0, fixed: 0, carried: 0 };
  for (const count of counts) {
    sum.new += count.new;
    sum.open += count.open;
    sum.fixed += count.fixed;
    sum.carried += count.carried;
  }
  return sum;
}

const gravity: Record<Verdict, number> = { approved: 0, inconclusive: 1, changes_requested: 2 };

/** The gravest of several verdicts; null where there is none. */
export function gravest(verdicts: readonly Verdict[]): Verdict | null {
  return verdicts.reduce<Verdict | null>(
    (worst, verdict) => (worst === null || gravity[verdict] > gravity[worst] ? verdict : worst),
    null,
  );
}

/** Tokens that a review of only the news did not read. */
export function savedTokens(usage: Usage): number {
  return Math.max(0, usage.fullTokens - usage.scopeTokens);
}
