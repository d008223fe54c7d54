import type { SessionName } from '../core/ids.ts';
import type { StandingDismissal } from '../core/findings/dismiss.ts';
import type { ReviewRecord } from '../core/review-record.ts';
import { sameVersion } from '../core/pull-request.ts';
import type { Claimed } from './claim.ts';
import type { ReviewPorts } from './ports.ts';

export type StandingReview = { record: ReviewRecord; dismissals: StandingDismissal[] };

/** The review that stands for a PR which needs none now: of exactly this version, else null. */
export async function standingRecord(
  ports: Pick<ReviewPorts, 'ledger'>,
  session: SessionName,
  { pullRequest, answer }: Claimed,
): Promise<StandingReview | null> {
  const { previous } = answer;
  if (
    answer.reason !== 'already-reviewed' ||
    previous === null ||
    !sameVersion(previous.version, pullRequest.version)
  ) {
    return null;
  }
  const { repositoryId, number } = pullRequest.key;
  const { runId, attempt } = previous;
  const read = await ports.ledger.previous({ session, repositoryId, number, runId, attempt });
  return read.outcome === 'found' ? { record: read.record, dismissals: read.dismissals } : null;
}
