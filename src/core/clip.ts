import type { FileDiff, Hunk } from './diff.ts';

/** The lines of head that a diff adds, and the points where it removes something (the head line before, 0 at the top). */
export function ownChanges(file: FileDiff): { added: number[]; removedAfter: number[] } {
  const added: number[] = [];
  const points = new Set<number>();
  for (const change of changesOf(file.hunks)) {
    added.push(...change.added.map(({ line }) => line));
    if (change.removed.length > 0) points.add(change.after);
  }
  // The two patches of a changed type both count from the top.
  return { added: added.toSorted(ascending), removedAfter: [...points].toSorted(ascending) };
}

export type Clipped = {
  added: number[];
  removedAfter: number[];
  /** Hunks of `since` that hold anything of it, and those of the PR's own where its lines stand elsewhere. */
  hunks: Hunk[];
  /** Nothing of the PR's own change of this file is left out, or what is in scope can't be shown by itself. */
  whole: boolean;
};

/**
 * What of `since` (reference..head) is the PR's own doing (`own`: merge base..head): lines that both add, removals that
 * both make. What is only in `since` left the PR, or came back to what upstream has.
 *
 * Two diffs may lay repeated lines differently (add this `}` or the next one). A line that only `since` adds therefore
 * counts for an equal one nearby that only `own` adds: rather one line of the PR's read twice than one never read.
 */
export function clipToPullRequest(since: FileDiff, own: FileDiff): Clipped {
  const ownChanged = changesOf(own.hunks);
  const ownAdded = new Map(ownChanged.flatMap((change) => change.added.map(({ line, text }) => [line, text] as const)));
  const sinceAdded = new Set(changesOf(since.hunks).flatMap((change) => change.added.map(({ line }) => line)));
  const spare = linesByText([...ownAdded].filter(([line]) => !sinceAdded.has(line)));
  const removals = new RemovalIndex(ownChanged);

  const added = new Set<number>();
  const points = new Set<number>();
  const matchedRemovals = new Set<RemovedByOwn>();
  const hunks = since.hunks.filter((hunk) => {
    let contributes = false;
    for (const change of changesOf([hunk])) {
      for (const { line, text } of change.added) {
        const counterpart = ownAdded.has(line) ? line : takeNearest(spare, text, line);
        if (counterpart === null) continue;
        added.add(counterpart);
        contributes = true;
      }
      for (const text of change.removed) {
        const match = removals.take(text, change.after);
        if (match === null) continue;
        matchedRemovals.add(match);
        points.add(change.after);
        contributes = true;
      }
    }
    return contributes;
  });
  const shown = withUnseen(hunks, added, own.hunks);
  return {
    added: [...added].toSorted(ascending),
    removedAfter: [...points].toSorted(ascending),
    hunks: shown ?? hunks,
    whole: shown === null || (added.size === ownAdded.size && matchedRemovals.size === removals.size),
  };
}

/** The hunks with those of the PR's own that hold what they do not show; null where the two would overlap. */
function withUnseen(hunks: readonly Hunk[], added: ReadonlySet<number>, own: readonly Hunk[]): Hunk[] | null {
  const unseen = new Set(added);
  for (const { lines } of hunks) for (const { newLine } of lines) if (newLine !== null) unseen.delete(newLine);
  if (unseen.size === 0) return [...hunks];
  const missing = own.filter(({ lines }) => lines.some(({ newLine }) => newLine !== null && unseen.has(newLine)));
  const all = [...hunks, ...missing].toSorted((a, b) => a.newStart - b.newStart);
  const overlaps = all.some(({ newStart }, index) => {
    const before = all[index - 1];
    return before !== undefined && newStart < before.newStart + before.newLines;
  });
  return overlaps ? null : all;
}

/** Removed and added lines that stand together. */
type Change = { after: number; removed: string[]; added: { line: number; text: string }[] };

function changesOf(hunks: readonly Hunk[]): Change[] {
  const changes: Change[] = [];
  for (const hunk of hunks) {
    let last = hunk.newLines === 0 ? hunk.newStart : hunk.newStart - 1;
    let open: Change | null = null;
    for (const line of hunk.lines) {
      if (line.kind === 'context') open = null;
      else {
        if (open === null) changes.push((open = { after: last, removed: [], added: [] }));
        if (line.newLine === null) open.removed.push(endText(line));
        else open.added.push({ line: line.newLine, text: endText(line) });
      }
      last = line.newLine ?? last;
    }
  }
  return changes;
}

/** A last line that gains or loses its line feed is another line. */
function endText(line: { text: string; noNewline: boolean }): string {
  return line.noNewline ? `${line.text}\n\\` : line.text;
}

/** How far apart two equal lines may be and still be taken for the same one: brackets and blanks are everywhere. */
function reachOf(text: string): number {
  return /[\p{L}\p{N}]/u.test(text) ? 100 : 3;
}

function linesByText(lines: readonly (readonly [line: number, text: string])[]): Map<string, number[]> {
  const byText = new Map<string, number[]>();
  for (const [line, text] of lines) {
    const known = byText.get(text);
    if (known === undefined) byText.set(text, [line]);
    else known.push(line);
  }
  return byText;
}

function takeNearest(byText: Map<string, number[]>, text: string, line: number): number | null {
  const candidates = byText.get(text) ?? [];
  let best = -1;
  for (const [index, candidate] of candidates.entries()) {
    const distance = Math.abs(candidate - line);
    if (distance <= reachOf(text) && (best < 0 || distance < Math.abs((candidates[best] ?? 0) - line))) best = index;
  }
  if (best < 0) return null;
  return candidates.splice(best, 1)[0] ?? null;
}

type RemovedByOwn = { from: number; to: number };

/** The lines that the PR removes, by their text, with the stretch of head in whose place they stood. */
class RemovalIndex {
  readonly #byText = new Map<string, RemovedByOwn[]>();
  readonly #only = new Set<string>();
  readonly size: number;

  constructor(changes: readonly Change[]) {
    let size = 0;
    for (const change of changes) {
      for (const text of change.removed) {
        const known = this.#byText.get(text) ?? [];
        known.push({ from: change.after, to: change.after + change.added.length });
        this.#byText.set(text, known);
        size += 1;
      }
    }
    for (const [text, known] of this.#byText) if (known.length === 1) this.#only.add(text);
    this.size = size;
  }

  /** The PR's own removal of such a line nearest to the place; each serves once. */
  take(text: string, after: number): RemovedByOwn | null {
    const candidates = this.#byText.get(text) ?? [];
    const reach = this.#only.has(text) && /[\p{L}\p{N}]/u.test(text) ? Infinity : reachOf(text);
    let best = -1;
    for (const [index, candidate] of candidates.entries()) {
      const distance = distanceTo(candidate, after);
      if (distance > reach) continue;
      const known = candidates[best];
      if (known === undefined || distance < distanceTo(known, after)) best = index;
    }
    if (best < 0) return null;
    return candidates.splice(best, 1)[0] ?? null;
  }
}

function distanceTo(stretch: RemovedByOwn, after: number): number {
  if (after < stretch.from) return stretch.from - after;
  return Math.max(0, after - stretch.to);
}

function ascending(a: number, b: number): number {
  return a - b;
}
