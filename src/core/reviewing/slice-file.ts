import type { Hunk, HunkLine } from '../diff.ts';
import type { ContextBlock, ScopeFile } from '../scope.ts';

export type Slice = { file: ScopeFile; tokens: number };

type SliceOptions = { maxTokens: number; tokensOf: (file: ScopeFile) => number };
type Piece = { hunk: Hunk; tokens: number };
type Group = { hunks: Hunk[]; tokens: number };

/**
 * A file in slices of at most so many tokens, about as long as each other: between hunks where that is enough, else
 * inside of them, best where a blank line stands. Every line of its hunks is in exactly one slice. A single line that is
 * longer is a slice nevertheless.
 */
export function sliceFile(file: ScopeFile, { maxTokens, tokensOf }: SliceOptions): Slice[] {
  const { context = [], ...bare } = file;
  const measure = (hunks: Hunk[]): number => tokensOf(withHunks(bare, hunks));
  const groups = grouped(
    file.hunks.flatMap((hunk) => splitHunk(hunk, maxTokens, measure)),
    maxTokens,
  );
  if (groups.length < 2) return [{ file, tokens: tokensOf(file) }];
  return groups.map(({ hunks, tokens }, at) => {
    const slice = withHunks(bare, hunks);
    const next = groups[at + 1];
    const from = at === 0 ? 0 : firstLine(hunks);
    const blocks = blocksFrom(context, from, next === undefined ? Number.POSITIVE_INFINITY : firstLine(next.hunks));
    if (blocks.length === 0) return { file: slice, tokens };
    const explained = { ...slice, context: blocks };
    const longer = tokensOf(explained);
    return longer <= maxTokens ? { file: explained, tokens: longer } : { file: slice, tokens };
  });
}

function grouped(pieces: readonly Piece[], maxTokens: number): Group[] {
  const total = pieces.reduce((sum, { tokens }) => sum + tokens, 0);
  const even = total / Math.max(1, Math.ceil(total / maxTokens));
  const groups: Group[] = [];
  for (const { hunk, tokens } of pieces) {
    const last = groups.at(-1);
    if (last !== undefined && last.tokens + tokens <= maxTokens && last.tokens + tokens / 2 <= even) {
      last.hunks.push(hunk);
      last.tokens += tokens;
    } else {
      groups.push({ hunks: [hunk], tokens });
    }
  }
  return groups;
}

/** Halves, and halves of those, until each is short enough. */
function splitHunk(hunk: Hunk, maxTokens: number, measure: (hunks: Hunk[]) => number): Piece[] {
  const tokens = measure([hunk]);
  if (tokens <= maxTokens || hunk.lines.length < 2) return [{ hunk, tokens }];
  const at = seam(hunk.lines);
  return [part(hunk, 0, at), part(hunk, at, hunk.lines.length)].flatMap((half) => splitHunk(half, maxTokens, measure));
}

/** Near the middle by length, after a blank line where there is one not too far from it. */
function seam(lines: readonly HunkLine[]): number {
  const half = lines.reduce((sum, { text }) => sum + text.length + 1, 0) / 2;
  let length = 0;
  let middle = lines.findIndex(({ text }) => (length += text.length + 1) >= half);
  middle = Math.min(Math.max(1, middle), lines.length - 1);
  const reach = Math.floor(lines.length / 6);
  for (let away = 0; away <= reach; away += 1) {
    for (const at of [middle + away, middle - away]) {
      if (at > 0 && at < lines.length && lines[at - 1]?.text.trim() === '') return at;
    }
  }
  return middle;
}

function part(hunk: Hunk, from: number, to: number): Hunk {
  const lines = hunk.lines.slice(from, to);
  const before = hunk.lines.slice(0, from);
  const count = (of: readonly HunkLine[], side: 'oldLine' | 'newLine'): number =>
    of.filter((line) => line[side] !== null).length;
  const oldLines = count(lines, 'oldLine');
  const newLines = count(lines, 'newLine');
  const start = (first: number, all: number, passed: number, own: number): number =>
    (all === 0 ? first : first + passed) - (all > 0 && own === 0 ? 1 : 0);
  return {
    oldStart: start(hunk.oldStart, hunk.oldLines, count(before, 'oldLine'), oldLines),
    oldLines,
    newStart: start(hunk.newStart, hunk.newLines, count(before, 'newLine'), newLines),
    newLines,
    section: hunk.section,
    lines,
  };
}

/** Only what its hunks show is new in it. */
function withHunks(file: ScopeFile, hunks: Hunk[]): ScopeFile {
  const shown = hunks.map((hunk) => ({ from: firstOf(hunk), to: firstOf(hunk) + hunk.newLines - 1 }));
  const added = shown.flatMap(({ from, to }) =>
    file.added
      .map(({ start, end }) => ({ start: Math.max(start, from), end: Math.min(end, to) }))
      .filter(({ start, end }) => start <= end),
  );
  const removals = new Set(hunks.flatMap(removalsIn));
  const removedAfter = file.removedAfter.filter((line) => removals.has(line));
  return { ...file, whole: false, added, removedAfter, hunks };
}

/** Lines of head after which it removes something. */
function removalsIn(hunk: Hunk): number[] {
  let after = firstOf(hunk) - 1;
  return hunk.lines.flatMap(({ newLine }) => {
    if (newLine === null) return [after];
    after = newLine;
    return [];
  });
}

/** First line of head in it, or that it comes before. */
function firstOf(hunk: Hunk): number {
  return hunk.newLines === 0 ? hunk.newStart + 1 : hunk.newStart;
}

function firstLine(hunks: readonly Hunk[]): number {
  const [first] = hunks;
  return first === undefined ? 0 : firstOf(first);
}

/** What explains the lines of one slice; the outline, and what is around the first lines, goes with the first. */
function blocksFrom(context: readonly ContextBlock[], from: number, to: number): ContextBlock[] {
  return context.filter(({ lines }) => {
    const last = lines.at(-1)?.line ?? 0;
    return from <= last && last < to;
  });
}
