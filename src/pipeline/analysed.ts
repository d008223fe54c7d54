import { pathOf, pathsOf } from '../core/diff.ts';
import { filesUnseen } from '../core/findings/unseen.ts';
import { versionMapOf, type VersionMap } from '../core/findings/version-map.ts';
import type { CommitSha } from '../core/ids.ts';
import type { PullRequestReview } from '../ports/reviewer.ts';
import type { ReviewPorts } from './ports.ts';
import type { Prepared } from './prepared.ts';

/** What an analyser's results are about. */
export type Analysed = {
  /** From the tree that it looked at to the head; null where its results are read as the head's. */
  map: VersionMap | null;
  /** Files of the PR that it has not seen as they are at the head, by its own word or by its tree. */
  notReviewed: { path: string; reason: string }[];
};

/**
 * An analyser that looked at another commit (on `pull_request` the checkout is the merge with the base) counts lines in
 * that one. Where it can't be had, the results are read as the head's, and quotes find what moved. One that misses lines
 * of the PR and does not come from its head is another version of it, or the base: what it says nothing of is not
 * reviewed.
 */
export async function analysedBy(ports: ReviewPorts, pr: Prepared, review: PullRequestReview): Promise<Analysed> {
  const revision = review.analysed?.revision ?? ports.checkedOut;
  const map = revision === null ? null : await mapFrom(revision, pr, review);
  if (review.analysed?.complete === false) {
    const reason = "the analyser's run did not succeed";
    return { map, notReviewed: pr.fullDiff.map((file) => ({ path: pathOf(file), reason })) };
  }
  const unseen = map === null || revision === null ? [] : await unseenAt(ports, pr, { revision, map });
  return { map, notReviewed: [...review.notReviewed, ...unseen] };
}

async function mapFrom(
  revision: CommitSha,
  { repository, pullRequest, fullDiff }: Prepared,
  review: PullRequestReview,
): Promise<VersionMap | null> {
  const { headSha } = pullRequest.version;
  if (revision === headSha) return null;
  const fetched = await repository.fetch([revision]);
  if (fetched.outcome === 'unavailable') return null;
  const paths = [...new Set([...review.findings.map(({ path }) => path), ...pathsOf(fullDiff)])];
  return versionMapOf([await repository.diff(revision, headSha, { paths })], [], fullDiff);
}

async function unseenAt(
  { pullRequests }: ReviewPorts,
  { pullRequest: { key, version }, fullDiff }: Prepared,
  { revision, map }: { revision: CommitSha; map: VersionMap },
): Promise<Analysed['notReviewed']> {
  const paths = filesUnseen(fullDiff, map);
  if (paths.length === 0) return [];
  // It may have the head in it all the same, and some lines written anew on top.
  if ((await pullRequests.relation(key.repository, version.headSha, revision)) === 'ahead') return [];
  const reason = `the analyser looked at ${revision.slice(0, 7)}, which is not this head`;
  return paths.map((path) => ({ path, reason }));
}
