import type { FileDiff } from '../core/diff.ts';
import type { SessionName } from '../core/ids.ts';
import { planPublication } from '../core/publish/plan-publication.ts';
import type { ViewContext } from '../core/render/view.ts';
import type { ReviewRecord } from '../core/review-record.ts';
import type { HeadRelation, PublishOutcome } from '../ports/pull-requests.ts';
import type { Claimed } from './claim.ts';
import type { Lease } from './lease.ts';
import type { ReviewPorts, ReviewSettings } from './ports.ts';

/** A record that is to stand on its PR, and what only this run knows about it. */
export type Publication = {
  claimed: Claimed;
  record: ReviewRecord;
  fullDiff: readonly FileDiff[];
  detail: string;
  relation: HeadRelation | null;
  movedUpstream: number;
};

/** Plans what to write from what stands on the PR, and writes it while the lease and the head are ours. */
export async function publishRecord(
  ports: ReviewPorts,
  settings: ReviewSettings,
  session: SessionName,
  all: readonly Claimed[],
  publication: Publication,
  lease: Lease,
): Promise<PublishOutcome> {
  const { record, fullDiff } = publication;
  const conversation = await ports.pullRequests.conversation(record.pullRequest, session);
  const plan = planPublication({
    record,
    conversation,
    fullDiff,
    options: settings,
    context: viewContext(ports, settings, session, all, publication),
  });
  const comments =
    plan.review.action === 'create' ? `a review with ${plan.review.comments.length} comments` : 'no review';
  ports.log.info(`To be written: ${comments}; the summary: ${plan.summary.action}`);
  return ports.pullRequests.publish(plan, () => lease.confirm(record.runId));
}

export function viewContext(
  ports: Pick<ReviewPorts, 'holder'>,
  settings: Pick<ReviewSettings, 'serverUrl'>,
  session: SessionName,
  all: readonly Claimed[],
  publication: Pick<Publication, 'claimed' | 'detail' | 'relation' | 'movedUpstream'>,
): ViewContext {
  const { claimed, detail, relation, movedUpstream } = publication;
  return {
    session,
    serverUrl: settings.serverUrl,
    runUrl: ports.holder.url === '' ? null : ports.holder.url,
    detail,
    companions: all.filter((other) => other !== claimed).map(({ pullRequest }) => pullRequest.key),
    relation,
    movedUpstream,
  };
}
