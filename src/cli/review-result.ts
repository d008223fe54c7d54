import { isOpen, type Finding } from '../core/finding.ts';
import { pullRequestName } from '../core/pull-request.ts';
import { placeText, shortSha } from '../core/render/view.ts';
import { tokenCount } from '../core/render/words.ts';
import { countFindings, savedTokens, type PullReport, type RunReport } from '../core/report.ts';
import { bySeverity } from '../core/severity.ts';
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
    scope: {
      files: result?.usage.scopeFiles ?? 0,
      lines: result?.usage.scopeLines ?? 0,
      tokens: result?.usage.scopeTokens ?? 0,
      fullTokens: result?.usage.fullTokens ?? 0,
    },
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
    usage: result?.usage ?? null,
  };
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
    '',
  ].join('\n');
}

function findingLine(finding: Finding): string {
  return `F${finding.shortId} ${finding.severity} ${terminalLine(placeText(finding))} ${terminalLine(finding.title)}`;
}
