import type { PendingPath } from '../coverage.ts';
import { codeSpan, inlineText, shorten } from '../neutralise.ts';
import { folded, foldedLength } from './fitting.ts';
import type { ReviewView } from './view.ts';
import { count } from './words.ts';

/** Paths named for each reason in a comment; the run's own page names as many as there is room for. */
export const PATHS_IN_COMMENT = 20;
const MAX_PATH = 300;
/** Reasons that the one line names. */
const REASONS_IN_TITLE = 5;

/**
 * The files that were not looked at: one line that says how many and why, and folded under it the paths by reason.
 * Empty where there are none or there is no room.
 */
export function notReviewed(view: ReviewView, room: number, maxPaths = PATHS_IN_COMMENT): string {
  const { pending, excluded } = view.record.result.coverage;
  const counts = [
    ...(pending.length > 0 ? [`${count(pending.length, 'file')} not reviewed yet`] : []),
    ...(excluded.length > 0 ? [`${count(excluded.length, 'file')} left out (${reasonsInShort(excluded)})`] : []),
  ];
  if (counts.length === 0) return '';
  const title = counts.join(', ');
  const lines: string[] = [];
  const reasons = [...byReason(pending), ...byReason(excluded)];
  let left = room - foldedLength(title);
  for (const [index, reasoned] of reasons.entries()) {
    // What an earlier reason did not need is there for the later ones.
    const line = reasonLine(reasoned, maxPaths, left / (reasons.length - index));
    if (line.length + 1 > left) break;
    lines.push(line);
    left -= line.length + 1;
  }
  return lines.length === 0 ? '' : folded(title, lines.join('\n'));
}

type Reasoned = [reason: string, paths: PendingPath[]];

/** Most paths first. */
function byReason(paths: readonly PendingPath[]): Reasoned[] {
  return [...Map.groupBy(paths, ({ reason }) => reason)].toSorted(([, a], [, b]) => b.length - a.length);
}

/** `lockfile`, or `lockfile 3, snapshot 2`. Stands in HTML, where nothing is escaped: so letters and a few marks alone. */
function reasonsInShort(paths: readonly PendingPath[]): string {
  const reasons = byReason(paths);
  const [first] = reasons;
  const words = (reason: string): string => shorten(reason.replaceAll(/[^\p{L}\p{N} .,'-]/gu, ''), 60);
  if (reasons.length === 1 && first !== undefined) return words(first[0]);
  const named = reasons.slice(0, REASONS_IN_TITLE).map(([reason, of]) => `${words(reason)} ${of.length}`);
  const others = reasons.slice(REASONS_IN_TITLE).reduce((sum, [, of]) => sum + of.length, 0);
  return [...named, ...(others > 0 ? [`other reasons ${others}`] : [])].join(', ');
}

function reasonLine([reason, paths]: Reasoned, maxPaths: number, room: number): string {
  const start = `- ${inlineText(reason)}: `;
  const named: string[] = [];
  let length = start.length + ' and 100000 more'.length;
  for (const { path } of paths.slice(0, maxPaths)) {
    const span = codeSpan(shorten(path, MAX_PATH));
    length += span.length + 2;
    if (length > room && named.length > 0) break;
    named.push(span);
  }
  const more = paths.length > named.length ? ` and ${paths.length - named.length} more` : '';
  return `${start}${named.join(', ')}${more}`;
}
