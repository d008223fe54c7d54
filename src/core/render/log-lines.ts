import { isOpen, type Finding } from '../finding.ts';
import { readable, shorten } from '../neutralise.ts';
import { bySeverity, type Severity } from '../severity.ts';
import { plainLine } from './plain-line.ts';
import { placeText, shortSha, type ReviewView } from './view.ts';
import { count, severityCounts, stateWords } from './words.ts';
import { spending } from './footer.ts';

const MAX_LINES = 50;
const MAX_LINE = 300;

/** What a review came to, for the job's log: plain text, one fact a line. No line can be read as a workflow command. */
export function logLines(view: ReviewView): string[] {
  const { result, version } = view.record;
  const open = result.findings
    .filter(isOpen)
    .toSorted((a, b) => bySeverity(a.severity, b.severity) || a.shortId - b.shortId);
  const shown = open.slice(0, MAX_LINES);
  return [
    `${result.verdict} at ${shortSha(version.headSha)}: ${result.mode}, ${result.reason}${view.context.detail === '' ? '' : ` (${view.context.detail})`}`,
    ...(open.length === 0 ? ['no open findings'] : [`open: ${severityCounts(open)}`]),
    ...shown.map((f) => `F${f.shortId} ${f.severity}, ${stateWords(f)}: ${placeText(f)}: ${f.title}`),
    ...(open.length > shown.length ? [`and ${open.length - shown.length} more`] : []),
    ...(result.coverage.pending.length > 0
      ? [`${count(result.coverage.pending.length, 'file')} not reviewed yet`]
      : []),
    ...spending(result.usage),
  ].map(logLine);
}

function logLine(text: string): string {
  return plainLine(shorten(readable(text).replace(/\s+/gu, ' '), MAX_LINE));
}

/** For the host's own display of findings beside the code. Lines are of the head. */
export type Annotation = {
  level: 'failure' | 'warning' | 'notice';
  path: string;
  startLine: number;
  endLine: number;
  title: string;
  message: string;
};

const LEVEL: Record<Severity, Annotation['level']> = { critical: 'failure', warning: 'warning', suggestion: 'notice' };

/** The gravest open findings at lines of the head, at most `limit` of them; new ones before older ones. */
export function annotationsOf(findings: readonly Finding[], limit: number): Annotation[] {
  return findings
    .filter((finding) => isOpen(finding) && finding.side === 'RIGHT')
    .toSorted((a, b) => bySeverity(a.severity, b.severity) || newness(a) - newness(b) || a.shortId - b.shortId)
    .slice(0, limit)
    .map((finding) => {
      const title = `F${finding.shortId} ${shorten(readable(finding.title).replace(/\s+/gu, ' '), 200)}`.trim();
      return {
        level: LEVEL[finding.severity],
        path: finding.path,
        startLine: finding.line ?? 1,
        endLine: Math.max(finding.line ?? 1, finding.endLine ?? 1),
        title,
        // Hosts refuse one that says nothing, and the whole check with it.
        message: shorten(readable(finding.body).trim(), 1_000) || readable(finding.title).trim() || title,
      };
    });
}

function newness(finding: Finding): number {
  return finding.status === 'new' ? 0 : 1;
}
