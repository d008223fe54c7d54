import type { RunReport } from '../core/report.ts';
import type { PullRequestRef } from '../ports/pull-requests.ts';
import { keepChecks } from './check-keeper.ts';
import { lookAt, sessionOf } from './look.ts';
import type { ReviewPorts, ReviewSettings } from './ports.ts';

/** No claim could be made (the ledger is away, or refused it): a check that branch rules wait for says so all the same. */
export async function concludeUnclaimed(
  ports: ReviewPorts,
  settings: ReviewSettings,
  refs: readonly PullRequestRef[],
  why: string,
): Promise<void> {
  if (ports.checks === null) return;
  try {
    const pullRequests = await lookAt(ports.pullRequests, refs);
    const [first] = pullRequests;
    if (first === undefined) return;
    const checks = keepChecks(ports.checks, ports, sessionOf(settings, first));
    for (const pullRequest of pullRequests) {
      const { key, url, version } = pullRequest;
      const nothing: Pick<RunReport['pulls'][number], 'mode' | 'reason' | 'runId' | 'record'> = {
        mode: null,
        reason: null,
        runId: null,
        record: null,
      };
      const about = { pullRequest: key, url, headSha: version.headSha, ...nothing };
      await checks.finish(pullRequest, { ...about, outcome: 'failed', detail: why });
    }
  } catch (error) {
    ports.log.debug(`No check could say so: ${error instanceof Error ? error.message : String(error)}`);
  }
}
