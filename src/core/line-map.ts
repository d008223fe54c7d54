import { pathOf, type FileDiff, type Hunk } from './diff.ts';

/** Where lines of one tree stand in another. */
export type LineMap = {
  /** The file's name in the other tree; null where it is gone. */
  path(oldPath: string): string | null;
  /** Where a line stands in the other tree; null where the line was changed or removed, or its file is gone. */
  line(oldPath: string, oldLine: number): { path: string; line: number } | null;
};

/** The map that a diff between two trees gives, old to new. Files that the diff does not name stay as they are. */
export function lineMapOf(files: readonly FileDiff[]): LineMap {
  const byOldPath = new Map(files.flatMap((file) => (file.old === null ? [] : [[file.old.path, file] as const])));
  // A name that the new tree gave to another file, or that a rename moved away from, no longer means the old one.
  const path = (oldPath: string): string | null => {
    const file = byOldPath.get(oldPath);
    if (file === undefined) return oldPath;
    return file.new === null ? null : pathOf(file);
  };
  return {
    path,
    line(oldPath, oldLine) {
      const newPath = path(oldPath);
      if (newPath === null) return null;
      const file = byOldPath.get(oldPath);
      if (file === undefined) return { path: newPath, line: oldLine };
      const line = mapLine(file, oldLine);
      return line === null ? null : { path: newPath, line };
    },
  };
}

/** One map after another, as for `h0 -> carried tree -> h1`. */
export function composeLineMaps(first: LineMap, ...rest: readonly LineMap[]): LineMap {
  return rest.reduce<LineMap>(
    (before, after) => ({
      path(oldPath) {
        const middle = before.path(oldPath);
        return middle === null ? null : after.path(middle);
      },
      line(oldPath, oldLine) {
        const middle = before.line(oldPath, oldLine);
        return middle === null ? null : after.line(middle.path, middle.line);
      },
    }),
    first,
  );
}

/** The new number of an old line of one file; null where the diff changes or removes it. */
export function mapLine(
  file: Pick<FileDiff, 'hunks' | 'binary' | 'status' | 'old' | 'new'>,
  oldLine: number,
): number | null {
  const contentChanged = file.old?.oid !== file.new?.oid;
  if (contentChanged && (file.binary || file.status === 'type-changed')) return null;
  const hunk = lastHunkFrom(file.hunks, oldLine);
  if (hunk === null) return oldLine;
  if (oldLine < endOfOld(hunk)) return hunk.lines.find((line) => line.oldLine === oldLine)?.newLine ?? null;
  return oldLine - endOfOld(hunk) + endOfNew(hunk);
}

/** First line after the hunk; where a side has no lines, git names the line before instead. */
function endOfOld(hunk: Hunk): number {
  return hunk.oldLines === 0 ? hunk.oldStart + 1 : hunk.oldStart + hunk.oldLines;
}

function endOfNew(hunk: Hunk): number {
  return hunk.newLines === 0 ? hunk.newStart + 1 : hunk.newStart + hunk.newLines;
}

function startOfOld(hunk: Hunk): number {
  return hunk.oldLines === 0 ? hunk.oldStart + 1 : hunk.oldStart;
}

/** The last hunk that starts at or before the line, hunks being in rising order. */
function lastHunkFrom(hunks: readonly Hunk[], oldLine: number): Hunk | null {
  let low = 0;
  let high = hunks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const hunk = hunks[middle];
    if (hunk !== undefined && startOfOld(hunk) <= oldLine) low = middle + 1;
    else high = middle;
  }
  return hunks[low - 1] ?? null;
}
