import { anchor, foldBlanks, linesByText, standsAt } from '../anchor.ts';
import type { Finding } from '../finding.ts';
import { sameConcern, sameKind } from './concern.ts';
import type { VersionMap } from './version-map.ts';
import { patchOf, type Patch } from './patch.ts';
import type { Today } from './today.ts';

/** An earlier finding, placed in today's tree. */
export type Carried = {
  /** As recorded, but with path, lines and `ownLine` of today. */
  finding: Finding;
  /**
   * `here`: its code stands at `finding.line` (or it is about a file, which the PR still changes). `edited`: its code is
   * not to be found, the file is still the PR's. `left`: file or line are no part of the PR any more.
   */
  state: 'here' | 'edited' | 'left';
  /** Where its code would be, had it not been edited; null where that is unknown. */
  near: number | null;
  /** Lines that the PR itself had added, all of them taken out; for `edited` only. */
  removed: boolean;
  /** Of a line of its file today: it came after this finding was last looked at. */
  isFresh: (line: number) => boolean;
  /** People have been told that it exists, and of its end if it ended. */
  announced: boolean;
};

const NOBODY: ReadonlySet<string> = new Set();

/** All earlier findings, each once, in today's lines; in the order of their short ids. */
export function carryFindings(today: Today): Carried[] {
  const patch = patchOf(today.fullDiff);
  const carried = latestOfEach(today).map((latest) => ({
    ...placeByMap(latest.finding, latest.map, today, patch),
    map: latest.map,
    source: latest.source,
    announced: latest.announced,
  }));
  searchForLost(carried, today, patch);
  return mergeTwins(carried, today.commented ?? NOBODY)
    .map(({ finding, state, near, removed, map, announced }) => ({
      finding,
      state,
      near,
      removed,
      isFresh: (line: number) => map.exact && map.origin(finding.path, line, finding.side) === null,
      announced,
    }))
    .toSorted(byShortId);
}

function byShortId(a: Pick<Carried, 'finding'>, b: Pick<Carried, 'finding'>): number {
  return a.finding.shortId - b.finding.shortId || (a.finding.id < b.finding.id ? -1 : 1);
}

type Latest = { finding: Finding; map: VersionMap; source: number; announced: boolean };
type Searched = Omit<Carried, 'isFresh'> & Pick<Latest, 'map' | 'source'>;

/** The newest word on each id wins. */
function latestOfEach(today: Today): Latest[] {
  const latest = new Map<string, Latest>();
  for (const [source, { findings, map, delivered }] of today.earlier.entries()) {
    for (const finding of findings) {
      const told = finding.status === 'fixed' || finding.status === 'gone' ? false : latest.get(finding.id)?.announced;
      latest.set(finding.id, { finding, map, source, announced: delivered || told === true });
    }
  }
  return [...latest.values()];
}

type Placed = Omit<Carried, 'announced' | 'isFresh'>;

const LEFT = { state: 'left', near: null, removed: false } as const;

function placeByMap(finding: Finding, map: VersionMap, today: Today, patch: Patch): Placed {
  const path = map.path(finding.path, finding.side);
  if (path === null || !patch.has(path)) return { finding, ...LEFT };
  if (finding.side === 'RIGHT' && patch.isDeleted(path)) return { finding, ...LEFT };
  const lost: Placed = {
    finding: { ...finding, path, line: null, endLine: null },
    state: 'edited',
    near: null,
    removed: false,
  };
  if (finding.line === null) return finding.quote === '' ? { ...lost, state: 'here' } : lost;

  const line = map.line(finding.path, finding.line, finding.side);
  if (line === null) {
    return { ...lost, near: estimate(finding.path, finding.line, finding, map), removed: isRemoved(finding, map) };
  }
  const lines = today.lines(path, finding.side);
  if (lines !== null && finding.quote !== '' && !standsAt(lines, line, finding.quote)) return { ...lost, near: line };
  return settle(finding, path, line, lines, patch);
}

function isRemoved({ path, side, line, endLine, ownLine }: Finding, map: VersionMap): boolean {
  if (!map.exact || ownLine !== true || line === null) return false;
  for (let at = line; at <= (endLine ?? line); at += 1) if (map.line(path, at, side) !== null) return false;
  return true;
}

/** Where the lines around it went, when the line itself was changed. */
function estimate(path: string, line: number, finding: Finding, map: VersionMap): number | null {
  for (let distance = 1; distance <= 100; distance += 1) {
    const before = line > distance ? map.line(path, line - distance, finding.side) : null;
    if (before !== null) return before + distance;
    const after = map.line(path, line + distance, finding.side);
    if (after !== null) return Math.max(1, after - distance);
  }
  return null;
}

function settle(finding: Finding, path: string, line: number, lines: readonly string[] | null, patch: Patch): Placed {
  const span = (finding.endLine ?? finding.line ?? 0) - (finding.line ?? 0);
  const endLine = Math.min(line + span, Math.max(line, lines?.length ?? Infinity));
  const placed = { ...finding, path, line, endLine };
  const owned = patch.owns(placed);
  const left = finding.ownLine === true && !owned;
  return {
    finding: left ? { ...placed, ownLine: true } : { ...placed, ownLine: owned },
    state: left ? 'left' : 'here',
    near: line,
    removed: false,
  };
}

/** Lines compared in all searches of one run: past that, what is lost stays lost, and time is bounded. */
const MAX_COMPARED_LINES = 5_000_000;

/**
 * Code that moved: looked for by its quote, on lines that were not there before, and never where another finding of the
 * same kind already is.
 */
function searchForLost(carried: Searched[], today: Today, patch: Patch): void {
  const taken = new Map<string, Set<number | null>>();
  const take = ({ finding }: Pick<Searched, 'finding'>): void => {
    const lines = taken.get(sameThing(finding)) ?? new Set();
    taken.set(sameThing(finding), lines.add(finding.line));
  };
  carried.filter((one) => one.state === 'here').forEach(take);
  const wholeLines = new Map<readonly string[], ReturnType<typeof linesByText>>();
  let compared = 0;
  const lost = carried.filter((one) => one.state === 'edited' && one.finding.quote !== '');
  for (const one of lost.toSorted((a, b) => (a.near ?? 0) - (b.near ?? 0) || byShortId(a, b))) {
    const { finding, map, near } = one;
    const lines = today.lines(finding.path, finding.side);
    if (lines === null || compared > MAX_COMPARED_LINES) continue;
    const index = wholeLines.get(lines) ?? linesByText(lines);
    wholeLines.set(lines, index);
    const others = taken.get(sameThing(finding));
    const usable = (line: number): boolean =>
      others?.has(line) !== true && map.origin(finding.path, line, finding.side) === null;
    const said = { line: near, endLine: null, quote: finding.quote };
    const candidates = index(finding.quote);
    compared += candidates.length;
    let found = anchor(lines, said, { usable, candidates });
    if (found === null) {
      compared += lines.length;
      found = anchor(lines, said, { usable });
    }
    if (found === null) continue;
    const spread = { ...finding, line: found.line, endLine: found.endLine };
    Object.assign(one, settle(spread, finding.path, found.line, lines, patch));
    take(one);
  }
}

/** Findings for which this is equal are told apart by their lines alone. */
function sameThing(finding: Finding): string {
  const kind = finding.rule ?? finding.category;
  return JSON.stringify([finding.path, finding.side, kind, foldBlanks(finding.quote)]);
}

/** One finding, and the records that it stands for. */
type Standing = { one: Searched; sources: number[] };

/**
 * The same thing found by runs that did not know of each other: the one that people know stays, or that has its comment
 * already. Within one record nothing is merged, there two findings are two; and each stands for one of another: three
 * equal ones here and two there are three. Words only choose among equals, as where a run's findings are matched to earlier ones.
 */
function mergeTwins(carried: readonly Searched[], commented: ReadonlySet<string>): Searched[] {
  const known = (one: Searched): number => (one.announced ? 2 : 0) + (commented.has(one.finding.id) ? 1 : 0);
  const inOrder = carried.toSorted((a, b) => known(b) - known(a) || byShortId(a, b));
  const all = inOrder.map((one): Standing => ({ one, sources: [one.source] }));
  const byWords = mergeWhere(all, sameConcern);
  const byCode = mergeWhere(byWords, (a, b) => a.quote.trim() !== '' && sameKind(a, b));
  return byCode.map(({ one }) => one);
}

function mergeWhere(all: readonly Standing[], same: (a: Finding, b: Finding) => boolean): Standing[] {
  const kept: Standing[] = [];
  const atPlace = new Map<string, Standing[]>();
  for (const standing of all) {
    const { finding, state } = standing.one;
    const active = state === 'here' && finding.status !== 'fixed' && finding.status !== 'gone';
    const key = `${finding.line} ${sameThing(finding)}`;
    const there = active ? (atPlace.get(key) ?? []) : [];
    const twin = there.find(
      (other) => !standing.sources.some((source) => other.sources.includes(source)) && same(other.one.finding, finding),
    );
    if (twin !== undefined) {
      twin.sources.push(...standing.sources);
      continue;
    }
    kept.push(standing);
    if (active) atPlace.set(key, [...there, standing]);
  }
  return kept;
}
