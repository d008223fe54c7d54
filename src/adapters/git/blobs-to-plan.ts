import type { TreeChange, TreeEntry } from './trees.ts';

/** What changed between the trees of a PR today and at an earlier version. */
export type PlannedChanges = {
  /** What the PR changes today, `b1..h1`. */
  today: readonly TreeChange[];
  /** For each earlier version what the PR changed then (`b0..h0`), and upstream since (`b0..b1`). */
  earlier: readonly { own: readonly TreeChange[]; upstream: readonly TreeChange[] }[];
};

const SUBMODULE = '160000';

/**
 * The blobs that a plan surely reads: both sides of today's changes, the three sides of files that were changed on both
 * sides, and what an earlier version left differently from today. A file that only moved is not read.
 */
export function blobsToPlan({ today, earlier }: PlannedChanges): string[] {
  const wanted = new Set<string>();
  const want = (...entries: readonly (TreeEntry | null | undefined)[]): void => {
    for (const entry of entries) if (entry && entry.mode !== SUBMODULE) wanted.add(entry.oid);
  };
  want(...readOf(today));
  const atHead = new Map(today.map((change) => [change.path, change]));
  for (const { own, upstream } of earlier) {
    const byUpstream = new Map(upstream.map((change) => [change.path, change]));
    const movedThen = movedOids(own);
    for (const { path, from, to } of own) {
      const theirs = byUpstream.get(path);
      const base = theirs === undefined ? from : theirs.to;
      const now = atHead.has(path) ? atHead.get(path)?.to : base;
      if (theirs === undefined) {
        if (to !== null && now !== null && now?.oid !== to.oid && !movedThen.has(to.oid)) want(to, now);
      } else if (theirs.to?.oid !== to?.oid && from !== null && to !== null && theirs.to !== null) {
        want(from, to, theirs.to);
      }
    }
  }
  return [...wanted];
}

/** Both sides of changes; of what came or went, only what did not merely move. */
function readOf(changes: readonly TreeChange[]): (TreeEntry | null)[] {
  const moved = movedOids(changes);
  return changes.flatMap(({ from, to }) => {
    if (from === null || to === null) return [from, to].filter((entry) => !moved.has(entry?.oid ?? ''));
    return from.oid === to.oid ? [] : [from, to];
  });
}

/** Blobs that left one name and came under another, as often: git tells such a move by the name of the blob. */
function movedOids(changes: readonly TreeChange[]): Set<string> {
  const left = new Map<string, number>();
  for (const { from, to } of changes)
    if (from !== null && to === null) left.set(from.oid, (left.get(from.oid) ?? 0) + 1);
  const moved = new Set<string>();
  for (const { from, to } of changes) if (from === null && to !== null && left.has(to.oid)) moved.add(to.oid);
  return moved;
}
