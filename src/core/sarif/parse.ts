import { faultsOf } from '../faults.ts';
import type { RawFinding } from '../finding.ts';
import { CommitSha } from '../ids.ts';
import { pathOfArtifact } from './artifact-path.ts';
import { lineFixOf, type LineFix } from './fix.ts';
import { categoryOf, ruleOf, severityOf, wordsOf, type FoundRule } from './rule.ts';
import { SarifLog, type Region, type Result, type Run } from './schema.ts';

/** What one SARIF file says of the tree that was analysed. */
export type SarifReport = {
  findings: SarifFinding[];
  /** False where a tool's run failed or left no results: then "not reported" does not mean "not there". */
  complete: boolean;
  /** The commit that the tools looked at, where they say so. */
  revision: CommitSha | null;
  /** Files that a tool could not analyse, by its own notifications. */
  notReviewed: { path: string; reason: string }[];
  /** Results that point at nothing in the repository: outside of it, or at no file. */
  outside: number;
};

/** A result, with its fix as far as that stays within its lines; `suggestion` is filled in by who has those lines. */
export type SarifFinding = RawFinding & { fix: LineFix | null };

export type SarifReading = { outcome: 'read'; report: SarifReport } | { outcome: 'refused'; faults: string[] };

/** Bounds what a hostile or runaway log can make of us. */
export const MAX_RESULTS = 200_000;

/**
 * Reads SARIF 2.1.0. Suppressed results, those of a `kind` other than `fail` and those that are `absent` against a
 * baseline don't count.
 *
 * @param json the file's text
 * @param roots absolute paths under which the sources lay when the tool ran
 * @returns `refused` with a fault per field, each with its JSON path
 */
export function parseSarif(json: string, roots: readonly string[]): SarifReading {
  let value: unknown;
  try {
    value = JSON.parse(json.replace(/^\ufeff/, ''));
  } catch (error) {
    return { outcome: 'refused', faults: [`is no JSON: ${error instanceof Error ? error.message : String(error)}`] };
  }
  const parsed = SarifLog.safeParse(value);
  if (!parsed.success) return { outcome: 'refused', faults: faultsOf(parsed.error) };
  const { runs } = parsed.data;
  const count = runs.reduce((sum, run) => sum + (run.results?.length ?? 0), 0);
  if (count > MAX_RESULTS) {
    return { outcome: 'refused', faults: [`holds ${count} results; at most ${MAX_RESULTS} are read`] };
  }
  const revisions = new Set(runs.flatMap(revisionsOf));
  if (revisions.size > 1) {
    return { outcome: 'refused', faults: [`is about several commits: ${[...revisions].join(', ')}`] };
  }
  const reports = runs.map((run) => readRun(run, roots));
  const [revision = null] = revisions;
  return {
    outcome: 'read',
    report: {
      findings: reports.flatMap((report) => report.findings),
      complete: runs.length > 0 && runs.every(isComplete),
      revision,
      notReviewed: runs.flatMap((run) => notAnalysed(run, roots)),
      outside: reports.reduce((sum, report) => sum + report.outside, 0),
    },
  };
}

function revisionsOf(run: Run): CommitSha[] {
  return (run.versionControlProvenance ?? []).flatMap(({ revisionId }) => {
    const sha = CommitSha.safeParse(revisionId?.toLowerCase());
    return sha.success ? [sha.data] : [];
  });
}

/** No `results` at all means that the tool did not get as far as looking. */
function isComplete(run: Run): boolean {
  const failed = (run.invocations ?? []).some((invocation) => invocation.executionSuccessful === false);
  return !failed && run.results !== null && run.results !== undefined;
}

function notAnalysed(run: Run, roots: readonly string[]): { path: string; reason: string }[] {
  return (run.invocations ?? [])
    .flatMap((invocation) => invocation.toolExecutionNotifications ?? [])
    .filter((notification) => notification.level === 'error')
    .flatMap(({ message, locations }) =>
      (locations ?? []).flatMap((location) => {
        const path = pathOfArtifact(location.physicalLocation?.artifactLocation, run, roots);
        const reason = `${run.tool.driver.name} could not analyse it: ${message?.text ?? 'no reason given'}`;
        return path === null ? [] : [{ path, reason: reason.slice(0, 500) }];
      }),
    );
}

function readRun(run: Run, roots: readonly string[]): Pick<SarifReport, 'findings' | 'outside'> {
  const findings: SarifFinding[] = [];
  const lineAt = lineFinder(run);
  let outside = 0;
  for (const result of run.results ?? []) {
    if (!counts(result)) continue;
    const finding = readResult(result, run, roots, lineAt);
    if (finding === null) outside += 1;
    else findings.push(finding);
  }
  return { findings, outside };
}

function counts(result: Result): boolean {
  const suppressions = result.suppressions ?? [];
  const suppressed =
    suppressions.length > 0 && suppressions.every(({ status }) => (status ?? 'accepted') === 'accepted');
  return !suppressed && (result.kind ?? 'fail') === 'fail' && result.baselineState !== 'absent';
}

function readResult(result: Result, run: Run, roots: readonly string[], lineAt: LineFinder): SarifFinding | null {
  const physical = result.locations?.[0]?.physicalLocation;
  const path = pathOfArtifact(physical?.artifactLocation, run, roots);
  if (path === null || path.length > 4096) return null;
  const place = placeOf(physical?.region, physical?.artifactLocation?.index ?? -1, lineAt);
  const rule = ruleOf(result, run);
  const fix =
    place.line === null
      ? null
      : lineFixOf(
          result.fixes ?? [],
          { line: place.line, endLine: place.endLine ?? place.line },
          run.columnKind,
          (location) => pathOfArtifact(location, run, roots) === path,
        );
  return {
    severity: severityOf(result, rule.rule),
    category: categoryOf(rule.rule),
    rule: rule.id?.slice(0, 256) ?? null,
    path,
    ...place,
    side: 'RIGHT',
    ...textOf(result, rule, run),
    suggestion: null,
    fix,
  };
}

const MAX_QUOTE = 8192;

function placeOf(
  region: Region | null | undefined,
  artifact: number,
  lineAt: LineFinder,
): Pick<RawFinding, 'line' | 'endLine' | 'quote'> & { line: number | null; endLine: number | null } {
  const snippet = region?.snippet?.text ?? '';
  const quote = snippet.length > MAX_QUOTE ? '' : snippet;
  const { startLine, endLine, endColumn } = region ?? {};
  if (startLine !== null && startLine !== undefined) {
    const end = Math.max(startLine, endLine ?? startLine);
    // A region that ends in column 1 ends with the line feed before it.
    return { line: startLine, endLine: endColumn === 1 && end > startLine ? end - 1 : end, quote };
  }
  const offset = region?.charOffset ?? -1;
  const line = lineAt(artifact, offset);
  const last = lineAt(artifact, offset + Math.max(0, (region?.charLength ?? 1) - 1));
  return { line, endLine: last, quote };
}

type LineFinder = (artifact: number, offset: number) => number | null;

/** Lines of offsets, where the log carries the content of the artifact. */
function lineFinder(run: Run): LineFinder {
  const starts = new Map<number, number[]>();
  return (artifact, offset) => {
    const text = run.artifacts?.[artifact]?.contents?.text ?? null;
    if (text === null || offset < 0 || offset > text.length) return null;
    const lines = starts.get(artifact) ?? [0, ...[...text.matchAll(/\n/g)].map((found) => found.index + 1)];
    starts.set(artifact, lines);
    let [low, high] = [0, lines.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((lines[middle] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

const MAX_TITLE = 200;
const MAX_BODY = 20_000;

function textOf(result: Result, rule: FoundRule, run: Run): Pick<RawFinding, 'title' | 'body'> {
  const { text, markdown } = wordsOf(result.message, rule);
  const [firstLine = ''] = text.trim().split(/\r?\n/, 1);
  const spoken = firstLine === '' ? `${run.tool.driver.name} reports ${rule.id ?? 'a problem'}` : firstLine;
  const title = spoken.length > MAX_TITLE ? `${spoken.slice(0, MAX_TITLE - 1)}…` : spoken;
  const whole = markdown ?? (text.trim() === title ? '' : text.trim());
  const description = rule.rule?.fullDescription?.text ?? rule.rule?.shortDescription?.text ?? '';
  const about = description === '' || description === text.trim() ? '' : description;
  const more = linkTo(rule);
  return {
    title,
    body: [whole, about, more]
      .filter((part) => part !== '')
      .join('\n\n')
      .slice(0, MAX_BODY),
  };
}

/** The rule's name stands beside the finding already. */
function linkTo({ rule }: FoundRule): string {
  const uri = rule?.helpUri ?? '';
  return /^https:\/\/[^\s<>()]+$/.test(uri) && uri.length <= 2000 ? `More on this rule: ${uri}` : '';
}
