import * as z from 'zod';
import { CommitSha } from '../../core/ids.ts';
import { readMarker, type Marker, type Sign } from '../../core/render/marker.ts';
import type { PullRequestKey } from '../../core/pull-request.ts';
import type { Conversation } from '../../core/publish/plan.ts';
import { HostFault } from '../../ports/pull-requests.ts';
import type { GitHubClient } from './client.ts';
import { CONVERSATION_QUERY } from './conversation-query.ts';
import { hostFault } from './faults.ts';
import { ownerAndName } from './read-pull-request.ts';
import { signWith } from './sign.ts';

/** Numbers of up to 64 bits come as strings; ours stay below 2^53. */
const DatabaseId = z.union([
  z.int(),
  z
    .string()
    .regex(/^\d{1,15}$/u)
    .transform(Number),
]);
const Remark = z.object({ id: z.string(), fullDatabaseId: DatabaseId, viewerDidAuthor: z.boolean(), body: z.string() });
type Remark = z.infer<typeof Remark>;
const Review = Remark.extend({ state: z.string() });
type Review = z.infer<typeof Review>;

const connectionOf = <T>(node: z.ZodType<T>) =>
  z.object({
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
    nodes: z.array(node.nullable()),
  });
const Person = z.object({ login: z.string() }).nullable();
const Thread = z.object({
  id: z.string(),
  isResolved: z.boolean(),
  isOutdated: z.boolean(),
  viewerCanResolve: z.boolean(),
  viewerCanUnresolve: z.boolean(),
  resolvedBy: Person,
  comments: z.object({
    nodes: z.array(
      Remark.extend({
        url: z.string(),
        isMinimized: z.boolean(),
        reactions: z.object({ nodes: z.array(z.object({ user: Person }).nullable()).nullable() }),
      }).nullable(),
    ),
  }),
});
type Thread = z.infer<typeof Thread>;

const Page = z.object({
  repository: z
    .object({
      pullRequest: z
        .object({
          headRefOid: CommitSha,
          comments: connectionOf(Remark).optional(),
          reviews: connectionOf(Review).optional(),
          reviewThreads: connectionOf(Thread).optional(),
        })
        .nullable(),
    })
    .nullable(),
});

/** Far beyond what people read; a PR that grew past it would cost a call per push and hundred. */
const MAX_PAGES = 100;

/** What is looked for: ours, of this PR in this session, signed with its key where it has one. */
export type Sought = { pullRequest: PullRequestKey; session: string; markerKey: string | null };

/** What of ours stands on the PR for this session: one call, and one more per further hundred of anything. */
export async function readConversation(octokit: GitHubClient, sought: Sought): Promise<Conversation> {
  const found: Conversation = { headSha: null, summary: null, reviews: [], comments: [] };
  const sign = sought.markerKey === null ? null : signWith(sought.markerKey);
  const markerOf = (remark: Remark): Marker | null => ours(remark, sought, sign);
  let next: NextPage | null = START;
  for (let pages = 0; next !== null && pages < MAX_PAGES; pages += 1) {
    const page = await readPage(octokit, sought.pullRequest, next);
    found.headSha ??= page.headRefOid;
    for (const remark of nodesOf(page.comments)) noteSummary(found, remark, markerOf(remark));
    for (const review of nodesOf(page.reviews)) noteReview(found, review, markerOf(review));
    for (const thread of nodesOf(page.reviewThreads)) noteComment(found, thread, markerOf);
    next = nextPage(page);
  }
  return found;
}

type NextPage = {
  commentsAfter: string | null;
  reviewsAfter: string | null;
  threadsAfter: string | null;
  first: boolean;
};
const START: NextPage = { commentsAfter: null, reviewsAfter: null, threadsAfter: null, first: true };

type ConversationPage = NonNullable<NonNullable<z.infer<typeof Page>['repository']>['pullRequest']>;

async function readPage(octokit: GitHubClient, pullRequest: PullRequestKey, page: NextPage): Promise<ConversationPage> {
  const { owner, repo } = ownerAndName(pullRequest.repository);
  const name = `${pullRequest.repository}#${pullRequest.number}`;
  const { first, ...cursors } = page;
  const doing = { what: `read the conversation of ${name}`, permission: 'pull-requests: read' };
  const answer = await octokit
    .graphql<unknown>(CONVERSATION_QUERY, {
      owner,
      name: repo,
      number: pullRequest.number,
      comments: first || page.commentsAfter !== null,
      reviews: first || page.reviewsAfter !== null,
      threads: first || page.threadsAfter !== null,
      ...cursors,
    })
    .catch((error: unknown) => {
      throw hostFault(error, doing);
    });
  const parsed = Page.safeParse(answer);
  if (!parsed.success)
    throw new HostFault(
      `GitHub's answer for the conversation of ${name} makes no sense: ${z.prettifyError(parsed.error)}`,
    );
  const conversation = parsed.data.repository?.pullRequest ?? null;
  if (conversation === null) throw new HostFault(`GitHub no longer shows ${name} to this token`);
  return conversation;
}

type Connection<T> = { pageInfo: { hasNextPage: boolean; endCursor: string | null }; nodes: (T | null)[] };

function nodesOf<T>(connection: Connection<T> | undefined): T[] {
  return present(connection?.nodes ?? []);
}

function present<T>(nodes: readonly (T | null)[]): T[] {
  return nodes.filter((node) => node !== null);
}

function nextPage(page: ConversationPage): NextPage | null {
  const after = (connection: Connection<unknown> | undefined): string | null =>
    connection?.pageInfo.hasNextPage === true ? connection.pageInfo.endCursor : null;
  const next = {
    commentsAfter: after(page.comments),
    reviewsAfter: after(page.reviews),
    threadsAfter: after(page.reviewThreads),
    first: false,
  };
  return next.commentsAfter === null && next.reviewsAfter === null && next.threadsAfter === null ? null : next;
}

/** The marker of a remark that GitHub says is ours, and that is about this PR in this session. */
function ours(remark: Remark, { pullRequest, session }: Sought, sign: Sign | null): Marker | null {
  const marker = remark.viewerDidAuthor ? readMarker(remark.body, sign) : null;
  const { repositoryId, number } = pullRequest;
  const same = marker?.session === session && marker.repositoryId === repositoryId && marker.number === number;
  return same ? marker : null;
}

/** The oldest wins, so that every run edits the same one. */
function noteSummary(found: Conversation, { id, fullDatabaseId, body }: Remark, marker: Marker | null): void {
  if (marker?.kind !== 'summary' || found.summary !== null) return;
  const { runId, attempt, reviewRefused, told, trend = [] } = marker;
  found.summary = { commentId: fullDatabaseId, nodeId: id, body, runId, attempt, reviewRefused, told, trend };
}

function noteReview(found: Conversation, { id, fullDatabaseId, state }: Review, marker: Marker | null): void {
  if (marker?.kind !== 'review') return;
  const { runId, attempt, findingIds } = marker;
  const requestsChanges = state === 'CHANGES_REQUESTED';
  found.reviews.push({ reviewId: fullDatabaseId, nodeId: id, runId, attempt, requestsChanges, findingIds });
}

/** What we say of a finding is a thread's first comment. */
function noteComment(found: Conversation, thread: Thread, markerOf: (remark: Remark) => Marker | null): void {
  const [comment] = present(thread.comments.nodes);
  const marker = comment === undefined ? null : markerOf(comment);
  if (comment === undefined || marker?.kind !== 'finding') return;
  found.comments.push({
    commentId: comment.fullDatabaseId,
    nodeId: comment.id,
    findingId: marker.findingId,
    url: comment.url,
    state: marker.state,
    byCommandOnly: marker.byCommandOnly === true,
    minimized: comment.isMinimized,
    thumbsDown: present(comment.reactions.nodes ?? []).flatMap(({ user }) => user?.login ?? []),
    thread: {
      nodeId: thread.id,
      resolved: thread.isResolved ? { by: thread.resolvedBy?.login ?? null } : null,
      outdated: thread.isOutdated,
      mayResolve: thread.viewerCanResolve,
      mayUnresolve: thread.viewerCanUnresolve,
    },
  });
}
