/**
 * How much context is in measure, in characters with the numbers of its lines: a multiple of what is new, but enough
 * for a small function however little is new, and never more than a reader keeps in mind. docs/decisions has the
 * figures behind these.
 */
export function contextBudget(newCharacters: number): number {
  return Math.max(FLOOR, Math.min(CEILING, newCharacters * RATIO));
}

const RATIO = 1.5;
const FLOOR = 1200;
const CEILING = 12_000;

/** Of the budget, what an outline may take. */
export const OUTLINE_SHARE = 0.25;

/** A line that is longer is data, or minified: it explains nothing. */
export const LONGEST_LINE = 400;

/** A line's number, mark and end. */
const PER_LINE = 8;

export function costOf(text: string): number {
  return text.length + PER_LINE;
}
