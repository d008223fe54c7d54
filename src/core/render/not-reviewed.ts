import type { PendingPath } from '../coverage.ts';
import { codeSpan, inlineText, shorten } from '../neutralise.ts';
import { folded, fitting, foldedLength } from './fitting.ts';
import type { ReviewView } from './view.ts';
import { count } from './words.ts';

const MAX_PATHS_PER_REASON = 20;
const MAX_PATH = 300;

/** The files that were not looked at, by reason, folded into one line; empty where there are none or there is no room. */
export function notReviewed(view: ReviewView, room: number): string {
  const { pending, excluded } = view.record.result.coverage;
  const counts = [
    ...(pending.length > 0 ? [`${count(pending.length, 'file')} not reviewed yet`] : []),
    ...(excluded.length > 0 ? [`${count(excluded.length, 'file')} left out`] : []),
  ];
  if (counts.length === 0) return '';
  const title = counts.join(', ');
  const { kept } = fitting([...byReason(pending), ...byReason(excluded)], reasonLine, {
    length: room - foldedLength(title),
    joint: 1,
  });
  return kept.length === 0 ? '' : folded(title, kept.join('\n'));
}

type Reasoned = [reason: string, paths: PendingPath[]];

function byReason(paths: readonly PendingPath[]): Reasoned[] {
  return [...Map.groupBy(paths, ({ reason }) => reason)];
}

function reasonLine([reason, paths]: Reasoned): string {
  const named = paths.slice(0, MAX_PATHS_PER_REASON).map(({ path }) => codeSpan(shorten(path, MAX_PATH)));
  const more = paths.length > named.length ? ` and ${paths.length - named.length} more` : '';
  return `- ${inlineText(reason)}: ${named.join(', ')}${more}`;
}
