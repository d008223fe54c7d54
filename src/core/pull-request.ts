import * as z from 'zod';
import { CommitSha, EpochSeconds, PullRequestNumber, RepositoryId, RepositoryName } from './ids.ts';

/** Which pull request. `repository` is its name today; the id is what keys are made of, for names change hands. */
export const PullRequestKey = z.object({
  repository: RepositoryName,
  repositoryId: RepositoryId,
  number: PullRequestNumber,
});
export type PullRequestKey = z.infer<typeof PullRequestKey>;

/**
 * One version of a pull request. What it changes is `mergeBaseSha..headSha`. `baseSha` is the tip of the base branch
 * when it was looked at; it only informs. Two versions are the same when head, base ref and merge base are.
 */
export const PullRequestVersion = z.object({
  headSha: CommitSha,
  baseRef: z.string().min(1).max(255),
  baseSha: CommitSha,
  mergeBaseSha: CommitSha,
});
export type PullRequestVersion = z.infer<typeof PullRequestVersion>;

export const PullRequestState = z.enum(['open', 'closed', 'merged']);
export type PullRequestState = z.infer<typeof PullRequestState>;

/** Why the caller's own configuration leaves this pull request alone, where it does. */
export const Exclusion = z.enum(['draft', 'ignored-author', 'skip-label']);
export type Exclusion = z.infer<typeof Exclusion>;

/** A pull request as a caller saw it on GitHub just before it claims. */
export const SeenPullRequest = z.object({
  ...PullRequestKey.shape,
  ...PullRequestVersion.shape,
  /** The `Date` header of GitHub's answer: orders heads, whoever claims first. */
  headSeenAt: EpochSeconds,
  state: PullRequestState,
  draft: z.boolean(),
  exclusion: Exclusion.nullable().default(null),
});
export type SeenPullRequest = z.infer<typeof SeenPullRequest>;

export function sameVersion(a: PullRequestVersion, b: PullRequestVersion): boolean {
  return a.headSha === b.headSha && a.baseRef === b.baseRef && a.mergeBaseSha === b.mergeBaseSha;
}

/** The pull request's own commits, oldest first; of very many only some, with how many there are in all. */
export type PullRequestCommits = { listed: { sha: CommitSha; message: string }[]; total: number };

export const NO_COMMITS: PullRequestCommits = { listed: [], total: 0 };

/** A pull request as people name it: an input, an event. */
export type NamedPullRequest = { repository: RepositoryName; number: PullRequestNumber };

/** An open pull request as a list shows it: without its commits, and so without its merge base. */
export type ListedPullRequest = {
  key: PullRequestKey;
  headSha: CommitSha;
  /** Null: that repository is gone. */
  headRepositoryId: RepositoryId | null;
  baseRef: string;
  draft: boolean;
  author: string;
  labels: string[];
  fromFork: boolean;
  url: string;
};

/** `owner/repo#12`: how people and reviewers name a pull request. */
export function pullRequestName(key: { repository: string; number: number }): string {
  return `${key.repository}#${key.number}`;
}
