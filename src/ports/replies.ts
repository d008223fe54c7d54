import type { PullRequestNumber, RepositoryName } from '../core/ids.ts';

/** A person's comment on a PR: of its conversation, or of a thread at a line. */
export type PersonsComment = {
  repository: RepositoryName;
  number: PullRequestNumber;
  id: number;
  kind: 'issue' | 'review';
};

export type ReplyReaction = '+1' | 'eyes' | 'confused';

/** How people are answered. Faults are `HostFault`s. */
export interface Replies {
  react(comment: PersonsComment, reaction: ReplyReaction): Promise<void>;
  /** Where the comment stands: in its thread, else at the conversation's end. */
  reply(comment: PersonsComment, body: string): Promise<void>;
}
