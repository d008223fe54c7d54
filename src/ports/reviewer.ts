import type { FileDiff } from '../core/diff.ts';
import type { Finding, Judgement, RawFinding } from '../core/finding.ts';
import type { CommitSha } from '../core/ids.ts';
import type { ModeDecision } from '../core/mode.ts';
import type { PullRequestCommits, PullRequestKey, PullRequestVersion } from '../core/pull-request.ts';
import type { Spent } from '../core/reviewing/spent.ts';
import type { Scope } from '../core/scope.ts';
import type { CheckedOut, CheckOutRequest, Repository } from './repository.ts';

/** Looks at code and says what is wrong with it. One call serves all PRs of a batch. */
export interface Reviewer {
  readonly name: string;
  readonly model: string | null;
  /**
   * `scope`: reads what it is given and says what it thinks of that. `tree`: a function of the head's tree, whose
   * results are the whole truth at that head (DESIGN 8).
   */
  readonly kind: 'scope' | 'tree';
  /** Changes when anything does that could change its answers (reviewer, model, filters, command), instructions apart. */
  readonly fingerprint: string;
  /**
   * Ends early when `signal` aborts, with everything it started ended. One that reviews piece by piece says at `progress`
   * what it has and what it used so far, so that nothing is reviewed again, and nothing spent is forgotten, if it comes to
   * no end.
   */
  review(request: ReviewRequest, signal: AbortSignal, progress?: ReviewerProgress): Promise<ReviewerOutcome>;
}

/** Takes the place of what was said before of the same PRs; `notReviewed` names the paths in scope that are left. */
export type ReviewerProgress = (reviews: readonly PullRequestReview[], usage: ReviewerUsage) => void;

export type ReviewRequest = {
  session: string;
  pullRequests: PullRequestRequest[];
  /** The reviewer's own conversation of the previous review, where there was one. */
  previousReviewerSessionId: string | null;
};

export type PullRequestRequest = {
  pullRequest: PullRequestKey;
  version: PullRequestVersion;
  title: string;
  body: string;
  author: string;
  commits: PullRequestCommits;
  decision: ModeDecision;
  previous: { headSha: CommitSha; summary: string } | null;
  scope: Scope;
  /** The PR's own diff, `mergeBase..head`. */
  fullDiff: FileDiff[];
  /** Earlier findings still open, in today's lines where they could be mapped; `touched`: the push changed their code. */
  findings: (Finding & { touched: boolean })[];
  /** What the maintainers ask for, from the trusted branch; null where they say nothing. */
  instructions: string | null;
  /** What its earlier runs used: for limits over its life. */
  spent: Spent;
  /** The objects at the head and at the merge base: for reviewers that look around in them. */
  objects: Pick<Repository, 'fetch' | 'diff' | 'readFiles' | 'listPaths' | 'search'>;
  /** Writes a work tree at the head: for reviewers that look at files themselves. */
  checkOut(place: Pick<CheckOutRequest, 'folder' | 'fromTrusted'>): Promise<CheckedOut>;
};

export type PullRequestReview = {
  /** `owner/repo#12` */
  pullRequest: string;
  summary: string;
  findings: RawFinding[];
  judgements: Judgement[];
  notReviewed: { path: string; reason: string }[];
  /** Findings that a second look refuted, and that are not among `findings` any more; absent where there was none. */
  refuted?: number;
  /** For a `tree` reviewer: what its results are about, and whether they can be trusted to be all. */
  analysed: AnalysedTree | null;
};

export type AnalysedTree = {
  /** Commit whose numbering the findings use; null: the checked-out merge commit or head, unknown which. */
  revision: CommitSha | null;
  /** False where a tool's run failed: then "not reported" does not mean fixed. */
  complete: boolean;
};

export type ReviewerUsage = {
  inputTokens: number | null;
  outputTokens: number | null;
  costUsd: number | null;
};

export type ReviewerOutcome =
  | {
      outcome: 'reviewed';
      reviews: PullRequestReview[];
      usage: ReviewerUsage;
      sessionId: string | null;
      /** Why the previous review's conversation was not continued, where it was to be and was not. */
      begunAnew?: string;
    }
  /** `why` is one sentence that tells the person what to do; `output` what the reviewer printed, bounded and scrubbed. */
  | { outcome: 'failed'; why: string; output: string }
  | { outcome: 'aborted' };
