import type { FileDiff, Hunk, LineRange } from '../diff.ts';
import type { ContextBlock, ScopeFile } from '../scope.ts';
import { enclosingLines, type Wanted } from './enclosing.ts';
import { languageOf } from './language.ts';
import { contextBudget, costOf, LONGEST_LINE, OUTLINE_SHARE } from './measure.ts';
import { outlineLines, wordsOf } from './outline.ts';
import { structureOf } from './units.ts';

/** Whether lines of head around its hunks could help: not where all of the file is new, or gone, or no text. */
export function needsContext(file: ScopeFile): boolean {
  return (file.status === 'modified' || file.status === 'renamed') && !file.binary && file.hunks.length > 0;
}

/**
 * What helps to understand a file's hunks, in measure: the PR's other hunks while they are no more than the new ones,
 * the functions around what is new, an outline of the rest.
 * @param lines the file at head, without line feeds
 * @param own the PR's own diff of the file
 */
export function contextOf(file: ScopeFile, lines: readonly string[], own: FileDiff | undefined): ContextBlock[] {
  if (!needsContext(file)) return [];
  const shown = new Set(headLines(file.hunks));
  const places = placesOf(file, lines.length);
  if (places.length === 0) return [];
  const structure = structureOf(lines, languageOf(file.path));
  const chosen = new Choice(lines, shown, contextBudget(charactersOf(file.hunks)));
  for (const line of otherHunks(file, own?.hunks ?? [], shown)) chosen.take(line, 'pull-request');
  const enclosing = enclosingLines(structure, places).toSorted(byRank);
  const forOutline = chosen.left * OUTLINE_SHARE;
  for (const { line } of enclosing) if (!chosen.take(line, 'enclosing', forOutline)) break;
  const outline = outlineLines(structure, wordsRead(file.hunks)).toSorted(
    (a, b) => Number(b.used) - Number(a.used) || a.depth - b.depth || a.line - b.line,
  );
  const atMost = chosen.left - Math.min(chosen.left, forOutline);
  for (const { line } of outline) if (!chosen.take(line, 'outline', atMost)) break;
  return chosen.blocks(file.hunks);
}

/** The blocks as a reviewer reads them: what is counted as their tokens. */
export function contextText(blocks: readonly ContextBlock[]): string {
  return blocks.map(({ lines }) => `@@\n${lines.map(({ text }) => ` ${text}\n`).join('')}`).join('');
}

function byRank(a: Wanted, b: Wanted): number {
  return a.rank - b.rank || a.line - b.line;
}

/** What is to be understood, in order: new lines, and the lines around each removal. */
function placesOf({ added, removedAfter }: ScopeFile, lastLine: number): LineRange[] {
  const removals = removedAfter.map((line) => ({ start: Math.max(1, line), end: Math.min(lastLine, line + 1) }));
  return [...added, ...removals]
    .filter(({ start, end }) => start >= 1 && start <= end && end <= lastLine)
    .toSorted((a, b) => a.start - b.start || a.end - b.end);
}

function headLines(hunks: readonly Hunk[]): number[] {
  return hunks.flatMap(({ lines }) => lines.flatMap(({ newLine }) => newLine ?? []));
}

function wordsRead(hunks: readonly Hunk[]): Set<string> {
  const words = new Set<string>();
  for (const { lines } of hunks) {
    for (const { newLine, text } of lines) {
      if (newLine !== null && text.length <= LONGEST_LINE) for (const word of wordsOf(text)) words.add(word);
    }
  }
  return words;
}

function charactersOf(hunks: readonly Hunk[]): number {
  let characters = 0;
  for (const { lines } of hunks) {
    for (const { kind, text } of lines) if (kind !== 'context') characters += costOf(text);
  }
  return characters;
}

/** Lines of the PR's other hunks, the nearest hunks first, while what they change is no more than what is in scope. */
function otherHunks(file: ScopeFile, own: readonly Hunk[], shown: ReadonlySet<number>): number[] {
  if (file.whole) return [];
  let room = changesIn(file.hunks);
  const firstLine = file.hunks[0]?.newStart ?? 0;
  const others = own
    .filter(({ lines }) =>
      lines.some(({ kind, newLine }) => kind === 'added' && newLine !== null && !shown.has(newLine)),
    )
    .toSorted((a, b) => Math.abs(a.newStart - firstLine) - Math.abs(b.newStart - firstLine));
  const taken: number[] = [];
  for (const hunk of others) {
    room -= changesIn([hunk]);
    if (room < 0) break;
    taken.push(...headLines([hunk]));
  }
  return taken;
}

function changesIn(hunks: readonly Hunk[]): number {
  return hunks.reduce((sum, { lines }) => sum + lines.filter(({ kind }) => kind !== 'context').length, 0);
}

/** The lines chosen so far, each once, within a budget. */
class Choice {
  readonly #lines: readonly string[];
  readonly #shown: ReadonlySet<number>;
  readonly #kinds = new Map<number, ContextBlock['kind']>();
  /** Characters that may still be taken. */
  left: number;

  constructor(lines: readonly string[], shown: ReadonlySet<number>, budget: number) {
    this.#lines = lines;
    this.#shown = shown;
    this.left = budget;
  }

  /** False where there is no room for it. @param keep what must be left for others */
  take(line: number, kind: ContextBlock['kind'], keep = 0): boolean {
    const text = this.#lines[line - 1];
    if (text === undefined || text.length > LONGEST_LINE || this.#shown.has(line) || this.#kinds.has(line)) return true;
    if (this.left - costOf(text) < keep) return false;
    this.left -= costOf(text);
    this.#kinds.set(line, kind);
    return true;
  }

  /** Those of a kind that follow one another between two hunks are a block; the outline is one, at the end. */
  blocks(hunks: readonly Hunk[]): ContextBlock[] {
    const ends = hunks.map(({ newStart, newLines }) => newStart + newLines).toSorted((a, b) => a - b);
    const blocks: ContextBlock[] = [];
    const outline: ContextBlock = { kind: 'outline', lines: [] };
    let hunksBefore = 0;
    let open: { block: ContextBlock; after: number } | null = null;
    for (const [line, kind] of [...this.#kinds].toSorted(([a], [b]) => a - b)) {
      while ((ends[hunksBefore] ?? Infinity) <= line) hunksBefore += 1;
      const one = { line, text: this.#lines[line - 1] ?? '' };
      if (kind === 'outline') outline.lines.push(one);
      else if (open !== null && open.block.kind === kind && open.after === hunksBefore) open.block.lines.push(one);
      else blocks.push((open = { block: { kind, lines: [one] }, after: hunksBefore }).block);
    }
    return outline.lines.length === 0 ? blocks : [...blocks, outline];
  }
}
