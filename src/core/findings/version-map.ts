import { pathOf, type FileDiff, type Hunk } from '../diff.ts';
import type { Side } from '../finding.ts';
import { composeLineMaps, lineMapOf, type LineMap } from '../line-map.ts';

/**
 * Where the lines of an earlier version of a PR are today. Paths are the names people know the PR's files by (`pathOf`),
 * on both sides; RIGHT lines are lines of the heads, LEFT lines are lines of the merge bases.
 */
export type VersionMap = {
  /** Today's name; null where the file is no more. */
  path(path: string, side: Side): string | null;
  /** Today's line; null where it was changed or removed, or its file was. */
  line(path: string, line: number, side: Side): number | null;
  /** For a line of today: the line it was then; null where it was not there. Takes today's path. */
  origin(path: string, line: number, side: Side): number | null;
  /** Both versions are known: a line that has no place today was changed or removed. */
  exact: boolean;
};

/** Nothing moved: the same version, seen again. */
export const SAME_LINES: VersionMap = {
  path: (path) => path,
  line: (_path, line) => line,
  origin: (_path, line) => line,
  exact: true,
};

/**
 * The earlier version can't be had: files are taken to be the same, lines are found by their quotes. In a file whose
 * patch is still the same, a line of the patch is looked for first where it was: the patch may only have moved.
 */
export function linesOfSamePatches(fullDiff: readonly FileDiff[], samePatch: (path: string) => boolean): VersionMap {
  const files = new Map(fullDiff.map((file) => [pathOf(file), file]));
  const isInPatch = (path: string, line: number, side: Side): boolean =>
    files
      .get(path)
      ?.hunks.some((hunk) =>
        side === 'RIGHT'
          ? line >= hunk.newStart && line < hunk.newStart + hunk.newLines
          : line >= hunk.oldStart && line < hunk.oldStart + hunk.oldLines,
      ) ?? false;
  return {
    path: (path) => path,
    line: (path, line, side) => (samePatch(path) && isInPatch(path, line, side) ? line : null),
    origin: () => null,
    exact: false,
  };
}

/** Nothing is known of the earlier version but the names of its files. */
export const UNKNOWN_LINES: VersionMap = linesOfSamePatches([], () => false);

/**
 * @param head the diffs that lead from the earlier head to today's, in order (`h0 -> carried tree -> h1`)
 * @param base the diff of the merge bases, `b0 -> b1`
 * @param fullDiff the PR's own diff today, `b1 -> h1`
 * @param kept files that both heads have under one name, and a tree between them under none or another: the diff of the
 *   two heads tells of them, `h0 -> h1`
 */
export function versionMapOf(
  head: readonly (readonly FileDiff[])[],
  base: readonly FileDiff[],
  fullDiff: readonly FileDiff[],
  kept: { names: ReadonlySet<string>; diff: readonly FileDiff[] } = { names: new Set(), diff: [] },
): VersionMap {
  const onHead = besides(chain(head), kept.names, lineMapOf(kept.diff));
  const backwards = head.toReversed().map((files) => files.map(reversed));
  const toHead = besides(chain(backwards), kept.names, lineMapOf(kept.diff.map(reversed)));
  const onBase = lineMapOf(base);
  const toBase = lineMapOf(base.map(reversed));
  const baseNames = new Map(fullDiff.map((file) => [pathOf(file), file.old?.path ?? null]));
  const deleted = new Set(fullDiff.filter((file) => file.new === null).map(pathOf));

  const path = (name: string, side: Side): string | null =>
    side === 'LEFT' && deleted.has(name) ? name : onHead.path(name);
  /** Today's name of the file at the merge base; a file that the PR leaves alone has one name. */
  const baseName = (name: string): string | null => (baseNames.has(name) ? (baseNames.get(name) ?? null) : name);

  return {
    path,
    line(name, line, side) {
      if (side === 'RIGHT') return onHead.line(name, line)?.line ?? null;
      const today = path(name, side);
      const named = today === null ? null : baseName(today);
      const then = named === null ? null : toBase.path(named);
      return then === null ? null : (onBase.line(then, line)?.line ?? null);
    },
    origin(name, line, side) {
      if (side === 'RIGHT') return toHead.line(name, line)?.line ?? null;
      const named = baseName(name);
      return named === null ? null : (toBase.line(named, line)?.line ?? null);
    },
    exact: true,
  };
}

function chain(diffs: readonly (readonly FileDiff[])[]): LineMap {
  const [first = lineMapOf([]), ...rest] = diffs.map((files) => lineMapOf(files));
  return composeLineMaps(first, ...rest);
}

/** One map for the files of these names, the other for all else. */
function besides(others: LineMap, names: ReadonlySet<string>, ofNames: LineMap): LineMap {
  const mapFor = (path: string): LineMap => (names.has(path) ? ofNames : others);
  return {
    path: (oldPath) => mapFor(oldPath).path(oldPath),
    line: (oldPath, oldLine) => mapFor(oldPath).line(oldPath, oldLine),
  };
}

/** The diff read backwards. */
function reversed(file: FileDiff): FileDiff {
  return { ...file, old: file.new, new: file.old, hunks: file.hunks.map(reversedHunk) };
}

function reversedHunk(hunk: Hunk): Hunk {
  return {
    ...hunk,
    oldStart: hunk.newStart,
    oldLines: hunk.newLines,
    newStart: hunk.oldStart,
    newLines: hunk.oldLines,
    lines: hunk.lines.map((line) => ({ ...line, oldLine: line.newLine, newLine: line.oldLine })),
  };
}
