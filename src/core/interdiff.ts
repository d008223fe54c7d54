import { NOTHING_COVERED, type Coverage, type CoveredPath, type CoveredVersion, type PendingPath } from './coverage.ts';
import { pathOf, type FileDiff } from './diff.ts';
import type { Scope } from './scope.ts';

/** Paths to lay over today's base as they are in one version's carried tree. DESIGN 7.2. */
export type ReferenceLayer = { version: CoveredVersion; paths: string[] };

/** Each version that the coverage rests on, oldest first, with the names (both of a rename) last reviewed there. */
export function referenceLayers(coverage: Coverage): ReferenceLayer[] {
  return coverage.versions
    .map((version, index) => ({
      version,
      paths: coverage.covered
        .filter((entry) => entry.version === index)
        .flatMap((entry) => (entry.previousPath === null ? [entry.path] : [entry.previousPath, entry.path])),
    }))
    .filter((layer) => layer.paths.length > 0);
}

/** The layer's names together with those that upstream gave the same files meanwhile, as `carry` found them. */
export function carriedPaths(layer: ReferenceLayer, renames: readonly { from: string; to: string }[]): string[] {
  const names = new Set(layer.paths);
  return [...layer.paths, ...renames.filter(({ from }) => names.has(from)).map(({ to }) => to)];
}

/**
 * What several runs have covered together, oldest first: each path as the newest run that reviewed it left it. A path
 * is pending only where none of them reviewed it: what it changed after an older review comes back by itself.
 */
export function mergeCoverage(oldestFirst: readonly Coverage[]): Coverage {
  const covered = new Map<string, { entry: CoveredPath; version: CoveredVersion }>();
  const pending = new Map<string, PendingPath>();
  const excluded = new Map<string, PendingPath>();
  for (const coverage of oldestFirst) {
    for (const entry of coverage.covered) {
      const version = coverage.versions[entry.version];
      if (version === undefined) continue;
      // A later layer must come after an earlier one that names the same path.
      covered.delete(entry.path);
      covered.set(entry.path, { entry, version });
    }
    for (const entry of coverage.pending) pending.set(entry.path, entry);
    for (const entry of coverage.excluded) excluded.set(entry.path, entry);
  }
  const versions = versionsInUse(
    oldestFirst,
    [...covered.values()].map(({ version }) => version),
  );
  const indexes = new Map(versions.map((version, index) => [keyOf(version), index]));
  return {
    versions,
    covered: [...covered.values()].map(({ entry, version }) => ({
      ...entry,
      version: indexes.get(keyOf(version)) ?? 0,
    })),
    pending: [...pending.values()].filter((entry) => !covered.has(entry.path)),
    excluded: [...excluded.values()].filter((entry) => covered.has(entry.path)),
  };
}

/** Without the versions that can't be had any more: what was reviewed there alone is pending again. */
export function withoutVersions(
  coverage: Coverage,
  isLost: (version: CoveredVersion) => boolean,
  reason: string,
): Coverage {
  const lost = new Set(coverage.versions.flatMap((version, index) => (isLost(version) ? [index] : [])));
  if (lost.size === 0) return coverage;
  const kept = coverage.covered.filter((entry) => !lost.has(entry.version));
  const again = coverage.covered.filter((entry) => lost.has(entry.version));
  const pending = [...coverage.pending, ...again.map(({ path }) => ({ path, reason }))];
  return mergeCoverage([{ ...coverage, covered: kept, pending }]);
}

/**
 * Without the files that were left out then and are not today: nobody has read them, so they are pending. One that is
 * still left out may stay, for it comes in no scope; not so where it was moved, for its old name is another file's.
 */
export function withoutExcluded(coverage: Coverage, isLeftOutToday: (path: string) => boolean): Coverage {
  const leftOut = new Set(coverage.excluded.map(({ path }) => path));
  const again = coverage.covered.filter(
    ({ path, previousPath }) => leftOut.has(path) && (previousPath !== null || !isLeftOutToday(path)),
  );
  if (again.length === 0) return coverage;
  const gone = new Set(again.map(({ path }) => path));
  return {
    ...coverage,
    covered: coverage.covered.filter(({ path }) => !gone.has(path)),
    pending: [...coverage.pending, ...again.map(({ path }) => ({ path, reason: 'it was left out before' }))],
    excluded: coverage.excluded.filter(({ path }) => !gone.has(path)),
  };
}

/** Oldest first: in the order of the runs, and of the versions within each; a version seen again counts as new. */
function versionsInUse(oldestFirst: readonly Coverage[], used: readonly CoveredVersion[]): CoveredVersion[] {
  const wanted = new Set(used.map(keyOf));
  const ordered = new Map<string, CoveredVersion>();
  for (const version of oldestFirst.flatMap((coverage) => coverage.versions)) {
    const key = keyOf(version);
    if (!wanted.has(key)) continue;
    ordered.delete(key);
    ordered.set(key, version);
  }
  return [...ordered.values()];
}

function keyOf(version: CoveredVersion): string {
  return `${version.mergeBaseSha} ${version.headSha}`;
}

export type CoverageInput = {
  today: CoveredVersion;
  fullDiff: readonly FileDiff[];
  /** What this run had to review. */
  scope: { files: readonly { path: string }[] } & Pick<Scope, 'excluded'>;
  /** What of it was not reviewed, and why. Other paths are ignored. */
  notReviewed: readonly PendingPath[];
  /** Of the PR's patch of one file, kept for the day when today's commits can't be had any more. */
  digestOf?: (file: FileDiff) => string;
};

/**
 * Coverage once a run is over. A file that was not in scope has nothing in today's version that nobody reviewed, so
 * it counts as reviewed at today's version, as does what the run reviewed; everything else is pending.
 */
export function coverageAfter(input: CoverageInput): Coverage {
  const inScope = new Set(input.scope.files.map((file) => file.path));
  const excluded = new Map(input.scope.excluded.map((entry) => [entry.path, entry]));
  const notReviewed = new Map(
    input.notReviewed.filter((entry) => inScope.has(entry.path)).map((entry) => [entry.path, entry.reason]),
  );
  const coverage: Coverage = { versions: [], covered: [], pending: [], excluded: [] };
  for (const file of input.fullDiff) {
    const path = pathOf(file);
    const exclusion = excluded.get(path);
    const reason = exclusion === undefined ? notReviewed.get(path) : exclusion.covered ? undefined : exclusion.reason;
    if (reason !== undefined) {
      coverage.pending.push({ path, reason: reason.slice(0, 500) });
      continue;
    }
    const previousPath = file.status === 'renamed' ? (file.old?.path ?? null) : null;
    const digest = input.digestOf === undefined ? {} : { digest: input.digestOf(file) };
    coverage.covered.push({ path, previousPath, version: 0, ...digest });
    if (exclusion !== undefined) coverage.excluded.push({ path, reason: exclusion.reason.slice(0, 500) });
  }
  if (coverage.covered.length > 0) coverage.versions.push(input.today);
  return coverage.covered.length + coverage.pending.length === 0 ? NOTHING_COVERED : coverage;
}
