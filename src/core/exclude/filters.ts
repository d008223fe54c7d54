import { compilePathFilter } from './path-filter.ts';

/** What people configured of what is reviewed. Patterns in GitHub Actions' filter syntax, in their order. */
export type ReviewFilters = {
  /** Only what these take is reviewed; empty: everything. */
  paths: readonly string[];
  /** What these take is not reviewed. */
  pathsIgnore: readonly string[];
  /** Generated files, minified ones, lock files, snapshots and vendored folders are reviewed like all others. */
  includeGenerated: boolean;
};

export const NO_FILTERS: ReviewFilters = { paths: [], pathsIgnore: [], includeGenerated: false };

/** The input that leaves a path out; null where none does. */
export type PathRule = (path: string) => 'paths' | 'paths-ignore' | null;

export function pathRule({ paths, pathsIgnore }: Pick<ReviewFilters, 'paths' | 'pathsIgnore'>): PathRule {
  const takes = compilePathFilter(paths);
  const ignores = compilePathFilter(pathsIgnore);
  return (path) => {
    if (paths.length > 0 && !takes(path)) return 'paths';
    return ignores(path) ? 'paths-ignore' : null;
  };
}

/** What of a reviewer's fingerprint comes from filters: nothing where there are none. */
export function filterFingerprint({ paths, pathsIgnore, includeGenerated }: ReviewFilters): string[] {
  if (paths.length === 0 && pathsIgnore.length === 0 && !includeGenerated) return [];
  return [JSON.stringify({ paths, pathsIgnore, includeGenerated })];
}
