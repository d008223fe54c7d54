import type { PullReport, RunReport } from '../core/report.ts';
import { pullRequestName } from '../core/pull-request.ts';
import type { PullRequestRef } from '../ports/pull-requests.ts';
import type { ReviewPorts, ReviewSettings } from './ports.ts';

/** Heads that come and go faster than this are left to the runs of the pushes that moved them. */
const MAX_RECLAIMS = 3;

type Review = (settings: ReviewSettings, refs: readonly PullRequestRef[]) => Promise<RunReport>;

/**
 * Whoever was overtaken looks again, and reviews again where its head is still (or again) the current one: the run that
 * superseded it may have been of a head that is gone, and no other push would bring this head a review. DESIGN 4.3.
 */
export async function reviewUntilOvertaken(
  ports: Pick<ReviewPorts, 'pullRequests' | 'log' | 'interrupted'>,
  settings: ReviewSettings,
  refs: readonly PullRequestRef[],
  review: Review,
): Promise<RunReport> {
  let report = await review(settings, refs);
  for (let reclaim = 1; reclaim <= MAX_RECLAIMS && !ports.interrupted.aborted; reclaim += 1) {
    const current = await overtakenAtCurrentHead(ports, report.pulls);
    if (current.length === 0) break;
    const names = current.map(({ pullRequest }) => pullRequestName(pullRequest)).join(', ');
    ports.log.info(`Overtaken, and the head is current again: claiming once more: ${names}`);
    const again = await review(
      { ...settings, session: report.session },
      current.map(({ pullRequest: { repository, number } }) => ({ repository, number })),
    );
    report = { ...report, pulls: report.pulls.map((pull) => sameIn(again, pull) ?? pull) };
  }
  return report;
}

async function overtakenAtCurrentHead(
  { pullRequests }: Pick<ReviewPorts, 'pullRequests'>,
  pulls: readonly PullReport[],
): Promise<PullReport[]> {
  // Where all looks were stale they were repeated until they could not be any more: what is known then is newer than what
  // we see. Beside others that were ours, none was.
  const repeated = pulls.every(({ runId }) => runId === null);
  const overtaken = pulls.filter(
    ({ outcome, reason }) => outcome === 'overtaken' && !(repeated && reason === 'stale-head'),
  );
  const looks = await Promise.all(overtaken.map(({ pullRequest }) => pullRequests.read(pullRequest)));
  return overtaken.filter(({ headSha }, index) => {
    const look = looks[index];
    return look?.outcome === 'read' && look.pullRequest.version.headSha === headSha;
  });
}

function sameIn({ pulls }: RunReport, { pullRequest }: PullReport): PullReport | undefined {
  return pulls.find(
    (pull) =>
      pull.pullRequest.repositoryId === pullRequest.repositoryId && pull.pullRequest.number === pullRequest.number,
  );
}
