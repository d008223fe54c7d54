import { isOpen } from '../finding.ts';
import type { GatePolicy } from '../gate.ts';
import type { PullReport } from '../report.ts';
import { reaches } from '../severity.ts';
import { annotationsOf, type Annotation } from '../render/log-lines.ts';
import { shorten } from '../neutralise.ts';
import { severityCounts } from '../render/words.ts';

/** As the host names them. `cancelled` lets no merge pass, and blames nobody. */
export type CheckConclusion = 'success' | 'failure' | 'neutral' | 'cancelled';

/** What a check says once its run is over. */
export type CheckEnd = {
  conclusion: CheckConclusion;
  title: string;
  /** Markdown. */
  summary: string;
  annotations: Annotation[];
};

/** Hosts take no more in one call. */
export const MAX_CHECK_ANNOTATIONS = 50;
const MAX_TITLE = 120;

/**
 * What the check on a head says of a PR that a run is done with; null where another run is at it, whose check will.
 * Success only where the review is complete and approves. Where `fail-on` is set, whatever is not known to be good is a
 * failure. Neutral, which lets merges pass: the PR is left alone, nothing fails by configuration, or what is open does
 * not reach `fail-on`.
 */
export function checkEndOf(report: PullReport, policy: GatePolicy, summary: string): CheckEnd | null {
  const end = (conclusion: CheckConclusion, title: string): CheckEnd => ({
    conclusion,
    title: shorten(title, MAX_TITLE),
    summary,
    annotations: report.record === null ? [] : annotationsOf(report.record.result.findings, MAX_CHECK_ANNOTATIONS),
  });
  if (report.outcome === 'skipped' && report.reason === 'active-run') return null;
  if (report.outcome === 'overtaken') return end('cancelled', `Overtaken: ${report.detail}`);
  if (report.outcome === 'failed') {
    const fails = policy.failOn !== 'never' || policy.onError === 'fail';
    return end(fails ? 'failure' : 'neutral', `NOT reviewed: ${report.detail}`);
  }
  if (report.reason === 'ineligible') return end('neutral', `Left alone: ${report.detail}`);
  if (report.record === null) return end(unknown(policy), `No verdict on this head: ${report.detail}`);
  return endOfRecord(report.record, policy, end);
}

function endOfRecord(
  { result }: NonNullable<PullReport['record']>,
  { failOn }: GatePolicy,
  end: (conclusion: CheckConclusion, title: string) => CheckEnd,
): CheckEnd {
  const open = result.findings.filter(isOpen);
  const counts = severityCounts(open);
  const grave = failOn === 'never' ? [] : open.filter(({ severity }) => reaches(severity, failOn));
  if (grave.length > 0) return end('failure', `${grave.length} open at ${failOn} or above`);
  switch (result.verdict) {
    case 'approved':
      return end('success', open.length === 0 ? 'Nothing to change' : `Good to go, with ${counts}`);
    case 'inconclusive': {
      const title = `Not finished: ${result.coverage.pending.length} files still to be reviewed`;
      return end(failOn === 'never' ? 'neutral' : 'failure', title);
    }
    case 'changes_requested':
      return end('neutral', failOn === 'never' ? `Open: ${counts}` : `Open: ${counts}, all below ${failOn}`);
    default:
      return result.verdict satisfies never;
  }
}

function unknown({ failOn }: GatePolicy): CheckConclusion {
  return failOn === 'never' ? 'neutral' : 'failure';
}

/** The check's name for a PR's own session; a named session has a check of its own beside it. */
export function checkNameFor(name: string, session: string, ownSession: string): string {
  return session === ownSession ? name : shorten(`${name} (${session})`, 200);
}
