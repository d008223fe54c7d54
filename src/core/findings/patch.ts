import { pathOf, type FileDiff } from '../diff.ts';
import type { Side } from '../finding.ts';

/** The PR's own diff, asked by path and line. */
export type Patch = {
  has(path: string): boolean;
  /** The name people know the file by, from today's or its name at the merge base; null where the PR leaves it alone. */
  nameOf(path: string): string | null;
  /** Only the merge base has it. */
  isDeleted(path: string): boolean;
  /** The PR adds (LEFT: removes) at least one of these lines. Null lines, the file as a whole: the PR changes the file. */
  owns(place: { path: string; side: Side; line: number | null; endLine: number | null }): boolean;
  /** The line is in a hunk, as a change or as context. */
  shows(path: string, line: number, side: Side): boolean;
};

type Lines = { own: Set<number>; shown: Set<number> };

export function patchOf(fullDiff: readonly FileDiff[]): Patch {
  const files = new Map(fullDiff.map((file) => [pathOf(file), file]));
  const formerNames = new Map<string, string>();
  for (const file of fullDiff) {
    if (file.old !== null && !files.has(file.old.path)) formerNames.set(file.old.path, pathOf(file));
  }
  const cache = new Map<string, Lines>();
  const linesOf = (path: string, side: Side): Lines => {
    const key = `${side} ${path}`;
    const known = cache.get(key) ?? collectLines(files.get(path), side);
    cache.set(key, known);
    return known;
  };
  return {
    has: (path) => files.has(path),
    nameOf: (path) => (files.has(path) ? path : (formerNames.get(path) ?? null)),
    isDeleted: (path) => files.get(path)?.new === null,
    owns({ path, side, line, endLine }) {
      if (line === null) return files.has(path);
      const { own } = linesOf(path, side);
      const end = endLine ?? line;
      if (end - line > own.size) return [...own].some((candidate) => candidate >= line && candidate <= end);
      for (let candidate = line; candidate <= end; candidate += 1) if (own.has(candidate)) return true;
      return false;
    },
    shows: (path, line, side) => linesOf(path, side).shown.has(line),
  };
}

function collectLines(file: FileDiff | undefined, side: Side): Lines {
  const lines: Lines = { own: new Set(), shown: new Set() };
  const changed = side === 'RIGHT' ? 'added' : 'removed';
  for (const hunk of file?.hunks ?? []) {
    for (const entry of hunk.lines) {
      const line = side === 'RIGHT' ? entry.newLine : entry.oldLine;
      if (line === null) continue;
      lines.shown.add(line);
      if (entry.kind === changed) lines.own.add(line);
    }
  }
  return lines;
}
