import type { Change, Conversation, PublishPlan, StandingComment } from '../../src/core/publish/plan.ts';
import { parseMarker } from '../../src/core/render/marker.ts';
import { aRecord } from './builders.ts';

export const NO_CONVERSATION: Conversation = { headSha: null, summary: null, reviews: [], comments: [] };

/** A comment of ours as it stands right after it was posted. */
export function aComment(findingId: string, overrides: Partial<StandingComment> = {}): StandingComment {
  return {
    commentId: 1,
    nodeId: `PRRC_${findingId}`,
    findingId,
    url: `https://github.example/c/${findingId}`,
    state: 'open',
    byCommandOnly: false,
    minimized: false,
    thumbsDown: [],
    thread: {
      nodeId: `PRRT_${findingId}`,
      resolved: null,
      outdated: false,
      mayResolve: true,
      mayUnresolve: true,
    },
    ...overrides,
  };
}

export function aPlan(overrides: Partial<PublishPlan> = {}): PublishPlan {
  const { pullRequest, runId, attempt, version } = aRecord();
  return {
    pullRequest,
    runId,
    attempt,
    headSha: version.headSha,
    session: 'acme/shop#12',
    markerKey: null,
    review: { action: 'none' },
    changes: [],
    summary: { action: 'keep', commentId: 5 },
    ...overrides,
  };
}

export type HostOptions = {
  /** The host takes no review. */
  refuse?: boolean;
  /** It stops after the review, or after the changes of standing comments. */
  only?: 'review' | 'changes';
  mayResolve?: boolean;
};

/** What stands on a PR after the host carried a plan out. */
export function carryOut(plan: PublishPlan, before: Conversation, options: HostOptions = {}): Conversation {
  const { refuse = false, only, mayResolve = true } = options;
  const after = structuredClone(before);
  const review = plan.review.action === 'create' ? plan.review : null;
  if (review !== null && !refuse) {
    const marker = parseMarker(review.body);
    if (marker?.kind !== 'review') throw new Error('a review without its marker');
    const { runId, attempt, findingIds } = marker;
    const reviewId = 700 + before.reviews.length;
    const requestsChanges = review.event === 'REQUEST_CHANGES';
    after.reviews.push({ reviewId, nodeId: `PRR_${reviewId}`, runId, attempt, requestsChanges, findingIds });
    for (const { findingId } of review.comments) {
      const comment = aComment(findingId);
      after.comments.push({ ...comment, thread: { ...comment.thread, mayResolve, mayUnresolve: mayResolve } });
    }
  }
  if (only === 'review') return after;
  for (const change of plan.changes) make(change, after);
  if (only === 'changes') return after;
  const summary = review !== null && refuse ? review.summaryIfRefused : plan.summary;
  if (summary.action === 'keep') return after;
  const marker = parseMarker(summary.body);
  if (marker?.kind !== 'summary') throw new Error('a summary without its marker');
  const { runId, attempt, reviewRefused, told, trend = [] } = marker;
  const place = summary.action === 'edit' ? summary : { commentId: 5, nodeId: 'IC_5' };
  const { commentId, nodeId } = place;
  after.summary = { commentId, nodeId, body: summary.body, runId, attempt, reviewRefused, told, trend };
  return after;
}

function make(change: Change, { comments, reviews }: Conversation): void {
  switch (change.change) {
    case 'edit': {
      const marker = parseMarker(change.body);
      if (marker?.kind !== 'finding') throw new Error('a comment without its marker');
      const comment = comments.find(({ nodeId }) => nodeId === change.commentNodeId);
      if (comment !== undefined)
        Object.assign(comment, { state: marker.state, byCommandOnly: marker.byCommandOnly ?? false });
      return;
    }
    case 'minimize':
    case 'unminimize': {
      const comment = comments.find(({ nodeId }) => nodeId === change.commentNodeId);
      if (comment !== undefined) comment.minimized = change.change === 'minimize';
      return;
    }
    case 'resolve':
    case 'unresolve': {
      const thread = comments.find((one) => one.thread.nodeId === change.threadNodeId)?.thread;
      const allowed = change.change === 'resolve' ? thread?.mayResolve : thread?.mayUnresolve;
      if (thread === undefined || allowed !== true) throw new Error(`planned what is not allowed: ${change.change}`);
      thread.resolved = change.change === 'resolve' ? { by: null } : null;
      return;
    }
    case 'withdraw': {
      const review = reviews.find(({ nodeId }) => nodeId === change.reviewNodeId);
      if (review !== undefined) review.requestsChanges = false;
      return;
    }
    default:
      change satisfies never;
  }
}
