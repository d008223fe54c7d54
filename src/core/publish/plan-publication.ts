import type { FileDiff } from '../diff.ts';
import { isOpen, type Finding } from '../finding.ts';
import type { ReviewRecord } from '../review-record.ts';
import type { Scope } from '../scope.ts';
import { reaches, type Severity } from '../severity.ts';
import { renderInlineComment, renderStandingComment, type CommentFrame } from '../render/inline-comment.ts';
import { belonging } from '../render/marker.ts';
import { renderReviewBody } from '../render/review-body.ts';
import { renderSummary } from '../render/summary.ts';
import { commitLink, type ReviewView, type ViewContext } from '../render/view.ts';
import { chooseComments, type CommentRules } from './choose-comments.ts';
import { asBroughtBack, commentStateOf, isLost, settleThreads, type ResolveThreads } from './settle-threads.ts';
import type { Change, Conversation, InlineComment, PublishPlan, ReviewEvent, SummaryWrite } from './plan.ts';
import { trendWith } from './trend.ts';

export type Publication = {
  record: ReviewRecord;
  conversation: Conversation;
  /** The PR's own diff, `mergeBase..head`, with three lines of context. */
  fullDiff: readonly FileDiff[];
  /** What the run reviewed; null where that is not known any more. */
  scope?: Scope | null;
  options: PublicationOptions;
  context: ViewContext;
  /** What `context.sign` signs with. */
  markerKey?: string | null;
  /** Findings (by id) that someone reopened by command just now. */
  reopened?: ReadonlySet<string>;
};

export type PublicationOptions = CommentRules & {
  resolveThreads: ResolveThreads;
  /** From which severity on open findings make the review request changes; null: it never does. */
  requestChangesAt: Severity | null;
  /** Of the summary's text, where less than the host's own limit is left for it. */
  maxSummaryLength?: number;
};

/**
 * What one run writes to its PR: at most one review with the comments that nobody got yet, what became of the standing
 * ones, and the sticky summary. On the state that it leads to, the plan is empty: planning again after any part of it
 * was carried out gives the rest.
 */
export function planPublication(publication: Publication): PublishPlan {
  const { record, conversation, context } = publication;
  const trend = trendWith(record, conversation.summary);
  const delivered = deliveredIds(conversation);
  const settled = reviewIsSettled(publication);
  const comments = settled ? [] : inlineComments(publication, delivered, trend.length);
  const event = settled ? 'COMMENT' : eventOf(publication);
  const posted = comments.map(({ findingId }) => findingId);
  const changes = threadChanges(publication);
  const shown = shownIds(conversation, changes);
  const view: ReviewView = {
    record,
    context,
    inline: new Set([...shown, ...posted]),
    reviewRefused: settled && wasRefused(publication),
    told: conversation.summary?.told ?? 0,
    trend,
  };
  return {
    pullRequest: record.pullRequest,
    runId: record.runId,
    attempt: record.attempt,
    headSha: record.version.headSha,
    session: context.session,
    markerKey: publication.markerKey ?? null,
    review:
      comments.length === 0 && event === 'COMMENT'
        ? { action: 'none' }
        : {
            action: 'create',
            event,
            body: renderReviewBody(view, posted, event),
            comments,
            summaryIfRefused: summaryWrite(publication, { ...view, inline: shown, reviewRefused: true }),
          },
    changes: [...changes, ...withdrawals(publication)],
    summary: summaryWrite(publication, view),
  };
}

/**
 * Whether what is open may yet lead to a review, or to a summary of its own: never no where a plan for these findings, or
 * for some of them, has one.
 */
export function mayLeadToReview(
  findings: readonly Finding[],
  conversation: Conversation,
  fullDiff: readonly FileDiff[],
  options: PublicationOptions,
): boolean {
  const { summary, reviews } = conversation;
  if (summary === null) return true;
  const candidates = { findings, told: summary.told, delivered: deliveredIds(conversation), fullDiff };
  const comments = chooseComments({ ...candidates, round: 0, isOnChangedCode: () => true }, options);
  const requests = asksForChanges(findings, options) && !reviews.some(({ requestsChanges }) => requestsChanges);
  return comments.length > 0 || requests;
}

/** Findings that got a comment once, be it gone by now. */
function deliveredIds(conversation: Conversation): Set<string> {
  return new Set([
    ...conversation.comments.map(({ findingId }) => findingId),
    ...conversation.reviews.flatMap(({ findingIds }) => findingIds),
  ]);
}

/** Findings whose comment people have before their eyes once the changes are made. */
function shownIds({ comments }: Conversation, changes: readonly Change[]): Set<string> {
  const shown = comments.filter((comment) => !isLost(asBroughtBack(comment, changes)));
  return new Set(shown.map(({ findingId }) => findingId));
}

/** One review per record: posted, or refused once and for all. */
function reviewIsSettled(publication: Publication): boolean {
  const { record, conversation } = publication;
  return (
    wasRefused(publication) ||
    conversation.reviews.some(({ runId, attempt }) => runId === record.runId && attempt === record.attempt)
  );
}

function wasRefused({ record, conversation: { summary } }: Publication): boolean {
  return (
    summary !== null && summary.reviewRefused && summary.runId === record.runId && summary.attempt === record.attempt
  );
}

function inlineComments(publication: Publication, delivered: ReadonlySet<string>, round: number): InlineComment[] {
  const { record, options, fullDiff, conversation, scope } = publication;
  const chosen = chooseComments(
    {
      findings: record.result.findings,
      told: conversation.summary?.told ?? 0,
      delivered,
      fullDiff,
      round,
      isOnChangedCode: (finding) => isInScope(finding, scope ?? null),
    },
    options,
  );
  const frame = frameOf(publication);
  return chosen.map(({ finding, anchor: { path, line, startLine, side, lines } }) => {
    const body = renderInlineComment(finding, frame, side === 'RIGHT' ? lines : null);
    return { findingId: finding.id, path, line, startLine, side, body };
  });
}

/** Where the scope is not known, everything counts as changed. */
function isInScope({ path, line, endLine, side }: Finding, scope: Scope | null): boolean {
  if (scope === null) return true;
  const file = scope.files.find((one) => one.path === path);
  if (file === undefined) return false;
  if (file.whole || line === null || side === 'LEFT') return true;
  return file.added.some((range) => range.start <= (endLine ?? line) && range.end >= line);
}

function frameOf({ record, context }: Publication): CommentFrame {
  return {
    belongsTo: belonging(context.session, record.pullRequest, record),
    sign: context.sign,
    linkHosts: context.linkHosts,
    commit: (sha) => commitLink({ record, context }, sha),
  };
}

/** Ended findings of earlier runs too: whatever an interrupted run left is made good. */
function threadChanges(publication: Publication): Change[] {
  const { record, options, conversation, reopened } = publication;
  const frame = frameOf(publication);
  return settleThreads({
    findings: [...(record.result.remembered ?? []), ...record.result.findings],
    comments: conversation.comments,
    resolveThreads: options.resolveThreads,
    bodyOf: (finding, comment) => {
      const byCommandOnly = comment.byCommandOnly || reopened?.has(finding.id) === true;
      return renderStandingComment(finding, frame, commentStateOf(finding), byCommandOnly);
    },
    ...(reopened === undefined ? {} : { reopened }),
  });
}

/** Changes are requested once; the request stands until it is withdrawn or a person dismisses it. */
function eventOf(publication: Publication): ReviewEvent {
  const stands = publication.conversation.reviews.some(({ requestsChanges }) => requestsChanges);
  return wantsChanges(publication) && !stands ? 'REQUEST_CHANGES' : 'COMMENT';
}

function wantsChanges({ record, options }: Publication): boolean {
  return asksForChanges(record.result.findings, options);
}

function asksForChanges(findings: readonly Finding[], { requestChangesAt }: PublicationOptions): boolean {
  if (requestChangesAt === null) return false;
  return findings.some((finding) => isOpen(finding) && reaches(finding.severity, requestChangesAt));
}

function withdrawals(publication: Publication): Change[] {
  if (wantsChanges(publication)) return [];
  const message = 'What changes were requested for is fixed, dismissed or gone.';
  return publication.conversation.reviews
    .filter(({ requestsChanges }) => requestsChanges)
    .map(({ nodeId }) => ({ change: 'withdraw' as const, reviewNodeId: nodeId, message }));
}

function summaryWrite({ conversation: { summary }, options }: Publication, view: ReviewView): SummaryWrite {
  const body = renderSummary(view, options.maxSummaryLength);
  if (summary === null) return { action: 'create', body };
  const { commentId, nodeId } = summary;
  return sameBody(summary.body, body) ? { action: 'keep', commentId } : { action: 'edit', commentId, nodeId, body };
}

/** Hosts change line ends and blanks at the end. */
function sameBody(standing: string, wanted: string): boolean {
  const bare = (body: string): string => body.replace(/\r\n/gu, '\n').trimEnd();
  return bare(standing) === bare(wanted);
}
