import type { Change, Conversation } from '../core/publish/plan.ts';
import type { PullRequestKey } from '../core/pull-request.ts';

/**
 * Our one summary comment on a pull request. Written whole: whoever edits it says all that it holds. Hosts offer no edit
 * that depends on what was there, so two writers are kept apart by nothing here. Throws `HostFault`.
 */
export interface StickyComment {
  /** What of ours stands on the PR, found by marker and author; `summary` is the comment itself. */
  read(): Promise<Conversation>;
  /** Looks before it repeats a write whose answer was lost. */
  create(body: string): Promise<CommentRef>;
  /** `gone`: somebody deleted it. The changes of other comments are made in the same call. */
  edit(comment: CommentRef, body: string, changes: readonly Change[]): Promise<'edited' | 'gone'>;
}

/** The host's number of a comment, and its global name. */
export type CommentRef = { commentId: number; nodeId: string };

export type OpenStickyComment = (pullRequest: PullRequestKey, session: string) => StickyComment;
