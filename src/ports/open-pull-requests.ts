import type { RepositoryName } from '../core/ids.ts';
import type { ListedPullRequest } from '../core/pull-request.ts';

/** What is open, where people read it. */
export interface OpenPullRequests {
  /** The latest changed first; `complete`: there are no more than `most`. */
  list(repository: RepositoryName, most: number): Promise<{ pulls: ListedPullRequest[]; complete: boolean }>;
  /** Those whose head is a branch of this name of a repository of this owner. */
  ofBranch(repository: RepositoryName, owner: string, branch: string): Promise<ListedPullRequest[]>;
}
