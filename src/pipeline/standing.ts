import type { SessionName } from '../core/ids.ts';
import type { ReviewRecord } from '../core/review-record.ts';
import { sameVersion } from '../core/pull-request.ts';
import type { Claimed } from './claim.ts';
import type { ReviewPorts } from './ports.ts';

/** The review that stands for a PR which needs none now: of exactly this version, else null. */
export async function standingRecord(
  ports: Pick<ReviewPorts, 'ledger'>,
  session: SessionName,
  { pullRequest, answer }: Claimed,
): Promise<ReviewRecord | null> {
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
  return read.outcome === 'found' ? read.record : null;
}
