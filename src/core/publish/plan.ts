import type { CommitSha, RunId } from '../ids.ts';
import type { PullRequestKey } from '../pull-request.ts';
import type { CommentState } from '../render/marker.ts';

/** What of ours stands on the PR. Found by marker AND author; others' markers are never here. */
export type Conversation = {
  /** The PR's head when it was looked at; null where the host did not say. */
  headSha: CommitSha | null;
  summary: StandingSummary | null;
  /** Reviews of ours, by the record (run and its attempt) that they published. */
  reviews: StandingReview[];
  /** Inline comments of ours, by the finding they are about. */
  comments: StandingComment[];
};

export type StandingSummary = {
  commentId: number;
  /** The host's global name of it. */
  nodeId: string;
  body: string;
  /** The record it shows, as its marker says. */
  runId: RunId;
  attempt: number;
  /** That record's review had been refused: everything of it stands in the summary. */
  reviewRefused: boolean;
  /** Highest number of a finding that it, or a summary before it, told of. */
  told: number;
  /** Findings open after each push, the oldest first; the last is of this record. */
  trend: readonly number[];
};

export type StandingReview = {
  reviewId: number;
  nodeId: string;
  runId: RunId;
  attempt: number;
  /** It asks for changes, and nobody has taken that back. */
  requestsChanges: boolean;
  /** Findings that got a comment in it; some of the comments may have been deleted since. */
  findingIds: readonly string[];
};

export type StandingComment = {
  commentId: number;
  nodeId: string;
  findingId: string;
  url: string;
  /** What it says of its finding. */
  state: CommentState;
  byCommandOnly: boolean;
  minimized: boolean;
  /** People who reacted to it with a thumbs-down, by login. */
  thumbsDown: readonly string[];
  thread: {
    nodeId: string;
    /** `by`: the login of whoever resolved it; null where that is no person. */
    resolved: { by: string | null } | null;
    outdated: boolean;
    /** As the host says of our token. */
    mayResolve: boolean;
    mayUnresolve: boolean;
  };
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
  | { action: 'edit'; commentId: number; nodeId: string; body: string }
  | { action: 'keep'; commentId: number };

/** What changes on comments of ours that stand already. Each may be done again without harm. */
export type Change =
  | { change: 'edit'; commentNodeId: string; body: string }
  /** Where the token turns out not to be allowed to resolve, the comment is minimised instead. */
  | { change: 'resolve'; threadNodeId: string; commentNodeId: string; why: MinimizeReason }
  | { change: 'unresolve'; threadNodeId: string }
  | { change: 'minimize'; commentNodeId: string; why: MinimizeReason }
  | { change: 'unminimize'; commentNodeId: string }
  /** Takes back a request for changes. */
  | { change: 'withdraw'; reviewNodeId: string; message: string };

export type MinimizeReason = 'RESOLVED' | 'OUTDATED';

/** Everything one run writes to a PR: data, computed before the first write. */
export type PublishPlan = {
  pullRequest: PullRequestKey;
  runId: RunId;
  attempt: number;
  headSha: CommitSha;
  session: string;
  /** What the PR's markers are signed with; null where it has no key. */
  markerKey: string | null;
  review:
    | {
        action: 'create';
        event: ReviewEvent;
        body: string;
        comments: InlineComment[];
        /** Takes the place of `summary` where the host refuses the review: it then tells what the comments would have. */
        summaryIfRefused: SummaryWrite;
      }
    | { action: 'none' };
  /** Written after the review, before or together with the summary. */
  changes: Change[];
  /** Written after the review. */
  summary: SummaryWrite;
  /** No delivery follows: whoever keeps the summary for a later edit writes it at once. */
  alone?: true;
};

export type ReviewEvent = 'COMMENT' | 'REQUEST_CHANGES';

export type Published = {
  commentId: number | null;
  reviewId: number | null;
  /** Findings (by id) whose inline comments the host refused though checked; they are in the summary then. */
  refused: string[];
};
