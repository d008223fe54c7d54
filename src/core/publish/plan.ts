import type { CommitSha, RunId } from '../ids.ts';
import type { PullRequestKey } from '../pull-request.ts';

/** What of ours stands on the PR. Found by marker AND author; others' markers are never here. */
export type Conversation = {
  summary: StandingSummary | null;
  /** Reviews of ours, by the record (run and its attempt) that they published. */
  reviews: StandingReview[];
  /** Inline comments of ours, by the finding they are about. */
  comments: { commentId: number; findingId: string; url: string }[];
};

export type StandingSummary = {
  commentId: number;
  body: string;
  /** The record it shows, as its marker says. */
  runId: RunId;
  attempt: number;
  /** That record's review had been refused: everything of it stands in the summary. */
  reviewRefused: boolean;
  /** Highest number of a finding that it, or a summary before it, told of. */
  told: number;
};

export type StandingReview = {
  reviewId: number;
  runId: RunId;
  attempt: number;
  /** Findings that got a comment in it; some of the comments may have been deleted since. */
  findingIds: readonly string[];
};

/** One inline comment, its place checked against the PR's own diff. */
export type InlineComment = {
  findingId: string;
  path: string;
  /** Last line; `startLine` is set for a range of several. */
  line: number;
  startLine: number | null;
  side: 'RIGHT' | 'LEFT';
  body: string;
};

export type SummaryWrite =
  | { action: 'create'; body: string }
  | { action: 'edit'; commentId: number; body: string }
  | { action: 'keep'; commentId: number };

/** Everything one run writes to a PR: data, computed before the first write. */
export type PublishPlan = {
  pullRequest: PullRequestKey;
  runId: RunId;
  attempt: number;
  headSha: CommitSha;
  session: string;
  review:
    | {
        action: 'create';
        body: string;
        comments: InlineComment[];
        /** Takes the place of `summary` where the host refuses the review: it then tells what the comments would have. */
        summaryIfRefused: SummaryWrite;
      }
    | { action: 'none' };
  /** Written after the review. */
  summary: SummaryWrite;
};

export type Published = {
  commentId: number | null;
  reviewId: number | null;
  /** Findings (by id) whose inline comments the host refused though checked; they are in the summary then. */
  refused: string[];
};
