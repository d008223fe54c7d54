import { NOTHING_COVERED, type Coverage, type CoveredPath, type CoveredVersion, type PendingPath } from './coverage.ts';
import { mergeCoverage } from './interdiff.ts';

export type Settled = {
  /** Files whose patch is the one that was reviewed stand as reviewed today; what else was lost is pending. */
  coverage: Coverage;
  /** Names (both of a rename) of the files that count as reviewed by their digest. */
  equalPaths: string[];
  /** Files reviewed at a lost version: how many count as reviewed by their digest, how many differ, how many have none. */
  equal: number;
  different: number;
  unknown: number;
};

/**
 * Where the versions at which files were reviewed can't be had any more, compares the digests of their patches instead
 * (DESIGN 7.4): the same patch against another base is reviewed, another one comes back whole.
 * @param digestToday digest of what the PR does to a file today; null where it does nothing to it
 */
export function settleByDigest(
  coverage: Coverage,
  isLost: (version: CoveredVersion) => boolean,
  today: CoveredVersion,
  digestToday: (path: string) => string | null,
): Settled {
  const lostIndexes = new Set(coverage.versions.flatMap((version, index) => (isLost(version) ? [index] : [])));
  const settled: Settled = { coverage, equalPaths: [], equal: 0, different: 0, unknown: 0 };
  if (lostIndexes.size === 0) return settled;
  const kept: CoveredPath[] = [];
  const reviewed: CoveredPath[] = [];
  const again: PendingPath[] = [];
  for (const entry of coverage.covered) {
    if (!lostIndexes.has(entry.version)) kept.push(entry);
    else if (entry.digest === undefined) again.push({ path: entry.path, reason: NO_DIGEST });
    else if (entry.digest === digestToday(entry.path)) reviewed.push({ ...entry, version: 0 });
    else again.push({ path: entry.path, reason: OTHER_PATCH });
  }
  settled.coverage = mergeCoverage([
    { ...coverage, covered: kept, pending: [...coverage.pending, ...again] },
    { ...NOTHING_COVERED, versions: [today], covered: reviewed, excluded: coverage.excluded },
  ]);
  settled.equalPaths = reviewed.flatMap(({ path, previousPath }) =>
    previousPath === null ? [path] : [previousPath, path],
  );
  settled.equal = reviewed.length;
  settled.unknown = again.filter(({ reason }) => reason === NO_DIGEST).length;
  settled.different = again.length - settled.unknown;
  return settled;
}

const NO_DIGEST = 'the version at which it was reviewed can not be compared with any more';
const OTHER_PATCH = 'it was reviewed at a version that is gone, and its patch is another one now';

/** One sentence on what came of it, for the mode's detail. */
export function settledSentence({ equal, different, unknown }: Settled, why: string): string {
  const parts = [
    `${equal} ${equal === 1 ? 'file is' : 'files are'} as reviewed by the digest of the patch`,
    ...(different === 0 ? [] : [`${different} changed`]),
    ...(unknown === 0 ? [] : [`${unknown} can't be told`]),
  ];
  return `an earlier version can't be compared with (${why.slice(0, 200)}): ${parts.join(', ')}`;
}
