import type { FileDiff } from '../core/diff.ts';
import type { SessionName } from '../core/ids.ts';
import type { Conversation } from '../core/publish/plan.ts';
import { planPublication } from '../core/publish/plan-publication.ts';
import type { ViewContext } from '../core/render/view.ts';
import type { ReviewRecord } from '../core/review-record.ts';
import type { Scope } from '../core/scope.ts';
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
  /** What was reviewed; null where it is not known any more. */
  scope: Scope | null;
  /** What stood on the PR a moment ago; null where nobody looked yet. */
  conversation: Conversation | null;
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
  const { record, fullDiff, scope, claimed } = publication;
  const markerKey = markerKeyOf(claimed);
  const conversation =
    publication.conversation ?? (await ports.pullRequests.conversation(record.pullRequest, session, markerKey));
  if (conversation.headSha !== null && conversation.headSha !== record.version.headSha) {
    // Hosts' answers lag: only what two of them say is so.
    if (await hasMoved(ports, publication)) return OVERTAKEN;
  }
  const plan = planPublication({
    record,
    conversation,
    fullDiff,
    scope,
    markerKey,
    options: settings.publication,
    context: viewContext(ports, settings, session, {
      companions: all.filter((other) => other !== claimed).map(({ pullRequest }) => pullRequest.key),
      markerKey,
      detail: publication.detail,
      relation: publication.relation,
      movedUpstream: publication.movedUpstream,
    }),
  });
  const comments =
    plan.review.action === 'create' ? `a review with ${plan.review.comments.length} comments` : 'no review';
  ports.log.info(
    `To be written: ${comments}; ${plan.changes.length} changes of comments; the summary: ${plan.summary.action}`,
  );
  return ports.pullRequests.publish(plan, () => lease.confirm(record.runId));
}

const OVERTAKEN: PublishOutcome = {
  outcome: 'overtaken',
  published: { commentId: null, reviewId: null, refused: [] },
};

async function hasMoved({ pullRequests }: ReviewPorts, { claimed, record }: Publication): Promise<boolean> {
  const { repository, number } = claimed.pullRequest.key;
  const now = await pullRequests.read({ repository, number });
  return now.outcome === 'read' && now.pullRequest.version.headSha !== record.version.headSha;
}

/** Older endpoints give none, nor does a ledger that can keep no secret. */
export function markerKeyOf({ answer }: Pick<Claimed, 'answer'>): string | null {
  return answer.markerKey ?? null;
}

export type Shown = Pick<ViewContext, 'companions' | 'detail' | 'relation' | 'movedUpstream'> & {
  markerKey: string | null;
};

export function viewContext(
  ports: Pick<ReviewPorts, 'holder' | 'signWith'>,
  settings: Pick<ReviewSettings, 'serverUrl' | 'linkHosts'>,
  session: SessionName,
  { markerKey, ...shown }: Shown,
): ViewContext {
  return {
    ...shown,
    session,
    serverUrl: settings.serverUrl,
    runUrl: ports.holder.url === '' ? null : ports.holder.url,
    sign: markerKey === null ? null : ports.signWith(markerKey),
    linkHosts: settings.linkHosts,
  };
}
