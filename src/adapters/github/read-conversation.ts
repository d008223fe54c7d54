import * as z from 'zod';
import { parseMarker, type Marker } from '../../core/render/marker.ts';
import type { PullRequestKey } from '../../core/pull-request.ts';
import type { Conversation } from '../../core/publish/plan.ts';
import { HostFault } from '../../ports/pull-requests.ts';
import type { GitHubClient } from './client.ts';
import { CONVERSATION_QUERY } from './conversation-query.ts';
import { hostFault } from './faults.ts';
import { ownerAndName } from './read-pull-request.ts';

/** Numbers of up to 64 bits come as strings; ours stay below 2^53. */
const DatabaseId = z.union([
  z.int(),
  z
    .string()
    .regex(/^\d{1,15}$/u)
    .transform(Number),
]);
const Remark = z.object({ fullDatabaseId: DatabaseId, viewerDidAuthor: z.boolean(), body: z.string() });
type Remark = z.infer<typeof Remark>;

const connectionOf = <T>(node: z.ZodType<T>) =>
  z.object({
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
    nodes: z.array(node.nullable()),
  });
const Thread = z.object({ comments: z.object({ nodes: z.array(Remark.extend({ url: z.string() }).nullable()) }) });

const Page = z.object({
  repository: z
    .object({
      pullRequest: z
        .object({
          comments: connectionOf(Remark).optional(),
          reviews: connectionOf(Remark).optional(),
          reviewThreads: connectionOf(Thread).optional(),
        })
        .nullable(),
    })
    .nullable(),
});

/** Far beyond what people read; a PR that grew past it would cost a call per push and hundred. */
const MAX_PAGES = 100;

/** What of ours stands on the PR for this session: one call, and one more per further hundred of anything. */
export async function readConversation(
  octokit: GitHubClient,
  pullRequest: PullRequestKey,
  session: string,
): Promise<Conversation> {
  const found: Conversation = { summary: null, reviews: [], comments: [] };
  let next: NextPage | null = START;
  for (let pages = 0; next !== null && pages < MAX_PAGES; pages += 1) {
    const page = await readPage(octokit, pullRequest, next);
    for (const remark of nodesOf(page.comments)) noteSummary(found, remark, ours(remark, pullRequest, session));
    for (const remark of nodesOf(page.reviews)) noteReview(found, remark, ours(remark, pullRequest, session));
    for (const remark of nodesOf(page.reviewThreads).flatMap((thread) => present(thread.comments.nodes))) {
      const marker = ours(remark, pullRequest, session);
      if (marker?.kind !== 'finding') continue;
      found.comments.push({ commentId: remark.fullDatabaseId, findingId: marker.findingId, url: remark.url });
    }
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
function ours(remark: Remark, { repositoryId, number }: PullRequestKey, session: string): Marker | null {
  const marker = remark.viewerDidAuthor ? parseMarker(remark.body) : null;
  const same = marker?.session === session && marker.repositoryId === repositoryId && marker.number === number;
  return same ? marker : null;
}

/** The oldest wins, so that every run edits the same one. */
function noteSummary(found: Conversation, { fullDatabaseId, body }: Remark, marker: Marker | null): void {
  if (marker?.kind !== 'summary' || found.summary !== null) return;
  const { runId, attempt, reviewRefused, told } = marker;
  found.summary = { commentId: fullDatabaseId, body, runId, attempt, reviewRefused, told };
}

function noteReview(found: Conversation, { fullDatabaseId }: Remark, marker: Marker | null): void {
  if (marker?.kind !== 'review') return;
  const { runId, attempt, findingIds } = marker;
  found.reviews.push({ reviewId: fullDatabaseId, runId, attempt, findingIds });
}
