import { isOpen, type Finding } from '../finding.ts';
import { readable, shorten } from '../neutralise.ts';
import { pullRequestName } from '../pull-request.ts';
import type { PullReport } from '../report.ts';
import { bySeverity } from '../severity.ts';
import { placeText } from './view.ts';

/** Outputs are held in memory by the runner and go into environments: what does not fit is in the findings file. */
const MAX_LENGTH = 60_000;
const MAX_BODY = 2_000;

/**
 * What to change, as one plain text for the author or a coding agent: by pull request, the gravest first, with the
 * place, the code meant and where the review stands. Empty where nothing is to be changed.
 */
export function feedbackText(pulls: readonly PullReport[]): string {
  const parts = pulls.flatMap(partOf);
  let text = '';
  for (const [index, part] of parts.entries()) {
    const joined = text === '' ? part : `${text}\n\n${part}`;
    if (joined.length > MAX_LENGTH)
      return `${text}\n\n${parts.length - index} more: see the findings file.`.trimStart();
    text = joined;
  }
  return text;
}

function partOf(pull: PullReport): string[] {
  const { record } = pull;
  if (record === null || pull.outcome === 'failed' || pull.outcome === 'overtaken') return [];
  const open = record.result.findings.filter(isOpen);
  if (open.length === 0) return [];
  const sorted = open.toSorted((a, b) => bySeverity(a.severity, b.severity) || a.shortId - b.shortId);
  const head = `${pullRequestName(pull.pullRequest)} at ${record.version.headSha.slice(0, 7)}: ${open.length} to change (${pull.url})`;
  const [first, ...rest] = sorted.map(findingText);
  return first === undefined ? [] : [`${head}\n\n${first}`, ...rest];
}

function findingText(finding: Finding): string {
  const { shortId, severity, title, body, quote, suggestion, side } = finding;
  const where = placeText({ ...finding, path: oneLine(finding.path) });
  const lines = [`F${shortId} ${severity}: ${where}${side === 'LEFT' ? ' (removed code)' : ''}: ${oneLine(title)}`];
  if (body.trim() !== '') lines.push(indented(shorten(readable(body).trim(), MAX_BODY)));
  if (quote !== '') lines.push(`  Code:\n${indented(shorten(readable(quote), MAX_BODY), '    ')}`);
  if (suggestion !== null) lines.push(`  Instead:\n${indented(shorten(readable(suggestion), MAX_BODY), '    ')}`);
  return lines.join('\n');
}

function indented(text: string, by = '  '): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `${by}${line}`)
    .join('\n');
}

function oneLine(text: string): string {
  return readable(text).replace(/\s+/gu, ' ').trim();
}
