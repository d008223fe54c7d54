import { withDismissals } from '../core/findings/dismiss.ts';
import type { QueuedMerge } from '../core/merge-group.ts';
import type { PullReport } from '../core/report.ts';
import { LedgerForbidden, LedgerUnavailable } from '../ports/ledger.ts';
import { keepChecks } from './check-keeper.ts';
import { lookAt, sessionOf } from './look.ts';
import type { ReviewPorts, ReviewSettings } from './ports.ts';

/**
 * The verdict on a pull request's head, said again of the commit that the merge queue made of it: nothing is reviewed,
 * for what the queue adds comes from elsewhere. Without a review of exactly this head, for the branch that it goes into, it
 * is no verdict, and says so.
 */
export async function mirrorVerdict(
  ports: ReviewPorts,
  settings: ReviewSettings,
  { repository, number, headSha }: QueuedMerge,
): Promise<PullReport> {
  const [pullRequest] = await lookAt(ports.pullRequests, [{ repository, number }]);
  if (pullRequest === undefined) throw new Error('no pull request was looked at');
  const session = sessionOf(settings, pullRequest);
  const { key, version, url } = pullRequest;
  const about = { pullRequest: key, url, headSha, mode: 'none' as const, runId: null };
  const report = async (): Promise<PullReport> => {
    const exclusion = settings.exclusionOf(pullRequest);
    if (exclusion !== null) {
      const detail = `the pull request is left alone (${exclusion})`;
      return { ...about, outcome: 'skipped', reason: 'ineligible', detail, record: null };
    }
    const query = { session, repositoryId: key.repositoryId, number: key.number };
    const found = await ports.ledger.previous(query);
    const head = version.headSha.slice(0, 7);
    if (found.outcome !== 'found' || found.record.version.headSha !== version.headSha) {
      const detail = found.outcome === 'unavailable' ? found.why : `${head} was not reviewed`;
      return { ...about, outcome: 'failed', reason: null, detail, record: null };
    }
    const { baseRef } = found.record.version;
    if (baseRef !== version.baseRef) {
      const detail = `${head} was reviewed for ${baseRef}, and not for ${version.baseRef}`;
      return { ...about, outcome: 'failed', reason: null, detail, record: null };
    }
    const record = withDismissals(found.record, found.dismissals);
    const detail = `as ${head} was reviewed`;
    return { ...about, outcome: 'skipped', reason: 'already-reviewed', detail, record };
  };
  const said = await report().catch((error: unknown): PullReport => {
    if (!(error instanceof LedgerUnavailable) && !(error instanceof LedgerForbidden)) throw error;
    return { ...about, outcome: 'failed', reason: null, detail: error.message, record: null };
  });
  const queued = { ...pullRequest, version: { ...version, headSha } };
  await keepChecks(ports.checks, ports, session).finish(queued, said);
  return said;
}
