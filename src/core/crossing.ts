import type { Hunk } from './diff.ts';

type Side = 'oldLine' | 'newLine';

/** From a line of one side of a file's diff to the same line on the other; null where the diff adds or removes it. */
export type Crossing = (line: number) => number | null;

/** @param from the side that lines are given of */
export function crossingOf(hunks: readonly Hunk[], from: Side): Crossing {
  const to: Side = from === 'oldLine' ? 'newLine' : 'oldLine';
  const inHunks = new Map<number, number | null>();
  for (const { lines } of hunks) {
    for (const line of lines) {
      const here = line[from];
      if (here !== null) inHunks.set(here, line[to]);
    }
  }
  const ends = hunks.map((hunk) => ({ here: endOf(hunk, from), there: endOf(hunk, to) }));
  return (line) => {
    const known = inHunks.get(line);
    if (known !== undefined) return known;
    // Of the hunks above the line only the last one matters: ends name the first line after a hunk on either side.
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle]?.here ?? Infinity) <= line) low = middle + 1;
      else high = middle;
    }
    const above = ends[low - 1];
    return above === undefined ? line : line - above.here + above.there;
  };
}

/** First line after the hunk; where a side has no lines, git names the line before instead. */
function endOf({ oldStart, oldLines, newStart, newLines }: Hunk, side: Side): number {
  const [start, count] = side === 'oldLine' ? [oldStart, oldLines] : [newStart, newLines];
  return count === 0 ? start + 1 : start + count;
}
