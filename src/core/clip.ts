import { crossingOf, type Crossing } from './crossing.ts';
import type { FileDiff, Hunk, HunkLine } from './diff.ts';

/** The lines of head that a diff adds, and the points where it removes something (the head line before, 0 at the top). */
export function ownChanges(file: FileDiff): { added: number[]; removedAfter: number[] } {
  const added: number[] = [];
  const points = new Set<number>();
  for (const change of changesOf(file.hunks)) {
    added.push(...change.added);
    if (change.removed.length > 0) points.add(change.after);
  }
  // The two patches of a changed type both count from the top.
  return { added: added.toSorted(ascending), removedAfter: [...points].toSorted(ascending) };
}

export type Clipped = {
  added: number[];
  removedAfter: number[];
  /** Hunks of `since` that hold anything of it; what stands outside of them comes as context of its own. */
  hunks: Hunk[];
  /** Nothing of the PR's own change of this file is left out. */
  whole: boolean;
};

/**
 * What of `since` (reference..head) is the PR's own doing (`own`: merge base..head): lines that both add, removals that
 * both make. What is only in `since` left the PR, or came back to what upstream has.
 *
 * Three diffs may lay repeated lines differently (add this `}` or the next one). A line that `since` adds and `own` does
 * not stands for a line of the base. Where that one had a place in the reference, what stands there now takes its turn,
 * until it is a line that `own` adds: nobody has read that one as the PR's. Brackets and blanks are not looked for that
 * far: where the other one is not in sight, the new one stands for it.
 * @param reviewed merge base..reference, as far as it changes the file: what of it a review has read
 */
export function clipToPullRequest(since: FileDiff, own: FileDiff, reviewed: FileDiff | null): Clipped {
  const places = placesIn(since, own, reviewed);
  const counted: { line: number; counterpart: number }[] = [];
  const points = new Set<number>();
  let removals = 0;
  const hunks = since.hunks.filter((hunk) => {
    let contributes = false;
    for (const change of changesOf([hunk])) {
      for (const line of change.added) {
        const counterpart = addedFor(line, places);
        if (counterpart === null) continue;
        counted.push({ line, counterpart });
        contributes = true;
      }
      for (const line of change.removed) {
        if (!removesFor(line, places)) continue;
        removals += 1;
        points.add(change.after);
        contributes = true;
      }
    }
    return contributes;
  });
  const shown = linesOf(hunks);
  const added = new Set(
    counted.map(({ line, counterpart }) => (shown.has(counterpart) || hasWords(shown.get(line)) ? counterpart : line)),
  );
  const all = changesOf(own.hunks);
  const isAll = (count: number, of: 'added' | 'removed'): boolean =>
    count === all.reduce((sum, change) => sum + change[of].length, 0);
  return {
    added: [...added].toSorted(ascending),
    removedAfter: [...points].toSorted(ascending),
    hunks: withUnseen(hunks, added, own.hunks, places.headToReference),
    whole: isAll(added.size, 'added') && isAll(removals, 'removed'),
  };
}

/** Where a line of the base, of the reference or of the head stands in the others. */
type Places = Record<
  'baseToHead' | 'headToBase' | 'baseToReference' | 'referenceToBase' | 'referenceToHead' | 'headToReference',
  Crossing
>;

function placesIn(since: FileDiff, own: FileDiff, reviewed: FileDiff | null): Places {
  // Where one of the two has the file as a new one, what the other calls its base is another file.
  const noBase = own.old === null || (reviewed !== null && reviewed.old === null);
  const nowhere: Crossing = () => null;
  return {
    baseToHead: crossingOf(own.hunks, 'oldLine'),
    headToBase: crossingOf(own.hunks, 'newLine'),
    baseToReference: noBase ? nowhere : crossingOf(reviewed?.hunks ?? [], 'oldLine'),
    referenceToBase: noBase ? nowhere : crossingOf(reviewed?.hunks ?? [], 'newLine'),
    referenceToHead: crossingOf(since.hunks, 'oldLine'),
    headToReference: crossingOf(since.hunks, 'newLine'),
  };
}

/**
 * The PR's own line that a line new since the reference is or counts for. Null where the base has it: a removal that was
 * read and is undone, or a line that stood elsewhere in the reference.
 */
function addedFor(newLine: number, places: Places): number | null {
  // No line is met twice, for the first one is in no reference.
  for (let line = newLine; ;) {
    const inBase = places.headToBase(line);
    if (inBase === null) return line;
    const inReference = places.baseToReference(inBase);
    const next = inReference === null ? null : places.referenceToHead(inReference);
    if (next === null) return null;
    line = next;
  }
}

/** Whether a line gone since the reference is one of the base that the PR removes, or counts for one; not so its own. */
function removesFor(goneLine: number, places: Places): boolean {
  for (let line = goneLine; ;) {
    const inBase = places.referenceToBase(line);
    if (inBase === null) return false;
    const inHead = places.baseToHead(inBase);
    if (inHead === null) return true;
    const next = places.headToReference(inHead);
    if (next === null) return false;
    line = next;
  }
}

const CONTEXT_LINES = 3;

/** The hunks, and beside them as context the lines in scope that they do not show: there reference and head are the same. */
function withUnseen(
  hunks: readonly Hunk[],
  added: ReadonlySet<number>,
  own: readonly Hunk[],
  toReference: Crossing,
): Hunk[] {
  const shown = linesOf(hunks);
  const unseen = [...added].filter((line) => !shown.has(line));
  if (unseen.length === 0) return [...hunks];
  const wanted = new Set(unseen.flatMap((line) => around(line).filter((near) => !shown.has(near))));
  const more: Hunk[] = [];
  for (const { section, lines } of own) {
    for (const { newLine, text, noNewline } of lines) {
      const oldLine = newLine === null || !wanted.has(newLine) ? null : toReference(newLine);
      if (newLine === null || oldLine === null) continue;
      const line: HunkLine = { kind: 'context', text, oldLine, newLine, noNewline };
      const last = more.at(-1);
      if (last !== undefined && last.newStart + last.newLines === newLine) {
        last.lines.push(line);
        last.oldLines = last.newLines = last.lines.length;
      } else more.push({ oldStart: oldLine, oldLines: 1, newStart: newLine, newLines: 1, section, lines: [line] });
    }
  }
  return [...hunks, ...more].toSorted((a, b) => a.newStart - b.newStart);
}

/** Lines of head that hunks show, with their texts. */
function linesOf(hunks: readonly Hunk[]): Map<number, string> {
  return new Map(
    hunks.flatMap(({ lines }) =>
      lines.flatMap(({ newLine, text }) => (newLine === null ? [] : [[newLine, text] as const])),
    ),
  );
}

function hasWords(text = ''): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

function around(line: number): number[] {
  return Array.from({ length: 2 * CONTEXT_LINES + 1 }, (_, at) => line - CONTEXT_LINES + at);
}

/** Removed and added lines that stand together, each numbered as on its own side. */
type Change = { after: number; removed: number[]; added: number[] };

function changesOf(hunks: readonly Hunk[]): Change[] {
  const changes: Change[] = [];
  for (const hunk of hunks) {
    let last = hunk.newLines === 0 ? hunk.newStart : hunk.newStart - 1;
    let open: Change | null = null;
    for (const { kind, oldLine, newLine } of hunk.lines) {
      if (kind === 'context') open = null;
      else {
        if (open === null) changes.push((open = { after: last, removed: [], added: [] }));
        if (newLine !== null) open.added.push(newLine);
        else if (oldLine !== null) open.removed.push(oldLine);
      }
      last = newLine ?? last;
    }
  }
  return changes;
}

function ascending(a: number, b: number): number {
  return a - b;
}
