import type { FileDiff } from '../diff.ts';
import { isOpen, type Finding } from '../finding.ts';
import type { ReviewRecord } from '../review-record.ts';
import { bySeverity, reaches, type Severity } from '../severity.ts';
import { renderInlineComment } from '../render/inline-comment.ts';
import { belonging } from '../render/marker.ts';
import { renderReviewBody } from '../render/review-body.ts';
import { renderSummary } from '../render/summary.ts';
import type { ReviewView, ViewContext } from '../render/view.ts';
import { anchorOf, type Anchor } from './anchor.ts';
import type { Conversation, InlineComment, PublishPlan, SummaryWrite } from './plan.ts';

export type Publication = {
  record: ReviewRecord;
  conversation: Conversation;
  /** The PR's own diff, `mergeBase..head`, with three lines of context. */
  fullDiff: readonly FileDiff[];
  options: PublicationOptions;
  context: ViewContext;
};

export type PublicationOptions = {
  /** From which severity on a finding gets a comment on its line. */
  minSeverity: Severity;
  /** Most comments in one review; what is beyond is told in the summary. */
  maxComments: number;
  /** Of the summary's text, where less than the host's own limit is left for it. */
  maxSummaryLength?: number;
};

/**
 * What one run writes to its PR: at most one review with the comments that nobody got yet, and the sticky summary. On
 * the state that it leads to, the plan is empty: planning again after any part of it was carried out gives the rest.
 */
export function planPublication(publication: Publication): PublishPlan {
  const { record, conversation, context } = publication;
  const delivered = deliveredIds(conversation);
  const settled = reviewIsSettled(publication);
  const comments = settled ? [] : inlineComments(publication, delivered);
  const posted = comments.map(({ findingId }) => findingId);
  const view: ReviewView = {
    record,
    context,
    inline: new Set([...delivered, ...posted]),
    reviewRefused: settled && wasRefused(publication),
    told: conversation.summary?.told ?? 0,
  };
  return {
    pullRequest: record.pullRequest,
    runId: record.runId,
    attempt: record.attempt,
    headSha: record.version.headSha,
    session: context.session,
    review:
      comments.length === 0
        ? { action: 'none' }
        : {
            action: 'create',
            body: renderReviewBody(view, posted),
            comments,
            summaryIfRefused: summaryWrite(publication, { ...view, inline: delivered, reviewRefused: true }),
          },
    summary: summaryWrite(publication, view),
  };
}

function deliveredIds(conversation: Conversation): Set<string> {
  return new Set([
    ...conversation.comments.map(({ findingId }) => findingId),
    ...conversation.reviews.flatMap(({ findingIds }) => findingIds),
  ]);
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

function inlineComments(publication: Publication, delivered: ReadonlySet<string>): InlineComment[] {
  const { record, options, fullDiff, context, conversation } = publication;
  const told = conversation.summary?.told ?? 0;
  const belongsTo = belonging(context.session, record.pullRequest, record);
  return record.result.findings
    .filter((finding) => isUntold(finding, told) && !delivered.has(finding.id))
    .filter(({ severity }) => reaches(severity, options.minSeverity))
    .flatMap((finding) => {
      const anchor = anchorOf(finding, fullDiff);
      return anchor === null ? [] : [{ finding, anchor }];
    })
    .toSorted((a, b) => bySeverity(a.finding.severity, b.finding.severity) || a.finding.shortId - b.finding.shortId)
    .slice(0, options.maxComments)
    .map(({ finding, anchor }) => inlineComment(finding, anchor, belongsTo));
}

/** Raised by this run, or by one that nothing was published of. What a summary has told of is not repeated as a comment. */
function isUntold(finding: Finding, told: number): boolean {
  return finding.status === 'new' || (isOpen(finding) && finding.shortId > told);
}

function inlineComment(finding: Finding, anchor: Anchor, belongsTo: ReturnType<typeof belonging>): InlineComment {
  const { path, line, startLine, side, lines } = anchor;
  const body = renderInlineComment(finding, belongsTo, side === 'RIGHT' ? lines : null);
  return { findingId: finding.id, path, line, startLine, side, body };
}

function summaryWrite({ conversation: { summary }, options }: Publication, view: ReviewView): SummaryWrite {
  const body = renderSummary(view, options.maxSummaryLength);
  if (summary === null) return { action: 'create', body };
  const { commentId } = summary;
  return sameBody(summary.body, body) ? { action: 'keep', commentId } : { action: 'edit', commentId, body };
}

/** Hosts change line ends and blanks at the end. */
function sameBody(standing: string, wanted: string): boolean {
  const bare = (body: string): string => body.replace(/\r\n/gu, '\n').trimEnd();
  return bare(standing) === bare(wanted);
}
