import type { FailedPull, PullReport } from '../report.ts';
import { pullRequestName } from '../pull-request.ts';
import { inlineText } from '../neutralise.ts';
import { footer } from './footer.ts';
import { reviewParts } from './summary.ts';
import type { ReviewView } from './view.ts';
import { headline, reasonLine } from './words.ts';

/** One PR of a run; `view` where there is a review to show, the one that stands included. */
export type JobSummaryEntry = { report: PullReport; view: ReviewView | null };

/** Hosts take 1 MiB of a job's summary; characters outside ASCII take up to four bytes. */
const MAX_LENGTH = 250_000;

/** The run's page: every PR with all that its comment holds, and what the inline comments say. */
export function renderJobSummary(entries: readonly JobSummaryEntry[], maxLength = MAX_LENGTH): string {
  const room = Math.floor(maxLength / Math.max(1, entries.length));
  return entries.map((entry) => renderEntry(entry, room)).join('\n\n');
}

/** What a run over several pull requests says beside them. */
export function renderRest(failures: readonly FailedPull[], notes: readonly string[]): string {
  const failed = failures.map(
    ({ pullRequest, why }) => `### ${inlineText(pullRequest)}: NOT reviewed: ${inlineText(why)}`,
  );
  return [...failed, ...notes.map((note) => `${inlineText(note)}.`)].join('\n\n');
}

function renderEntry({ report, view }: JobSummaryEntry, room: number): string {
  const name = `[${pullRequestName(report.pullRequest)}](${report.url})`;
  const shows = view !== null && (report.outcome === 'reviewed' || report.outcome === 'published');
  if (!shows) return `### ${name}: ${inlineText(outcomeWords(report))}`;
  const top = `### ${headline(view)} · ${name}\n\n${reasonLine(view)}`;
  // This is the run's page: it leads nowhere else, and tells what the comments say as well.
  const whole: ReviewView = { ...view, inline: new Set(), context: { ...view.context, runUrl: null } };
  const bottom = footer(whole);
  const parts = reviewParts(whole, room - top.length - bottom.length - 8, true);
  return [top, ...parts, bottom].join('\n\n');
}

function outcomeWords({ outcome, detail }: PullReport): string {
  switch (outcome) {
    case 'failed':
      return `NOT reviewed: ${detail}`;
    case 'overtaken':
      return `overtaken: ${detail}`;
    case 'skipped':
      return `nothing done: ${detail}`;
    case 'reviewed':
    case 'published':
      return detail;
    default:
      return outcome satisfies never;
  }
}
