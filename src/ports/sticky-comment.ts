import type { Conversation } from '../core/publish/plan.ts';
import type { PullRequestKey } from '../core/pull-request.ts';

/**
 * Our one summary comment on a pull request. Written whole: whoever edits it says all that it holds. Hosts offer no edit
 * that depends on what was there, so two writers are kept apart by nothing here. Throws `HostFault`.
 */
export interface StickyComment {
  /** What of ours stands on the PR, found by marker and author; `summary` is the comment itself. */
  read(): Promise<Conversation>;
  /** Its id. Looks before it repeats a write whose answer was lost. */
  create(body: string): Promise<number>;
  /** `gone`: somebody deleted it. */
  edit(commentId: number, body: string): Promise<'edited' | 'gone'>;
}

export type OpenStickyComment = (pullRequest: PullRequestKey, session: string) => StickyComment;
