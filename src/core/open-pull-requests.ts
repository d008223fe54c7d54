import type { PullRequestView } from './ledger/commands.ts';
import type { RunHead } from './event.ts';
import { pullRequestName, type ListedPullRequest } from './pull-request.ts';

/** Of a run over whatever is open, at most: what it lists, what it claims, and what it reviews. */
export const SWEEP = { listed: 300, claimed: 100, reviewed: 30 } as const;

/**
 * Whether an open PR may need a review, by what the ledger says of its session: the same plan that answers claims, over
 * the version that the ledger saw last. A claim has the last word; no claim is made for what is known to need none.
 */
export function mayNeedReview(
  pull: Pick<ListedPullRequest, 'key' | 'headSha' | 'baseRef'>,
  views: readonly PullRequestView[],
): boolean {
  const view = views.find(
    ({ pullRequest: { repositoryId, number } }) => repositoryId === pull.key.repositoryId && number === pull.key.number,
  );
  if (view === undefined) return true;
  const { version, state, previous } = view;
  if (version.headSha !== pull.headSha || version.baseRef !== pull.baseRef) return true;
  switch (state) {
    case 'needs_review':
    case 'undelivered':
    // As it was seen last: it may be a draft no longer.
    case 'ineligible':
      return true;
    case 'running':
      return false;
    case 'up_to_date':
    case 'changes_requested':
    case 'inconclusive':
      return previous !== null && previous.pending > 0;
    default:
      return state satisfies never;
  }
}

export type FoundByHead =
  | { outcome: 'found'; pulls: ListedPullRequest[]; why: string }
  /** Open pull requests of that branch have another head by now; or there are none. */
  | { outcome: 'stale' | 'none'; why: string };

/** Those of a branch's open PRs whose head a workflow ran on. The same name in another repository is another branch. */
export function foundByHead(head: RunHead, ofBranch: readonly ListedPullRequest[]): FoundByHead {
  const own = ofBranch.filter(({ headRepositoryId }) => headRepositoryId === head.headRepositoryId);
  const pulls = own.filter(({ headSha }) => headSha === head.headSha);
  const what = `${head.headOwner}:${head.headBranch} at ${head.headSha.slice(0, 7)}`;
  if (pulls.length > 0) return { outcome: 'found', pulls, why: `${what} is the head of ${named(pulls)}` };
  if (own.length === 0) return { outcome: 'none', why: `${what} is no open pull request's head` };
  const now = own.map(({ key, headSha }) => `${pullRequestName(key)} at ${headSha.slice(0, 7)}`).join(', ');
  return { outcome: 'stale', why: `the head moved on from ${what}: ${now}, which has a run of its own` };
}

function named(pulls: readonly ListedPullRequest[]): string {
  return pulls.map(({ key }) => pullRequestName(key)).join(', ');
}
