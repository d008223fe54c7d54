import type { CommitSha, EpochSeconds, PullRequestNumber, RepositoryName } from '../core/ids.ts';
import type { PullRequestCommits, PullRequestKey, PullRequestState, PullRequestVersion } from '../core/pull-request.ts';
import type { Conversation, PublishPlan, Published } from '../core/publish/plan.ts';

/** Pull requests where people read them. */
export interface PullRequests {
  /** The PR as it is now, with the time that the host's own clock gives for the answer. */
  read(ref: PullRequestRef): Promise<ReadOutcome>;
  /**
   * How `head` came from `previousHead`: `ahead` where it only adds commits, `rewritten` where the old head is no longer
   * part of it, `unknown` where the host can't say (the old commit is gone).
   */
  relation(repository: RepositoryName, previousHead: CommitSha, head: CommitSha): Promise<HeadRelation>;
  /**
   * What of ours (by marker and author) stands on the PR, over all pages.
   * @param markerKey what markers must be signed with; null: they need not be
   */
  conversation(pullRequest: PullRequestKey, session: string, markerKey: string | null): Promise<Conversation>;
  /** Whether this person may write to the repository. */
  mayWrite(repository: RepositoryName, login: string): Promise<boolean>;
  /**
   * Carries out the plan. Asks `stillHeld` (the lease) before each write and stops where it says no; the head was last
   * seen with the conversation that the plan was made from. Looks before it repeats a write whose answer was lost.
   */
  publish(plan: PublishPlan, stillHeld: () => Promise<boolean>): Promise<PublishOutcome>;
}

export type HeadRelation = 'ahead' | 'rewritten' | 'unknown';

export type PullRequestRef = { repository: RepositoryName; number: PullRequestNumber };

export type ReadOutcome = { outcome: 'read'; pullRequest: PullRequestSnapshot } | { outcome: 'not-found'; why: string };

export type PullRequestSnapshot = {
  key: PullRequestKey;
  version: PullRequestVersion;
  seenAt: EpochSeconds;
  state: PullRequestState;
  draft: boolean;
  title: string;
  body: string;
  author: string;
  labels: string[];
  /** Its head lies in another repository than its base, or in one that is gone. */
  fromFork: boolean;
  commits: PullRequestCommits;
  /**
   * Tip of the branch that may instruct the reviewer: the repository's default branch, or what the caller says to trust.
   * Any other base is a branch that whoever opened the PR may have written.
   */
  trustedSha: CommitSha;
  /** Page of the PR, for links. */
  url: string;
  /** Where its objects can be fetched. */
  cloneUrl: string;
};

export type PublishOutcome =
  | { outcome: 'published'; published: Published }
  /** The lease or the head was lost before a write: what had been written stays, nothing more was. */
  | { outcome: 'overtaken'; published: Published };

/** GitHub (or another host) refused or could not be reached. `missingPermission` names what the token lacks, where that is it. */
export class HostFault extends Error {
  override readonly name = 'HostFault';
  readonly missingPermission: string | null;
  constructor(message: string, options: { cause?: unknown; missingPermission?: string | null } = {}) {
    super(message, { cause: options.cause });
    this.missingPermission = options.missingPermission ?? null;
  }
}
