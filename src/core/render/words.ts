import { assertNever } from '../exhaustive.ts';
import { isOpen, type Finding } from '../finding.ts';
import type { CommitSha } from '../ids.ts';
import type { Reason } from '../mode.ts';
import { SEVERITIES, type Severity } from '../severity.ts';
import type { Verdict } from '../verdict.ts';
import { inlineText } from '../neutralise.ts';
import { commitLink, rangeLink, shortSha, type ReviewView } from './view.ts';

export const SEVERITY_ICON: Record<Severity, string> = { critical: '🔴', warning: '🟠', suggestion: '🔵' };

const VERDICT_ICON: Record<Verdict, string> = { approved: '✅', changes_requested: '🛑', inconclusive: '⚠️' };

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** `1 critical, 2 warnings`; empty where there is none. */
export function severityCounts(findings: readonly Pick<Finding, 'severity'>[]): string {
  return SEVERITIES.map((severity) => ({ severity, number: findings.filter((f) => f.severity === severity).length }))
    .filter(({ number }) => number > 0)
    .map(({ severity, number }) => (severity === 'critical' ? `${number} critical` : count(number, severity)))
    .join(', ');
}

/** The verdict in one line of plain words. */
export function headline(view: ReviewView): string {
  const { verdict } = view.record.result;
  return `${VERDICT_ICON[verdict]} ${verdictWords(view)}`;
}

function verdictWords(view: ReviewView): string {
  const { verdict, findings, coverage } = view.record.result;
  const open = findings.filter(isOpen);
  const counts = severityCounts(open);
  switch (verdict) {
    case 'approved':
      return open.length === 0 ? 'Nothing to change' : `Good to go, with ${counts}`;
    case 'changes_requested':
      return `Changes requested: ${counts}`;
    case 'inconclusive': {
      const left = count(coverage.pending.length, 'file');
      return `Not finished: ${left} still to be reviewed${counts === '' ? '' : `, ${counts}`}`;
    }
    default:
      return assertNever(verdict, 'verdict');
  }
}

/** What was done and why, with the range linked: one line of markdown. */
export function reasonLine(view: ReviewView): string {
  const { result, version } = view.record;
  const previous = result.previousSha;
  const whole = rangeLink(view, version.mergeBaseSha, version.headSha);
  return reasonWords(result.reason, {
    whole,
    since: previous === null ? whole : rangeLink(view, previous, version.headSha),
    last: previous === null ? 'the last review' : commitLink(view, previous),
    base: inlineText(version.baseRef),
    view,
  });
}

type Pieces = { whole: string; since: string; last: string; base: string; view: ReviewView };

function reasonWords(reason: Reason, pieces: Pieces): string {
  const { whole, since, last, base, view } = pieces;
  const head = commitLink(view, view.record.version.headSha);
  const detail = inlineText(view.context.detail);
  switch (reason) {
    case 'first-review':
      return `Full review, the first one: ${whole}`;
    case 'forced':
      return `Full review, as asked for: ${whole}`;
    case 'incremental-off':
      return `Full review, incremental ones are switched off: ${whole}`;
    case 'reviewer-changed':
      return `Full review, the reviewer or its settings changed: ${whole}`;
    case 'history-unavailable':
      return `Full review, the last one can't be built on${detail === '' ? '' : ` (${detail})`}: ${whole}`;
    case 'interdiff-not-smaller':
      return `Full review, what changed since ${last} is as large: ${whole}`;
    case 'new-commits':
      return `Incremental review of the new commits: ${since}`;
    case 'base-moved':
      return `Incremental review of your changes in ${since}, without what came in from ${base}`;
    case 'history-rewritten':
      return `Incremental review of what the rewritten history changed: ${since}`;
    case 'resumed-partial':
      return `Incremental review of the files left over: ${whole}`;
    case 'unchanged':
      return `Nothing to review: ${unchangedCause(pieces)}; carried over from ${last}${movedUpstream(view)}`;
    case 'undelivered':
      return `Reviewed before, posted now: ${since}`;
    case 'nothing-reviewable':
      return `Nothing to review: every file of ${whole} is left out`;
    case 'already-reviewed':
      return `Already reviewed: ${whole}`;
    case 'active-run':
      return `Another run is reviewing ${head}`;
    case 'stale-head':
      return `Not reviewed: a newer push came after ${head}`;
    case 'ineligible':
      return `Not reviewed${detail === '' ? '' : `: ${detail}`}`;
    default:
      return assertNever(reason, 'reason');
  }
}

function unchangedCause({ base, view }: Pieces): string {
  switch (view.context.relation) {
    case 'rewritten':
      return 'the history was rewritten, the changes are the same';
    case 'ahead':
      return `${base} was merged in`;
    case 'unknown':
    case null:
      return 'the changes are the same';
    default:
      return assertNever(view.context.relation, 'relation');
  }
}

function movedUpstream(view: ReviewView): string {
  const moved = view.context.movedUpstream;
  if (moved === 0) return '';
  return `. ${count(moved, 'file')} of this pull request changed on ${inlineText(view.record.version.baseRef)} too`;
}

/** `commit` says how a commit is named where the words stand. */
export function stateWords(finding: Finding, commit: (sha: CommitSha) => string = shortSha): string {
  switch (finding.status) {
    case 'new':
    case 'open':
    case 'dismissed':
      return finding.status;
    case 'fixed':
      return finding.fixedSha === null ? 'fixed' : `fixed in ${commit(finding.fixedSha)}`;
    case 'gone':
      return finding.fixedSha === null ? 'left the pull request' : `fixed in ${commit(finding.fixedSha)}`;
    default:
      return assertNever(finding.status, 'finding status');
  }
}

/** `950`, `1.2k`, `84k`, `1.3M`. */
export function tokenCount(tokens: number): string {
  if (tokens < 1_000) return String(tokens);
  const [scaled, unit] = tokens < 999_500 ? [tokens / 1_000, 'k'] : [tokens / 1_000_000, 'M'];
  return `${scaled < 9.95 ? scaled.toFixed(1).replace(/\.0$/u, '') : Math.round(scaled)}${unit}`;
}

/** In dollars, to the cent; what is less shows as such. */
export function cost(usd: number): string {
  return usd > 0 && usd < 0.01 ? '<$0.01' : `$${usd.toFixed(2)}`;
}
