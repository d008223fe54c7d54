import { pullRequestName } from '../core/pull-request.ts';
import type { RunReport, RunReports } from '../core/report.ts';
import { LedgerForbidden } from '../ports/ledger.ts';
import type { PullRequestRef } from '../ports/pull-requests.ts';
import type { ReviewPorts, ReviewSettings } from './ports.ts';

export type ReviewBatch = (settings: ReviewSettings, refs: readonly PullRequestRef[]) => Promise<RunReport>;

/** Each PR in its own session, one after another. A fault in one does not stop the others. */
export async function reviewOneByOne(
  ports: Pick<ReviewPorts, 'log' | 'interrupted'>,
  settings: ReviewSettings,
  refs: readonly PullRequestRef[],
  review: ReviewBatch,
): Promise<RunReports> {
  const told: RunReports = { runs: [], failures: [], notes: [] };
  for (const ref of refs) {
    const report = await reviewOne(ports, settings, ref, review, told);
    if (report !== null) told.runs.push(report);
  }
  return told;
}

/** Null where it came to no report: the failure is noted then. */
export async function reviewOne(
  { log, interrupted }: Pick<ReviewPorts, 'log' | 'interrupted'>,
  settings: ReviewSettings,
  ref: PullRequestRef,
  review: ReviewBatch,
  told: RunReports,
): Promise<RunReport | null> {
  const pullRequest = pullRequestName(ref);
  return orNoted(told, pullRequest, async () => {
    interrupted.throwIfAborted();
    log.info(`${pullRequest}:`);
    return review(settings, [ref]);
  });
}

/** A ledger that refuses the caller refuses every other PR as well: that is thrown. */
export async function orNoted<T>(told: RunReports, pullRequest: string, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof LedgerForbidden) throw error;
    told.failures.push({ pullRequest, why: error.message });
    return null;
  }
}
