import { anchor, standsAt } from '../anchor.ts';
import type { RawFinding, Side } from '../finding.ts';
import { bySeverity, type Severity } from '../severity.ts';
import { sameConcern } from './concern.ts';
import { patchOf, type Patch } from './patch.ts';
import type { Said, Today } from './today.ts';

/** What the run says, placed in today's tree. */
export type PlacedRaw = {
  path: string;
  line: number | null;
  endLine: number | null;
  side: Side;
  quote: string;
  severity: Severity;
  category: string;
  rule: string | null;
  title: string;
  body: string;
  suggestion: string | null;
  ownLine: boolean;
};

/** Something that was said and does not count, and why: for the log. */
export type Ignored = { path: string; title: string; why: string };

export type PlacedRaws = { raws: PlacedRaw[]; ignored: Ignored[] };

/**
 * Places what was said, leaves out what does not count, and merges what was said twice. The result does not depend on
 * the order in which things were said.
 */
export function placeRaws(said: Said, today: Today): PlacedRaws {
  const patch = patchOf(today.fullDiff);
  const ignored: Ignored[] = [];
  const raws: PlacedRaw[] = [];
  for (const raw of said.findings) {
    const placed = said.kind === 'tree' ? placeResult(raw, said.map, today, patch) : placeWord(raw, today, patch);
    if (placed === null) continue;
    if ('why' in placed) ignored.push({ path: raw.path, title: raw.title, why: placed.why });
    else raws.push(placed);
  }
  return { raws: mergeRepeated(raws, said.kind === 'tree' ? repeatedResult : repeatedWord), ignored };
}

/** A tool's result: it counts where the PR adds a line of its region, or changes the file where it has no region. */
function placeResult(
  raw: RawFinding,
  map: Extract<Said, { kind: 'tree' }>['map'],
  today: Today,
  patch: Patch,
): PlacedRaw | { why: string } | null {
  const path = map === null ? raw.path : map.path(raw.path, 'RIGHT');
  if (path === null || !patch.has(path) || patch.isDeleted(path)) return null;
  const base = { ...textOf(raw), path, side: 'RIGHT' as const };
  const whole: PlacedRaw = { ...base, line: null, endLine: null, quote: '', suggestion: null, ownLine: true };
  const lines = today.lines(path, 'RIGHT');
  const said = raw.line ?? null;
  if (said === null) {
    const found =
      lines === null || raw.quote === '' ? null : anchor(lines, { line: null, endLine: null, quote: raw.quote });
    return found === null ? whole : resultAt({ ...base, line: found.line, endLine: found.endLine }, lines, patch);
  }
  const start = map === null ? said : map.line(raw.path, said, 'RIGHT');
  if (start === null) return null;
  const saidEnd = Math.max(raw.endLine ?? said, said);
  const end = map === null ? saidEnd : (map.line(raw.path, saidEnd, 'RIGHT') ?? start + saidEnd - said);
  if (lines === null) return resultAt({ ...base, line: start, endLine: Math.max(start, end) }, lines, patch);
  // A snippet that stands elsewhere and only there: the tool looked at a tree with other lines (a merge commit).
  const moved = raw.quote === '' || standsAt(lines, start, raw.quote) ? null : uniquely(lines, raw.quote);
  const line = moved ?? start;
  if (line > lines.length) {
    return { why: `line ${line} is beyond the end of the file at the head: the results are about another version` };
  }
  const endLine = Math.min(Math.max(line, line + end - start), lines.length);
  return resultAt({ ...base, line, endLine }, lines, patch);
}

function uniquely(lines: readonly string[], quote: string): number | null {
  return anchor(lines, { line: null, endLine: null, quote })?.line ?? null;
}

function resultAt(
  raw: Omit<PlacedRaw, 'quote' | 'ownLine'> & { line: number; endLine: number },
  lines: readonly string[] | null,
  patch: Patch,
): PlacedRaw | null {
  if (!patch.owns(raw)) return null;
  return { ...raw, quote: quoteOf(lines, raw.line, raw.endLine, raw.suggestion !== null), ownLine: true };
}

/** What a reader said: the quote decides where it stands. */
function placeWord(raw: RawFinding, today: Today, patch: Patch): PlacedRaw | { why: string } {
  const path = patch.nameOf(raw.path);
  if (path === null) return { why: 'it is about a file that the pull request does not change' };
  const side = patch.isDeleted(path) ? 'LEFT' : raw.side;
  const lines = today.lines(path, side);
  const base = { ...textOf(raw), path, side };
  const at =
    lines === null
      ? null
      : anchor(
          lines,
          { line: raw.line ?? null, endLine: raw.endLine ?? null, quote: raw.quote },
          { believable: (line) => patch.shows(path, line, side) },
        );
  if (at === null) {
    const whole = { line: null, endLine: null };
    return { ...base, ...whole, quote: '', suggestion: null, ownLine: patch.owns({ path, side, ...whole }) };
  }
  const place = { line: at.line, endLine: at.endLine };
  const quote = at.by === 'exact' ? raw.quote : quoteOf(lines, at.line, at.endLine, true);
  return { ...base, ...place, quote, ownLine: patch.owns({ path, side, ...place }) };
}

function textOf(raw: RawFinding): Omit<PlacedRaw, 'path' | 'line' | 'endLine' | 'side' | 'quote' | 'ownLine'> {
  return {
    severity: raw.severity,
    category: raw.category,
    rule: raw.rule ?? null,
    title: raw.title,
    body: raw.body,
    suggestion: raw.suggestion ?? null,
  };
}

const MAX_QUOTED_LINES = 10;
const MAX_QUOTE = 8192;

/** The lines as they stand; of a long region only the first, for an edit deep inside does not make it another finding. */
function quoteOf(lines: readonly string[] | null, line: number, endLine: number, whole: boolean): string {
  if (lines === null) return '';
  const end = whole || endLine - line < MAX_QUOTED_LINES ? endLine : line;
  return lines
    .slice(line - 1, end)
    .join('\n')
    .slice(0, MAX_QUOTE);
}

type SameAs = (a: PlacedRaw, b: PlacedRaw) => boolean;

/** Two passes of one tool over one line. */
const repeatedResult: SameAs = (a, b) => a.line === b.line && a.endLine === b.endLine && a.title === b.title;

/** Two passes of a reader over the same code, in whatever words. */
const repeatedWord: SameAs = (a, b) => {
  const overlap =
    a.line === null || b.line === null
      ? a.line === b.line
      : a.line <= (b.endLine ?? b.line) && b.line <= (a.endLine ?? a.line);
  return overlap && sameConcern(a, b);
};

/** The gravest and fullest of those that say the same stays. */
function mergeRepeated(raws: readonly PlacedRaw[], same: SameAs): PlacedRaw[] {
  const kept = new Map<string, PlacedRaw[]>();
  for (const raw of raws.toSorted(byWeight)) {
    const key = JSON.stringify([raw.path, raw.side, raw.rule ?? raw.category, bucketOf(raw, same)]);
    const others = kept.get(key);
    if (others === undefined) kept.set(key, [raw]);
    else if (!others.some((other) => same(other, raw))) others.push(raw);
  }
  return [...kept.values()].flat().toSorted(byPlace);
}

/** Results are compared within their line only, so that many of them stay cheap. */
function bucketOf(raw: PlacedRaw, same: SameAs): number | null {
  return same === repeatedResult ? raw.line : null;
}

function byWeight(a: PlacedRaw, b: PlacedRaw): number {
  return bySeverity(a.severity, b.severity) || b.body.length - a.body.length || byPlace(a, b);
}

/** A total order: two that are equal under it are equal in everything. */
export function byPlace(a: PlacedRaw, b: PlacedRaw): number {
  return (
    byText(a.path, b.path) ||
    (a.line ?? 0) - (b.line ?? 0) ||
    (a.endLine ?? 0) - (b.endLine ?? 0) ||
    bySeverity(a.severity, b.severity) ||
    byText(restOf(a), restOf(b))
  );
}

function restOf(raw: PlacedRaw): string {
  return JSON.stringify([raw.rule, raw.title, raw.category, raw.quote, raw.side, raw.body, raw.suggestion]);
}

function byText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
