import type { Coverage, PendingPath } from '../core/coverage.ts';
import { isOpen, type Finding } from '../core/finding.ts';
import { pullRequestName } from '../core/pull-request.ts';
import { placeText, shortSha } from '../core/render/view.ts';
import { tokenCount } from '../core/render/words.ts';
import { countFindings, savedTokens, type PullReport, type RunReport } from '../core/report.ts';
import { bySeverity } from '../core/severity.ts';
import type { Usage } from '../core/usage.ts';
import { terminalLine } from './terminal-line.ts';

/** What `pushback review --json` ends with. DESIGN 13. */
export function reviewJson(report: RunReport, pull: PullReport): object {
  const result = pull.record?.result;
  return {
    pullRequest: pullRequestName(pull.pullRequest),
    session: report.session,
    outcome: pull.outcome,
    mode: pull.mode,
    reason: pull.reason,
    detail: pull.detail,
    verdict: pull.outcome === 'failed' || pull.outcome === 'overtaken' ? null : (result?.verdict ?? null),
    headSha: pull.headSha,
    previousSha: result?.previousSha ?? null,
    scope: scopeOf(result?.usage),
    findings: (result?.findings ?? []).map((finding) => ({
      id: `F${finding.shortId}`,
      status: finding.status,
      severity: finding.severity,
      path: finding.path,
      line: finding.line,
      endLine: finding.endLine,
      title: finding.title,
      quote: finding.quote,
    })),
    notReviewed: result === undefined ? [] : notReviewedOf(result.coverage),
    usage: result?.usage ?? null,
  };
}

function scopeOf(usage: Partial<Usage> = {}): Record<'files' | 'lines' | 'tokens' | 'fullTokens', number> {
  const { scopeFiles: files = 0, scopeLines: lines = 0, scopeTokens: tokens = 0, fullTokens = 0 } = usage;
  return { files, lines, tokens, fullTokens };
}

/** `pending`: to be reviewed by a later run; else left out by a rule that counts as covered. */
function notReviewedOf({ pending, excluded }: Coverage): { path: string; reason: string; pending: boolean }[] {
  return [
    ...pending.map(({ path, reason }) => ({ path, reason, pending: true })),
    ...excluded.map(({ path, reason }) => ({ path, reason, pending: false })),
  ];
}

/** The same for people: plain text, safe for a terminal. */
export function reviewText(pull: PullReport): string {
  if (pull.outcome === 'failed') return `NOT reviewed: ${terminalLine(pull.detail)}\n`;
  const head = `${pull.mode ?? 'no review'}, ${pull.reason ?? 'no reason'}: ${terminalLine(pull.detail)}`;
  const result = pull.record?.result;
  if (result === undefined) return `${shortSha(pull.headSha)}: ${head}\n`;
  const counts = countFindings(result.findings);
  const open = result.findings
    .filter(isOpen)
    .toSorted((a, b) => bySeverity(a.severity, b.severity) || a.shortId - b.shortId);
  const fixed = result.findings.filter((finding) => finding.status === 'fixed' && finding.fixedSha === pull.headSha);
  const { scopeFiles, fullFiles, scopeTokens, fullTokens } = result.usage;
  const saved = savedTokens(result.usage);
  return [
    `${result.verdict.replace('_', ' ')} at ${shortSha(pull.headSha)} (${head})`,
    ...(pull.outcome === 'reviewed'
      ? [
          `read ${scopeFiles} of ${fullFiles} files, ${tokenCount(scopeTokens)} of ${tokenCount(fullTokens)} tokens${saved > 0 ? `, ${tokenCount(saved)} saved` : ''}`,
        ]
      : []),
    `findings: ${counts.new} new, ${counts.carried} still open, ${counts.fixed} fixed`,
    ...open.map((finding) => `  ${findingLine(finding)}`),
    ...fixed.map((finding) => `  fixed: ${findingLine(finding)}`),
    ...result.coverage.pending.map(
      ({ path, reason }) => `  not reviewed: ${terminalLine(path)}: ${terminalLine(reason)}`,
    ),
    ...leftOutLines(result.coverage.excluded),
    '',
  ].join('\n');
}

const PATHS_OF_A_REASON = 10;

/** A line for each reason, with the first of its paths. */
function leftOutLines(excluded: readonly PendingPath[]): string[] {
  return [...Map.groupBy(excluded, ({ reason }) => reason)].map(([reason, paths]) => {
    const named = paths.slice(0, PATHS_OF_A_REASON).map(({ path }) => terminalLine(path));
    const more = paths.length > named.length ? ` and ${paths.length - named.length} more` : '';
    return `  left out, ${terminalLine(reason)}: ${named.join(', ')}${more}`;
  });
}

function findingLine(finding: Finding): string {
  return `F${finding.shortId} ${finding.severity} ${terminalLine(placeText(finding))} ${terminalLine(finding.title)}`;
}
