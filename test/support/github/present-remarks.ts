import { timestamp } from './clock.ts';
import { placementOf } from './placement.ts';
import { associationOf, pullPage, pullUrl } from './present-pull.ts';
import { api, type Json, presentAccount } from './present-repository.ts';
import { fullName, type IssueComment, type Reaction, type Review, type ReviewComment, type World } from './state.ts';

export const reactionContents = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'eyes', 'rocket'] as const;

export function presentIssueComment(world: World, comment: IssueComment): Json {
  const { pull } = comment;
  const repositoryUrl = api(world, `/repos/${fullName(pull.repository)}`);
  const url = `${repositoryUrl}/issues/comments/${comment.id}`;
  return {
    url,
    html_url: issueCommentPage(world, comment),
    issue_url: `${repositoryUrl}/issues/${pull.number}`,
    id: comment.id,
    node_id: comment.nodeId,
    user: presentAccount(world, comment.author),
    created_at: timestamp(comment.createdAt),
    updated_at: timestamp(comment.updatedAt),
    author_association: associationOf(pull.repository, comment.author.login),
    body: comment.body,
    reactions: rollup(`${url}/reactions`, comment.reactions),
    performed_via_github_app: null,
  };
}

export function issueCommentPage(world: World, comment: IssueComment): string {
  return `${pullPage(world, comment.pull)}#issuecomment-${comment.id}`;
}

export function presentReview(world: World, review: Review): Json {
  const page = reviewPage(world, review);
  return {
    id: review.id,
    node_id: review.nodeId,
    user: presentAccount(world, review.author),
    body: review.body,
    state: review.state,
    html_url: page,
    pull_request_url: pullUrl(world, review.pull),
    author_association: associationOf(review.pull.repository, review.author.login),
    _links: { html: { href: page }, pull_request: { href: pullUrl(world, review.pull) } },
    ...(review.submittedAt === null ? {} : { submitted_at: timestamp(review.submittedAt) }),
    commit_id: review.commitSha,
  };
}

export function reviewPage(world: World, review: Review): string {
  return `${pullPage(world, review.pull)}#pullrequestreview-${review.id}`;
}

export async function presentReviewComment(world: World, comment: ReviewComment): Promise<Json> {
  const { thread } = comment;
  const { pull } = thread;
  const placement = await placementOf(thread);
  const url = api(world, `/repos/${fullName(pull.repository)}/pulls/comments/${comment.id}`);
  const page = reviewCommentPage(world, comment);
  return {
    url,
    pull_request_review_id: comment.review.id,
    id: comment.id,
    node_id: comment.nodeId,
    diff_hunk: thread.diffHunk,
    path: thread.path,
    commit_id: placement === null ? thread.commitSha : pull.head.sha,
    original_commit_id: thread.commitSha,
    user: presentAccount(world, comment.author),
    body: comment.body,
    created_at: timestamp(comment.createdAt),
    updated_at: timestamp(comment.updatedAt),
    html_url: page,
    pull_request_url: pullUrl(world, pull),
    _links: { self: { href: url }, html: { href: page }, pull_request: { href: pullUrl(world, pull) } },
    reactions: rollup(`${url}/reactions`, comment.reactions),
    author_association: associationOf(pull.repository, comment.author.login),
    start_line: placement?.startLine ?? null,
    original_start_line: thread.startLine,
    start_side: thread.startSide,
    line: placement?.line ?? null,
    original_line: thread.line,
    side: thread.side,
    position: placement?.position ?? null,
    original_position: thread.position,
    ...(comment.inReplyTo === null ? {} : { in_reply_to_id: comment.inReplyTo }),
    subject_type: 'line',
  };
}

export function reviewCommentPage(world: World, comment: ReviewComment): string {
  return `${pullPage(world, comment.thread.pull)}#discussion_r${comment.id}`;
}

/** The list of one review's comments is older: it knows positions, and names the side's line only as `original_line`. */
export async function presentCommentOfReview(world: World, comment: ReviewComment): Promise<Json> {
  const { subject_type: _, ...common } = await presentReviewComment(world, comment);
  return common;
}

export function presentReaction(world: World, reaction: Reaction): Json {
  return {
    id: reaction.id,
    node_id: reaction.nodeId,
    user: presentAccount(world, reaction.user),
    content: reaction.content,
    created_at: timestamp(reaction.createdAt),
  };
}

function rollup(url: string, reactions: Reaction[]): Json {
  const counts = reactionContents.map((content) => [
    content,
    reactions.filter((each) => each.content === content).length,
  ]);
  return { url, total_count: reactions.length, ...Object.fromEntries(counts) };
}
