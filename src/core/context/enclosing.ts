import type { LineRange } from '../diff.ts';
import { openParentheses } from './definition.ts';
import type { Structure, Unit } from './units.ts';

/** A line that helps to understand what is new; the lower the rank, the sooner it is wanted. */
export type Wanted = { line: number; rank: number };

/** What names the functions and classes around what is new is wanted before any line of them. */
const NAMING = 0;
/** A longer function is not wanted whole. */
const WHOLE_UNIT_LINES = 100;
/** Lines wanted on each side of what is new, in a function that is too long. */
const NEAREST_LINES = 15;
/** And where no function is around it: they come after whatever is in one. */
const NEIGHBOURS = 6;
const NEIGHBOUR_RANK = 50;
const SIGNATURE_LINES = 10;
const LEAD_LINES = 10;

/**
 * The lines around what is new, each once: the functions that hold it whole where they are short, else their signature
 * and the nearest lines; neighbouring lines where there is no function.
 * @param places ascending; a removal is the range of the lines before and after it
 */
export function enclosingLines(structure: Structure, places: readonly LineRange[]): Wanted[] {
  const wanted = new Map<number, number>();
  const want = (line: number, rank: number): void => {
    if (line < 1 || line > structure.lines.length) return;
    const before = wanted.get(line);
    if (before === undefined || rank < before) wanted.set(line, rank);
  };
  const whole = new Set<Unit>();
  const named = new Set<Unit>();
  for (const place of places) {
    const targets = targetsOf(structure, place);
    for (const target of targets) {
      nameAll(structure, target, named, want);
      if (linesOf(target) <= WHOLE_UNIT_LINES) whole.add(target);
    }
    if (targets.length === 0) nearest(place, null, NEIGHBOURS, (line, rank) => want(line, rank + NEIGHBOUR_RANK));
    else for (const target of targets) nearest(place, target, NEAREST_LINES, want);
  }
  for (const unit of whole) wantWhole(unit, places, want);
  return [...wanted].map(([line, rank]) => ({ line, rank }));
}

type Want = (line: number, rank: number) => void;

/** The innermost named units that reach beyond the place, at its beginning and at its end. */
function targetsOf(structure: Structure, place: LineRange): Unit[] {
  const [first, last] = withoutBlanks(structure, place);
  const ends = [first, last].map((line) => {
    let unit = structure.unitAt(line);
    while (unit !== null && unit.start >= first && unit.end <= last) unit = unit.parent;
    return unit;
  });
  const targets = new Set<Unit>();
  for (const unit of ends) {
    const target = namedAround(unit) ?? statementAround(unit);
    if (target !== null) targets.add(target);
  }
  return [...targets];
}

function withoutBlanks({ shapes }: Structure, { start, end }: LineRange): [number, number] {
  let [first, last] = [start, end];
  while (first < last && shapes[first - 1]?.role === 'blank') first += 1;
  while (last > first && shapes[last - 1]?.role === 'blank') last -= 1;
  return [first, last];
}

function namedAround(unit: Unit | null): Unit | null {
  let found = unit;
  while (found !== null && found.kind !== 'function' && found.kind !== 'container') found = found.parent;
  return found;
}

/** Where nothing is named (data, or code at the margin): the widest block that is still short. */
function statementAround(unit: Unit | null): Unit | null {
  let found: Unit | null = null;
  for (let outer = unit; outer !== null && linesOf(outer) <= NEAREST_LINES * 2; outer = outer.parent) found = outer;
  return found ?? unit;
}

/** The signature, with the comment and the annotations above it, and the lines that name what it stands in. */
function nameAll(structure: Structure, target: Unit, done: Set<Unit>, want: Want): void {
  for (let unit: Unit | null = target; unit !== null && !done.has(unit); unit = unit.parent) {
    done.add(unit);
    for (let line = unit.start; line <= signatureEnd(structure, unit); line += 1) want(line, NAMING);
  }
  for (let above = 1; above <= LEAD_LINES; above += 1) {
    const line = target.start - above;
    if (structure.shapes[line - 1]?.role !== 'aside') break;
    want(line, above);
  }
}

/** The line in which a list of parameters is at its end. */
export function signatureEnd({ shapes }: Structure, unit: Unit): number {
  const longest = Math.min(unit.end, unit.start + SIGNATURE_LINES - 1);
  let depth = 0;
  for (let line = unit.start; line <= longest; line += 1) {
    depth += openParentheses(shapes[line - 1]?.text ?? '');
    if (depth <= 0) return shapes[line]?.text === '{' && line < longest ? line + 1 : line;
  }
  return unit.start;
}

function nearest(place: LineRange, within: Unit | null, reach: number, want: Want): void {
  const first = Math.max(place.start - reach, within?.start ?? 1);
  const last = Math.min(place.end + reach, within?.end ?? Infinity);
  for (let line = place.start - 1; line >= first; line -= 1) want(line, place.start - line);
  for (let line = place.end + 1; line <= last; line += 1) want(line, line - place.end);
}

function wantWhole(unit: Unit, places: readonly LineRange[], want: Want): void {
  let next = firstNotBefore(places, unit.start);
  for (let line = unit.start; line <= unit.end; line += 1) {
    while ((places[next]?.end ?? Infinity) < line) next += 1;
    const [before, after] = [places[next - 1], places[next]];
    const distance = Math.min(line - (before?.end ?? -Infinity), Math.max(0, (after?.start ?? Infinity) - line));
    if (distance > 0) want(line, distance);
  }
}

function firstNotBefore(places: readonly LineRange[], line: number): number {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle]?.end ?? 0) < line) low = middle + 1;
    else high = middle;
  }
  return low;
}

function linesOf({ start, end }: Unit): number {
  return end - start + 1;
}
