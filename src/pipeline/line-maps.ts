import { pathsOf, type FileDiff } from '../core/diff.ts';
import { linesOfSamePatches, SAME_LINES, versionMapOf, type VersionMap } from '../core/findings/version-map.ts';
import { lineMapOf } from '../core/line-map.ts';
import type { PullRequestVersion } from '../core/pull-request.ts';
import { GitFault, type Repository } from '../ports/repository.ts';
import { versionName, type CarriedVersions } from './carried-versions.ts';

/**
 * How the lines of an earlier version map to today's: over the tree that carries it to today's base. DESIGN 8.
 * @param paths the files that will be asked for, by their names then: upstream's other changes are neither read nor fetched
 * @param samePatch whether a file's patch is still that of the earlier version: all there is to go by where it is lost
 */
export async function mapLines(
  repository: Repository,
  versions: CarriedVersions,
  from: PullRequestVersion,
  today: PullRequestVersion,
  fullDiff: readonly FileDiff[],
  paths: readonly string[],
  samePatch: (path: string) => boolean,
): Promise<VersionMap> {
  if (versionName(from) === versionName(today)) return SAME_LINES;
  const carried = await versions.carry(from);
  if (carried.outcome === 'history-unavailable') return linesOfSamePatches(fullDiff, samePatch);
  const renames = (carried.renames ?? []).flatMap((rename) => [rename.from, rename.to]);
  const asked = { paths: [...new Set([...paths, ...pathsOf(fullDiff), ...renames])] };
  try {
    const [toCarried, toToday, base] = await Promise.all([
      from.headSha === carried.tree ? [] : repository.diff(from.headSha, carried.tree, asked),
      repository.diff(carried.tree, today.headSha),
      from.mergeBaseSha === today.mergeBaseSha ? [] : repository.diff(from.mergeBaseSha, today.mergeBaseSha, asked),
    ]);
    const moved = new Set(
      toCarried.flatMap(({ old, new: now }) => (old === null || old.path === now?.path ? [] : old.path)),
    );
    const lost = asked.paths.filter((path) => moved.has(path) && carried.conflicts.includes(path));
    const kept = await keptUnder(lost, repository, from, today);
    return versionMapOf([toCarried, toToday], base, fullDiff, kept);
  } catch (error) {
    if (!(error instanceof GitFault)) throw error;
    return linesOfSamePatches(fullDiff, samePatch);
  }
}

/**
 * Where both sides renamed one file, the carried tree has today's base's name for it, and the PR may keep its own
 * besides: what was found under that name is there still.
 */
async function keptUnder(
  names: readonly string[],
  repository: Repository,
  from: PullRequestVersion,
  today: PullRequestVersion,
): Promise<{ names: Set<string>; diff: FileDiff[] }> {
  if (names.length === 0) return { names: new Set(), diff: [] };
  const diff = await repository.diff(from.headSha, today.headSha, { paths: names });
  const heads = lineMapOf(diff);
  return { names: new Set(names.filter((name) => heads.path(name) === name)), diff };
}
