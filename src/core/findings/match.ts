import { foldBlanks } from '../anchor.ts';
import type { Carried } from './carry.ts';
import { sameConcern, sameKind, titleLikeness } from './concern.ts';
import type { PlacedRaw } from './place-raw.ts';

/** An earlier finding and what the run says of the same thing now. */
export type Pair = { carried: Carried; raw: PlacedRaw };

export type Matched = { pairs: Pair[]; carried: Carried[]; raws: PlacedRaw[] };

/**
 * Pairs one to one, surest first: rule or category with line and quote; then equal quotes in the same file, aligned in
 * order. Titles only choose among equals.
 */
export function matchSameCode(carried: readonly Carried[], raws: readonly PlacedRaw[]): Matched {
  const inPlace = matchInTurn(carried, raws, IN_PLACE);
  const [standing, lost] = [true, false].map((here) =>
    inPlace.carried.filter((one) => (one.state === 'here') === here),
  );
  const found = matchInTurn(lost ?? [], inPlace.raws, IN_FILE);
  const rest = matchInTurn(standing ?? [], found.raws, IN_FILE);
  const pairs = [...inPlace.pairs, ...found.pairs, ...rest.pairs];
  return { pairs, carried: [...found.carried, ...rest.carried], raws: rest.raws };
}

/** Its code stands where it stood, and what is said is said of a line that came since: of other code, however alike. */
function isOfOtherCode({ finding, state, isFresh }: Carried, raw: PlacedRaw): boolean {
  return state === 'here' && raw.line !== null && raw.line !== finding.line && raw.quote !== '' && isFresh(raw.line);
}

/** As `matchSameCode`, at the same line only. */
export function matchSamePlace(carried: readonly Carried[], raws: readonly PlacedRaw[]): Matched {
  return matchInTurn(carried, raws, IN_PLACE);
}

function matchInTurn(carried: readonly Carried[], raws: readonly PlacedRaw[], passes: readonly KeyOf[]): Matched {
  let rest: Matched = { pairs: [], carried: [...carried], raws: [...raws] };
  for (const pass of passes) {
    const found = matchByKey(rest.carried, rest.raws, pass);
    rest = { ...found, pairs: [...rest.pairs, ...found.pairs] };
  }
  return rest;
}

type Subject = {
  path: string;
  side: string;
  line: number | null;
  quote: string;
  rule: string | null;
  category: string;
  title: string;
};

/** The key under which both sides must agree; null takes no part in this pass. */
type KeyOf = (subject: Subject) => unknown[] | null;

const IN_PLACE: readonly KeyOf[] = [
  ({ path, side, line, quote, rule, category, title }) => [path, side, line, quote, rule ?? category, title],
  ({ path, side, line, quote, rule }) => (rule === null ? null : [path, side, line, quote, rule]),
  ({ path, side, line, quote, category }) => (quote === '' ? null : [path, side, line, quote, category]),
];
const IN_FILE: readonly KeyOf[] = [
  ({ path, side, quote, rule }) => (rule === null || quote === '' ? null : [path, side, quote, rule]),
  ({ path, side, quote, category }) => (quote === '' ? null : [path, side, quote, category]),
];

function matchByKey(carried: readonly Carried[], raws: readonly PlacedRaw[], keyOf: KeyOf): Matched {
  const groups = new Map<string, Carried[]>();
  for (const one of carried) {
    const key = keyOf(subjectOfCarried(one));
    if (key !== null) push(groups, JSON.stringify(key), one);
  }
  const wanted = new Map<string, PlacedRaw[]>();
  for (const raw of raws) {
    const key = keyOf(subjectOfRaw(raw));
    if (key !== null && groups.has(JSON.stringify(key))) push(wanted, JSON.stringify(key), raw);
  }
  const pairs: Pair[] = [];
  for (const [key, candidates] of wanted) {
    const possible = align(groups.get(key) ?? [], candidates);
    // A category only decides where one of the two names no rule: two rules that differ are two things.
    for (const [one, raw] of possible) {
      if (sameKind(one.finding, raw) && !isOfOtherCode(one, raw)) pairs.push({ carried: one, raw });
    }
  }
  return without(carried, raws, pairs);
}

/** Where they are equal in all else, they are paired in the order of their lines, as near as the smaller group allows. */
function align(carried: readonly Carried[], raws: readonly PlacedRaw[]): [Carried, PlacedRaw][] {
  const lineOf = (one: Carried): number => one.finding.line ?? one.near ?? 0;
  const left = carried.toSorted((a, b) => lineOf(a) - lineOf(b) || a.finding.shortId - b.finding.shortId);
  const right = raws.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
  if (left.length === right.length || left.length * right.length > MAX_ALIGNMENT) {
    return left.slice(0, right.length).map((one, index) => [one, right[index] as PlacedRaw]);
  }
  const swap = left.length > right.length;
  const few = swap ? right.map((raw) => raw.line ?? 0) : left.map(lineOf);
  const many = swap ? left.map(lineOf) : right.map((raw) => raw.line ?? 0);
  return alignLines(few, many).map((chosen, index) =>
    swap ? [left[chosen] as Carried, right[index] as PlacedRaw] : [left[index] as Carried, right[chosen] as PlacedRaw],
  );
}

const MAX_ALIGNMENT = 1_000_000;

/** For each of `few` the index in `many`, rising, so that the sum of the distances is the least. Both are sorted. */
function alignLines(few: readonly number[], many: readonly number[]): number[] {
  // cost[i][j]: the least for the first i of `few` within the first j of `many`.
  const cost = few.map(() => new Float64Array(many.length + 1).fill(Infinity));
  cost.unshift(new Float64Array(many.length + 1));
  const at = (i: number, j: number): number => cost[i]?.[j] ?? Infinity;
  const distance = (i: number, j: number): number => Math.abs((few[i] ?? 0) - (many[j] ?? 0));
  for (let i = 1; i <= few.length; i += 1) {
    for (let j = i; j <= many.length; j += 1) {
      (cost[i] as Float64Array)[j] = Math.min(at(i, j - 1), at(i - 1, j - 1) + distance(i - 1, j - 1));
    }
  }
  const chosen: number[] = [];
  for (let i = few.length, j = many.length; i > 0; j -= 1) {
    if (at(i, j) === at(i, j - 1)) continue;
    chosen.unshift(j - 1);
    i -= 1;
  }
  return chosen;
}

/** How far an edit may move a finding and it still is the same one. */
const EDIT_REACH = 3;
const MAX_CANDIDATES = 50;
const MAX_SPAN = 40;

/**
 * Pairs what is left by place: the same rule at the same line; a finding whose code was edited with what the run says of
 * that spot; and, where
 * `pointingVaries` (a reviewer that reads, and points a line beside), one whose code stands with what is said next to it.
 */
export function matchEditedCode(
  carried: readonly Carried[],
  raws: readonly PlacedRaw[],
  pointingVaries: boolean,
): Matched {
  const inPlace = matchByKey(carried, raws, ({ path, side, line, rule }) =>
    rule === null ? null : [path, side, line, rule],
  );
  const nearBy = matchNearBy(inPlace.carried, inPlace.raws, pointingVaries);
  return { ...nearBy, pairs: [...inPlace.pairs, ...nearBy.pairs] };
}

function matchNearBy(carried: readonly Carried[], raws: readonly PlacedRaw[], pointingVaries: boolean): Matched {
  const byStart = new Map<string, PlacedRaw[]>();
  for (const raw of raws) push(byStart, JSON.stringify([raw.path, raw.side, raw.line]), raw);
  const options: { carried: Carried; raw: PlacedRaw; distance: number; likeness: number }[] = [];
  for (const one of carried) {
    const { finding, state } = one;
    if (state === 'left' || (state === 'here' && !pointingVaries)) continue;
    const edited = state === 'edited';
    const near = edited ? one.near : finding.line;
    const end = edited ? near : finding.endLine;
    const sees = edited ? sameKind : sameConcern;
    const here: typeof options = [];
    for (const line of startsNear(near, end)) {
      for (const raw of byStart.get(JSON.stringify([finding.path, finding.side, line])) ?? []) {
        const distance = gap(near, end, raw);
        if (distance > (edited ? EDIT_REACH : 1) || here.length >= MAX_CANDIDATES || !sees(finding, raw)) continue;
        if (isOfOtherCode(one, raw)) continue;
        here.push({ carried: one, raw, distance, likeness: titleLikeness(finding.title, raw.title) });
      }
    }
    options.push(...here);
  }
  options.sort((a, b) => a.distance - b.distance || b.likeness - a.likeness);
  const pairs: Pair[] = [];
  const taken = new Set<Carried | PlacedRaw>();
  for (const { carried: one, raw } of options) {
    if (taken.has(one) || taken.has(raw)) continue;
    taken.add(one).add(raw);
    pairs.push({ carried: one, raw });
  }
  return without(carried, raws, pairs);
}

/** Where a range that is near this one may start; of ranges longer than `MAX_SPAN` only the last lines count. */
function startsNear(line: number | null, endLine: number | null): (number | null)[] {
  if (line === null) return [null];
  const last = Math.min(endLine ?? line, line + MAX_SPAN) + EDIT_REACH;
  const first = Math.max(1, line - MAX_SPAN - EDIT_REACH);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** Lines between two ranges, 0 where they touch; files as a whole are near each other, and far from any line. */
function gap(line: number | null, endLine: number | null, raw: PlacedRaw): number {
  if (line === null || raw.line === null) return line === raw.line ? 0 : Infinity;
  const [end, rawEnd] = [endLine ?? line, raw.endLine ?? raw.line];
  return Math.max(0, raw.line - end, line - rawEnd);
}

function without(carried: readonly Carried[], raws: readonly PlacedRaw[], pairs: Pair[]): Matched {
  const goneCarried = new Set(pairs.map((pair) => pair.carried));
  const goneRaws = new Set(pairs.map((pair) => pair.raw));
  return {
    pairs,
    carried: carried.filter((one) => !goneCarried.has(one)),
    raws: raws.filter((raw) => !goneRaws.has(raw)),
  };
}

function subjectOfCarried({ finding, near }: Carried): Subject {
  return { ...finding, line: finding.line ?? near, quote: foldBlanks(finding.quote) };
}

function subjectOfRaw(raw: PlacedRaw): Subject {
  return { ...raw, quote: foldBlanks(raw.quote) };
}

function push<T>(groups: Map<string, T[]>, key: string, value: T): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [value]);
  else group.push(value);
}
