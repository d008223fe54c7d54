import { isOpen, type Finding } from '../finding.ts';
import { blockTextWithin } from '../neutralise.ts';
import { bySeverity } from '../severity.ts';
import { folded, fitting, foldedLength } from './fitting.ts';
import { findingInFull, findingRow } from './finding-text.ts';
import { footer } from './footer.ts';
import { belonging, printMarker } from './marker.ts';
import { notReviewed } from './not-reviewed.ts';
import { MAX_BODY_LENGTH, type ReviewView } from './view.ts';
import { count, headline, reasonLine } from './words.ts';

/** Rows shown at once; what is beyond is folded. */
const OPEN_ROWS = 20;
const SETTLED_ROWS = 5;
const TABLE_HEAD = '| | Finding | Where | |\n|:--|:--|:--|:--|';
/** A summary of the reviewer's that is no longer than this, in one paragraph, stands open. */
const SHORT_WORDS = 300;
const MAX_WORDS = 8_000;
const MAX_FULL_BODY = 6_000;
/** Findings named in the line that unfolds their texts. */
const NAMES = 10;
const RULE = '\n\n---\n\n';
/** Kept free for the sentence that says what did not fit. */
const NOTICE_ROOM = 300;

/**
 * The sticky comment: verdict, what was done and why, findings, what was not reviewed, what it took. At most
 * `maxLength` long; what does not fit is left out at a finding's edge, and a line says how many and where to look.
 */
export function renderSummary(view: ReviewView, maxLength = MAX_BODY_LENGTH): string {
  const { record } = view;
  const marker = printMarker(
    {
      kind: 'summary',
      ...belonging(view.context.session, record.pullRequest, record),
      reviewRefused: view.reviewRefused,
      told: record.result.findings.reduce((most, { shortId }) => Math.max(most, shortId), view.told),
      ...(view.trend.length === 0 ? {} : { trend: view.trend }),
    },
    view.context.sign,
  );
  const top = `${marker}\n### ${headline(view)}\n\n${reasonLine(view)}`;
  const bottom = footer(view);
  return [top, ...reviewParts(view, maxLength - top.length - bottom.length - 4), bottom].join('\n\n');
}

/**
 * Everything between headline and footer, in at most `room` characters, gaps included.
 * @param everyPath names all files that were not reviewed, as far as there is room, and takes more of it
 */
export function reviewParts(view: ReviewView, room: number, everyPath = false): string[] {
  const findings = ordered(view);
  let left = room - NOTICE_ROOM;
  const taking = (part: string): string => {
    left -= part.length === 0 ? 0 : part.length + 2;
    return part;
  };
  // Each takes its share of the room in the order of importance; they stand in the order of reading.
  const words = reviewerWords(view, left / 8);
  const wordsPart = taking(words.text);
  const unreviewed = taking(everyPath ? notReviewed(view, left * 0.4, Infinity) : notReviewed(view, left / 6));
  const tables = findingTables(view, findings, left * 0.6);
  tables.parts.forEach(taking);
  const texts = inFull(view, findings.open, left);
  const notice =
    tables.missing === 0 ? '' : `**${count(tables.missing, 'finding')} did not fit here${whereElse(view)}.**`;
  return [words.open ? wordsPart : '', ...tables.parts, notice, texts, unreviewed, words.open ? '' : wordsPart].filter(
    (part) => part !== '',
  );
}

type Ordered = { open: Finding[]; settled: Finding[]; earlier: Finding[] };

/** New ones first, then those still open, the gravest first in each; then what this head settled; then the rest. */
function ordered(view: ReviewView): Ordered {
  const { findings } = view.record.result;
  const headSha = view.record.version.headSha;
  const graveFirst = (a: Finding, b: Finding): number => bySeverity(a.severity, b.severity) || a.shortId - b.shortId;
  const isFresh = (finding: Finding): boolean => finding.status === 'fixed' && finding.fixedSha === headSha;
  const closed = findings.filter((finding) => !isOpen(finding)).toSorted(graveFirst);
  return {
    open: [
      ...findings.filter(({ status }) => status === 'new').toSorted(graveFirst),
      ...findings.filter(({ status }) => status === 'open').toSorted(graveFirst),
    ],
    settled: closed.filter(isFresh),
    earlier: closed.filter((finding) => !isFresh(finding)),
  };
}

function findingTables(view: ReviewView, findings: Ordered, room: number): { parts: string[]; missing: number } {
  const parts: string[] = [];
  let left = room;
  const addTable = (list: readonly Finding[], title: string | null): number => {
    const frame = (title === null ? 0 : foldedLength(title)) + TABLE_HEAD.length + 3;
    const room = { length: left - frame, joint: 1 };
    const { kept, left: missing } = fitting(list, (finding) => findingRow(view, finding), room);
    if (kept.length === 0) return missing;
    const table = [TABLE_HEAD, ...kept].join('\n');
    const part = title === null ? table : folded(title, table);
    parts.push(part);
    left -= part.length + 2;
    return missing;
  };
  const open = findings.open.slice(0, OPEN_ROWS);
  const settled = findings.settled.slice(0, SETTLED_ROWS);
  const moreOpen = findings.open.slice(OPEN_ROWS);
  const moreSettled = [...findings.settled.slice(SETTLED_ROWS), ...findings.earlier];
  const missing = Math.max(0, addTable([...open, ...settled], null) - settled.length);
  const missingFolded = addTable(moreOpen, `${moreOpen.length} more open`);
  addTable(moreSettled, `${moreSettled.length} settled`);
  return { parts, missing: missing + missingFolded };
}

/** The open findings that no comment tells about, in their own words. */
function inFull(view: ReviewView, open: readonly Finding[], room: number): string {
  const silent = open.filter((finding) => !view.inline.has(finding.id) && finding.body.trim() !== '');
  if (silent.length === 0) return '';
  const names = silent.slice(0, NAMES).map(({ shortId }) => `F${shortId}`);
  const title = `In full: ${names.join(', ')}${silent.length > names.length ? ` and ${silent.length - names.length} more` : ''}`;
  const { kept, left } = fitting(silent, (finding) => findingInFull(view, finding, MAX_FULL_BODY), {
    length: room - foldedLength(title) - NOTICE_ROOM,
    joint: RULE.length,
  });
  if (kept.length === 0) return '';
  const rest = left === 0 ? [] : [`The other ${left} did not fit here${whereElse(view)}.`];
  return folded(title, [...kept, ...rest].join(RULE));
}

/** The reviewer's words on the whole: as they are where they are few, folded where they are many. */
function reviewerWords(view: ReviewView, room: number): { text: string; open: boolean } {
  const text = blockTextWithin(view.record.result.summary, Math.min(MAX_WORDS, room), view.context.linkHosts);
  if (text === '') return { text, open: false };
  const short = text.length <= SHORT_WORDS && !text.includes('\n\n') && !text.includes('```');
  return short ? { text, open: true } : { text: folded("The reviewer's summary", text), open: false };
}

function whereElse(view: ReviewView): string {
  return view.context.runUrl === null ? '' : `: see [the run's summary](${view.context.runUrl})`;
}
