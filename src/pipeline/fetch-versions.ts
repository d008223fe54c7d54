import { NOTHING_COVERED, type Coverage, type CoveredVersion } from '../core/coverage.ts';
import type { CommitSha } from '../core/ids.ts';
import type { Log } from '../ports/log.ts';
import { GitFault, type FetchOutcome, type Repository } from '../ports/repository.ts';
import type { CarriedVersions } from './carried-versions.ts';
import { newestVersions } from './interdiff.ts';

/**
 * Gets what planning a review of `today` needs: its own commits and those of the versions that it builds on, in one
 * go, then the blobs, in another. Today's own commits are a must: without them there is nothing to review, and it
 * throws a `GitFault`. Earlier versions that can't be had are told to `versions`, which then says so of them.
 * @param builtOn what the review builds on; null for nothing
 * @param also further commits that are a must
 */
export async function fetchVersions(
  repository: Repository,
  versions: CarriedVersions,
  today: CoveredVersion,
  builtOn: Coverage | null,
  log: Pick<Log, 'info'>,
  also: readonly CommitSha[] = [],
): Promise<void> {
  const earlier = newestVersions(builtOn ?? NOTHING_COVERED);
  const ours = [...new Set([...commitsOf(today), ...also])];
  const theirs = earlier.flatMap(commitsOf).filter((sha) => !ours.includes(sha));
  const fetched = await fetchAll(repository, ours, theirs, log);
  const missing = fetched.outcome === 'fetched' ? [] : fetched.missing;
  const lost = ours.filter((sha) => missing.includes(sha));
  if (lost.length > 0 && fetched.outcome === 'unavailable') {
    throw new GitFault(`the pull request's commits can't be fetched (${lost.join(', ')}): ${fetched.why}`);
  }
  versions.know(earlier, fetched);
  const carried = earlier.filter((version) => commitsOf(version).every((sha) => !missing.includes(sha)));
  try {
    await repository.prefetch(today, carried);
  } catch (error) {
    if (!(error instanceof GitFault)) throw error;
    log.info(`The pull request's files could not be fetched in one go, they are fetched one by one: ${error.message}`);
  }
  versions.begin(carried);
}

/** Where the whole can't be had, be it slow or broken, today's commits alone: a review needs no more. */
async function fetchAll(
  repository: Repository,
  ours: readonly CommitSha[],
  theirs: readonly CommitSha[],
  log: Pick<Log, 'info'>,
): Promise<FetchOutcome> {
  try {
    return await repository.fetch([...ours, ...theirs]);
  } catch (error) {
    if (!(error instanceof GitFault) || theirs.length === 0) throw error;
    log.info(
      `Fetching the earlier versions failed, the pull request's own commits are fetched alone: ${error.message}`,
    );
    const alone = await repository.fetch(ours);
    const missing = [...theirs, ...(alone.outcome === 'unavailable' ? alone.missing : [])];
    return { outcome: 'unavailable', missing, why: alone.outcome === 'unavailable' ? alone.why : error.message };
  }
}

function commitsOf({ mergeBaseSha, headSha }: CoveredVersion): CommitSha[] {
  return [mergeBaseSha, headSha];
}
