import type { Coverage, CoveredVersion } from '../core/coverage.ts';
import { pathOf, pathsOf, type FileDiff } from '../core/diff.ts';
import { carriedPaths, referenceLayers, type ReferenceLayer } from '../core/interdiff.ts';
import { settleByDigest, settledSentence } from '../core/settle-by-digest.ts';
import { GitFault, type Repository, type Treeish } from '../ports/repository.ts';
import { versionName, type CarriedVersions } from './carried-versions.ts';
import type { PatchDigests } from './patch-digests.ts';

/** More versions than this cost more to fetch and merge than they save. DESIGN 7.4. */
export const MAX_VERSIONS = 8;

export type Interdiff =
  | {
      outcome: 'compared';
      referenceDiff: FileDiff[];
      reviewedDiff: FileDiff[];
      upstreamDiff: FileDiff[];
      /** What the comparison rests on: without the versions that are lost, whose files are pending again. */
      coverage: Coverage;
      /** Why versions could not be compared with, a sentence each. */
      lost: string[];
      /** What became of the files that were reviewed there; null where no version was lost. */
      note: string | null;
    }
  | { outcome: 'unavailable'; why: string };

/** Those of the versions that the coverage rests on which are worth fetching. */
export function newestVersions(coverage: Coverage): CoveredVersion[] {
  return referenceLayers(coverage)
    .slice(-MAX_VERSIONS)
    .map(({ version }) => version);
}

/**
 * What stands at today's head that nobody has reviewed: lays what was reviewed, carried over to today's base, over that
 * base, and compares. DESIGN 7.1 to 7.3. Of what was last reviewed at a version that can't be had, files whose patch is
 * still the same, by its digest, count as reviewed; the others come back whole (7.4).
 */
export async function compareWithReviewed(
  repository: Repository,
  versions: CarriedVersions,
  coverage: Coverage,
  today: CoveredVersion,
  fullDiff: readonly FileDiff[],
  digestOf: PatchDigests = () => null,
): Promise<Interdiff> {
  const layers = referenceLayers(coverage);
  const newest = layers.slice(-MAX_VERSIONS);
  await versions.fetch(newest.map(({ version }) => version));
  const lost = new Map<string, string>();
  for (const { version } of layers.slice(0, -MAX_VERSIONS)) {
    lost.set(versionName(version), `it rests on ${layers.length} versions, more than ${MAX_VERSIONS}`);
  }
  const carried: Carried[] = [];
  for (const layer of newest) {
    const outcome = await versions.carry(layer.version);
    if (outcome.outcome === 'history-unavailable') lost.set(versionName(layer.version), outcome.why);
    else carried.push({ tree: outcome.tree, paths: carriedPaths(layer, outcome.renames ?? []) });
  }
  const reviewed = { coverage, newest, lost, digestOf };
  try {
    return await compareWithCarried(repository, reviewed, carried, today, fullDiff);
  } catch (error) {
    if (!(error instanceof GitFault) || carried.length === 0) throw error;
    // Commits can be here whose files can't be had; what does not need them may still go.
    for (const { version } of newest) {
      const name = versionName(version);
      if (!lost.has(name)) lost.set(name, `${version.headSha.slice(0, 7)} can't be compared with: ${error.message}`);
    }
    return compareWithCarried(repository, reviewed, [], today, fullDiff);
  }
}

type Carried = { tree: Treeish; paths: string[] };

type Reviewed = {
  coverage: Coverage;
  newest: readonly ReferenceLayer[];
  /** Versions that can't be had or compared with, by name, and why. */
  lost: ReadonlyMap<string, string>;
  digestOf: PatchDigests;
};

async function compareWithCarried(
  repository: Repository,
  { coverage, newest, lost, digestOf }: Reviewed,
  carried: Carried[],
  today: CoveredVersion,
  fullDiff: readonly FileDiff[],
): Promise<Interdiff> {
  const [why] = lost.values();
  const settled = settleByDigest(coverage, (version) => lost.has(versionName(version)), today, digestOf);
  if (carried.length === 0 && why !== undefined && settled.equal + settled.different === 0) {
    return { outcome: 'unavailable', why };
  }
  // What stands there as it was reviewed is laid over as it is.
  if (settled.equal > 0) carried.push({ tree: today.headSha, paths: settled.equalPaths });
  const newestHere = newest.findLast(({ version }) => !lost.has(versionName(version)));
  const reference = await repository.overlay(today.mergeBaseSha, carried);
  const [referenceDiff, upstreamDiff] = await Promise.all([
    repository.diff(reference, today.headSha),
    upstreamOf(repository, newestHere?.version, today, fullDiff),
  ]);
  return {
    outcome: 'compared',
    referenceDiff,
    reviewedDiff: await reviewedIn(repository, reference, today, fullDiff, referenceDiff),
    upstreamDiff,
    coverage: settled.coverage,
    lost: [...lost.values()],
    note: why === undefined ? null : settledSentence(settled, why),
  };
}

/** What the reference has of the PR, in the files that were changed since and still are the PR's: only there it is asked. */
export async function reviewedIn(
  repository: Pick<Repository, 'diff'>,
  reference: Treeish,
  today: CoveredVersion,
  fullDiff: readonly FileDiff[],
  referenceDiff: readonly FileDiff[],
): Promise<FileDiff[]> {
  const own = new Map(fullDiff.map((file) => [pathOf(file), file]));
  const paths = referenceDiff.flatMap((since) => {
    const file = own.get(pathOf(since));
    return file === undefined ? [] : pathsOf([since, file]);
  });
  return repository.diff(today.mergeBaseSha, reference, { paths: [...new Set(paths)] });
}

/** Which of the PR's own files upstream changed since the newest version that can be had. */
async function upstreamOf(
  repository: Repository,
  version: CoveredVersion | undefined,
  today: CoveredVersion,
  fullDiff: readonly FileDiff[],
): Promise<FileDiff[]> {
  if (version === undefined || version.mergeBaseSha === today.mergeBaseSha) return [];
  return repository.diff(version.mergeBaseSha, today.mergeBaseSha, { paths: pathsOf(fullDiff), content: false });
}
