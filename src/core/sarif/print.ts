import { isOpen, type Finding } from '../finding.ts';
import { readable, shorten } from '../neutralise.ts';
import { pullRequestName } from '../pull-request.ts';
import type { PullReport } from '../report.ts';
import type { Severity } from '../severity.ts';

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';
const LEVEL: Record<Severity, 'error' | 'warning' | 'note'> = {
  critical: 'error',
  warning: 'warning',
  suggestion: 'note',
};
/** As many results as code scanning takes of one run. */
const MAX_RESULTS = 25_000;
const MAX_MESSAGE = 4_000;

/**
 * What is open at each PR's head as SARIF 2.1.0, one run per PR that has a review: for code scanning and other tools.
 * Dismissed findings are there too, suppressed. Fingerprints are those that findings keep for life, in the place where
 * GitHub looks for them.
 */
export function sarifLog(pulls: readonly PullReport[], serverUrl: string): object {
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: pulls.flatMap((pull) => (pull.record === null ? [] : [runOf(pull, pull.record, serverUrl)])),
  };
}

function runOf(pull: PullReport, { result, version }: NonNullable<PullReport['record']>, serverUrl: string): object {
  const told = result.findings.filter((finding) => isOpen(finding) || finding.status === 'dismissed');
  const shown = told.slice(0, MAX_RESULTS);
  const rules = [...new Set(shown.map(ruleOf))];
  const places = new Map(rules.map((rule, index) => [rule, index]));
  return {
    tool: { driver: { name: 'Pushback', rules: rules.map((id) => ({ id, shortDescription: { text: id } })) } },
    automationDetails: { id: `pushback/${pullRequestName(pull.pullRequest)}/` },
    versionControlProvenance: [
      { repositoryUri: `${serverUrl}/${pull.pullRequest.repository}`, revisionId: version.headSha },
    ],
    columnKind: 'utf16CodeUnits',
    results: shown.map((finding) => resultOf(finding, places.get(ruleOf(finding)) ?? 0)),
  };
}

function ruleOf({ rule, category }: Finding): string {
  return oneLine(rule ?? category) || 'general';
}

function resultOf(finding: Finding, ruleIndex: number): object {
  const { fingerprint, severity, title, body, status, why, shortId } = finding;
  const text = [oneLine(title), shorten(readable(body).trim(), MAX_MESSAGE)].filter((part) => part !== '').join('\n\n');
  return {
    ruleId: ruleOf(finding),
    ruleIndex,
    level: LEVEL[severity],
    message: { text: text === '' ? ruleOf(finding) : text },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(finding.path) }, region: regionOf(finding) } }],
    partialFingerprints: { primaryLocationLineHash: fingerprint },
    ...(status === 'dismissed' ? { suppressions: [suppression(why)] } : {}),
    properties: { pushbackFinding: `F${shortId}`, pushbackStatus: status },
  };
}

function suppression(why: string): object {
  return { kind: 'external', status: 'accepted', ...(why === '' ? {} : { justification: oneLine(why) }) };
}

/** Lines of the left side are not there at the head: those findings are about the file. */
function regionOf({ line, endLine, side }: Finding): object {
  if (line === null || side === 'LEFT') return { startLine: 1 };
  return { startLine: line, endLine: Math.max(line, endLine ?? line) };
}

/** Relative to the repository. */
function uriOf(path: string): string {
  return path.toWellFormed().split('/').map(encodeURIComponent).join('/');
}

function oneLine(text: string): string {
  return shorten(readable(text).replace(/\s+/gu, ' ').trim(), 500);
}
