import type { Coverage, CoveredVersion } from '../core/coverage.ts';
import { pathsOf, type FileDiff } from '../core/diff.ts';
import { carriedPaths, referenceLayers, withoutVersions } from '../core/interdiff.ts';
import type { Repository, Treeish } from '../ports/repository.ts';
import { versionName, type CarriedVersions } from './carried-versions.ts';

/** More versions than this cost more to fetch and merge than they save. DESIGN 7.4. */
export const MAX_VERSIONS = 8;

export type Interdiff =
  | {
      outcome: 'compared';
      referenceDiff: FileDiff[];
      upstreamDiff: FileDiff[];
      /** What the comparison rests on: without the versions that are lost, whose files are pending again. */
      coverage: Coverage;
      /** Why versions were left out, a sentence each. */
      lost: string[];
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
 * base, and compares. DESIGN 7.1 to 7.3. A version that can't be had costs only what was last reviewed there.
 */
export async function compareWithReviewed(
  repository: Repository,
  versions: CarriedVersions,
  coverage: Coverage,
  today: CoveredVersion,
  fullDiff: readonly FileDiff[],
): Promise<Interdiff> {
  const layers = referenceLayers(coverage);
  const newest = layers.slice(-MAX_VERSIONS);
  await versions.fetch(newest.map(({ version }) => version));
  const lost = new Map<string, string>();
  for (const { version } of layers.slice(0, -MAX_VERSIONS)) {
    lost.set(versionName(version), `it rests on ${layers.length} versions, more than ${MAX_VERSIONS}`);
  }
  const carried: { tree: Treeish; paths: string[] }[] = [];
  for (const layer of newest) {
    const outcome = await versions.carry(layer.version);
    if (outcome.outcome === 'history-unavailable') lost.set(versionName(layer.version), outcome.why);
    else carried.push({ tree: outcome.tree, paths: carriedPaths(layer, outcome.renames ?? []) });
  }
  const [why] = lost.values();
  if (carried.length === 0 && why !== undefined) return { outcome: 'unavailable', why };
  const reference = await repository.overlay(today.mergeBaseSha, carried);
  const [referenceDiff, upstreamDiff] = await Promise.all([
    repository.diff(reference, today.headSha),
    upstreamOf(repository, layers.at(-1)?.version, today, fullDiff),
  ]);
  return {
    outcome: 'compared',
    referenceDiff,
    upstreamDiff,
    coverage: withoutVersions(coverage, (version) => lost.has(versionName(version)), REVIEWED_VERSION_LOST),
    lost: [...lost.values()],
  };
}

const REVIEWED_VERSION_LOST = 'the version at which it was reviewed can not be compared with any more';

/** Which of the PR's own files upstream changed since the newest version reviewed. */
async function upstreamOf(
  repository: Repository,
  version: CoveredVersion | undefined,
  today: CoveredVersion,
  fullDiff: readonly FileDiff[],
): Promise<FileDiff[]> {
  if (version === undefined || version.mergeBaseSha === today.mergeBaseSha) return [];
  return repository.diff(version.mergeBaseSha, today.mergeBaseSha, { paths: pathsOf(fullDiff), content: false });
}
