import { basename, resolve } from 'node:path';
import { type EpochSeconds, PullRequestNumber, RepositoryId, RepositoryName, type CommitSha } from '../../core/ids.ts';
import type { PullRequestCommits, PullRequestKey } from '../../core/pull-request.ts';
import type { PublishPlan } from '../../core/publish/plan.ts';
import type { PullRequests, PullRequestSnapshot } from '../../ports/pull-requests.ts';
import type { LocalRepository } from './local-repository.ts';

export type LocalPullRequestOptions = {
  repository: LocalRepository;
  folder: string;
  base: { ref: string; sha: CommitSha };
  head: { ref: string; sha: CommitSha };
  mergeBaseSha: CommitSha;
  commits: PullRequestCommits;
  /** When it is looked at; orders the heads of one branch. */
  now: () => EpochSeconds;
  published?: (plan: PublishPlan) => void;
};

/** A name that fits where a repository's is asked for; local folders are called anything. */
export function localRepositoryName(folder: string): RepositoryName {
  const name = basename(resolve(folder))
    .replaceAll(/[^A-Za-z0-9._-]/gu, '-')
    .slice(0, 100);
  return RepositoryName.parse(`local/${/^\.{0,2}$/.test(name) ? 'repository' : name}`);
}

export function localPullRequestKey(folder: string): PullRequestKey {
  return {
    repository: localRepositoryName(folder),
    repositoryId: RepositoryId.parse(1),
    number: PullRequestNumber.parse(1),
  };
}

/** Two commits of a local repository, seen as a pull request that nobody else can see. Publishing keeps the plan. */
export function createLocalPullRequests(options: LocalPullRequestOptions): PullRequests {
  const { repository, folder, base, head, mergeBaseSha, commits } = options;
  const pullRequest: Omit<PullRequestSnapshot, 'seenAt'> = {
    key: localPullRequestKey(folder),
    version: { headSha: head.sha, baseRef: base.ref, baseSha: base.sha, mergeBaseSha },
    state: 'open',
    draft: false,
    title: head.ref,
    body: '',
    author: '',
    labels: [],
    fromFork: false,
    trustedSha: base.sha,
    commits,
    url: `${resolve(folder)} (${head.ref})`,
    cloneUrl: '',
  };
  return {
    read: async () => ({ outcome: 'read', pullRequest: { ...pullRequest, seenAt: options.now() } }),
    relation: async (_repository, previousHead, today) => {
      if ((await repository.resolve(previousHead)) === null) return 'unknown';
      return (await repository.isAncestor(previousHead, today)) ? 'ahead' : 'rewritten';
    },
    conversation: async () => ({ headSha: null, summary: null, reviews: [], comments: [] }),
    mayWrite: async () => false,
    publish: async (plan) => {
      options.published?.(plan);
      return { outcome: 'published', published: { commentId: null, reviewId: null, refused: [] } };
    },
  };
}
