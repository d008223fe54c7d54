import { GraphQLError } from 'graphql';
import { timestamp } from './clock.ts';
import { placementOf } from './placement.ts';
import { associationOf, pullPage } from './present-pull.ts';
import { issueCommentPage, reviewCommentPage, reviewPage } from './present-remarks.ts';
import {
  type Account,
  fullName,
  type IssueComment,
  nodeIdOf,
  type Pull,
  type Reaction,
  type Repo,
  type Review,
  type ReviewComment,
  type Thread,
  type Token,
  type World,
} from './state.ts';

/** State as GraphQL's types show it; the executor calls what is a function. */

export type View = { world: World; token: Token };
type Fields = Record<string, unknown>;
type Paging = { first?: number | null; last?: number | null; after?: string | null; before?: string | null };

const reactionNames: Record<string, string> = {
  '+1': 'THUMBS_UP',
  '-1': 'THUMBS_DOWN',
  laugh: 'LAUGH',
  confused: 'CONFUSED',
  heart: 'HEART',
  hooray: 'HOORAY',
  eyes: 'EYES',
  rocket: 'ROCKET',
};

export function reactionContentOf(name: string): string {
  return Object.keys(reactionNames).find((content) => reactionNames[content] === name) ?? name;
}

export function faultOf(type: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type } });
}

const LARGEST_PAGE = 100;

function connection<T>(field: string, items: readonly T[], view: (item: T) => Fields): (paging: Paging) => Fields {
  return ({ first, last, after, before }) => {
    const size = first ?? last;
    if (size === undefined || size === null) {
      throw faultOf(
        'MISSING_PAGINATION_BOUNDARIES',
        `You must provide a \`first\` or \`last\` value to properly paginate the \`${field}\` connection.`,
      );
    }
    if (size > LARGEST_PAGE || size < 1) {
      throw faultOf(
        'EXCESSIVE_PAGINATION',
        `Requesting ${size} records on the \`${field}\` connection exceeds the \`first\` limit of 100 records.`,
      );
    }
    const from = typeof after === 'string' ? placeOfCursor(after) : 0;
    const to = typeof before === 'string' ? placeOfCursor(before) - 1 : items.length;
    const window = items.slice(from, to);
    const backwards = first === undefined || first === null;
    const start = from + (backwards ? Math.max(window.length - size, 0) : 0);
    const shown = backwards ? window.slice(-size) : window.slice(0, size);
    const nodes = shown.map(view);
    const end = start + shown.length;
    return {
      nodes,
      edges: nodes.map((node, at) => ({ cursor: cursorAt(start + at + 1), node })),
      totalCount: items.length,
      pageInfo: {
        startCursor: shown.length === 0 ? null : cursorAt(start + 1),
        endCursor: shown.length === 0 ? null : cursorAt(end),
        hasNextPage: end < items.length,
        hasPreviousPage: start > 0,
      },
    };
  };
}

function cursorAt(place: number): string {
  return Buffer.from(`cursor:${place}`).toString('base64');
}

function placeOfCursor(cursor: string): number {
  const place = /^cursor:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString())?.[1];
  if (place === undefined)
    throw faultOf('INVALID_CURSOR_ARGUMENTS', `\`${cursor}\` does not appear to be a valid cursor.`);
  return Number(place);
}

/** GraphQL names a bot without the `[bot]` that REST adds. */
export function accountView({ world }: View, account: Account): Fields {
  const login = account.login.replace(/\[bot\]$/, '');
  return {
    __typename: account.type,
    id: nodeIdOf(account.type === 'Bot' ? 'BOT' : 'U', account.id),
    databaseId: account.id,
    login,
    name: null,
    url: account.type === 'Bot' ? `${world.url}/apps/${login}` : `${world.url}/${login}`,
    resourcePath: account.type === 'Bot' ? `/apps/${login}` : `/${login}`,
    avatarUrl: () => `${world.url}/avatars/${encodeURIComponent(account.login)}`,
  };
}

export function repositoryView(view: View, repository: Repo): Fields {
  return {
    __typename: 'Repository',
    id: nodeIdOf('R', repository.id),
    databaseId: repository.id,
    name: repository.name,
    nameWithOwner: fullName(repository),
    isPrivate: repository.private,
    url: `${view.world.url}/${fullName(repository)}`,
    viewerPermission: view.token.permissions['contents'] === 'write' ? 'WRITE' : 'READ',
    pullRequest: ({ number }: { number: number }) => {
      const pull = repository.pulls.get(number);
      if (pull === undefined)
        throw faultOf('NOT_FOUND', `Could not resolve to a PullRequest with the number of ${number}.`);
      return pullView(view, pull);
    },
  };
}

export function pullView(view: View, pull: Pull): Fields {
  const open = pull.state === 'open';
  return {
    __typename: 'PullRequest',
    id: pull.nodeId,
    databaseId: pull.id,
    fullDatabaseId: String(pull.id),
    number: pull.number,
    title: pull.title,
    body: pull.body ?? '',
    state: pull.mergedAt !== null ? 'MERGED' : open ? 'OPEN' : 'CLOSED',
    isDraft: pull.draft,
    merged: pull.mergedAt !== null,
    closed: !open,
    locked: pull.locked,
    url: pullPage(view.world, pull),
    author: accountView(view, pull.author),
    headRefName: pull.head.ref,
    headRefOid: pull.head.sha,
    baseRefName: pull.base.ref,
    baseRefOid: pull.base.sha,
    createdAt: timestamp(pull.createdAt),
    updatedAt: timestamp(pull.updatedAt),
    repository: () => repositoryView(view, pull.repository),
    reviewThreads: connection('reviewThreads', pull.threads, (thread) => threadView(view, thread)),
    comments: connection('comments', pull.comments, (comment) => issueCommentView(view, comment)),
    reviews: ({ author, states, ...paging }: Paging & { author?: string; states?: string[] }) => {
      const wanted = pull.reviews
        .filter((review) => author === undefined || review.author.login.replace(/\[bot\]$/, '') === author)
        .filter((review) => states === undefined || states.includes(review.state));
      return connection('reviews', wanted, (review) => reviewView(view, review))(paging);
    },
    ...reactable(view, []),
  };
}

export function threadView(view: View, thread: Thread): Fields {
  const mayResolve = view.token.permissions['contents'] === 'write';
  return {
    __typename: 'PullRequestReviewThread',
    id: thread.nodeId,
    isResolved: thread.resolvedBy !== null,
    isCollapsed: thread.resolvedBy !== null,
    isOutdated: async () => (await placementOf(thread)) === null,
    path: thread.path,
    line: async () => (await placementOf(thread))?.line ?? null,
    startLine: async () => (await placementOf(thread))?.startLine ?? null,
    originalLine: thread.line,
    originalStartLine: thread.startLine,
    diffSide: thread.side,
    startDiffSide: thread.startSide,
    subjectType: 'LINE',
    // A bot that resolved shows as nobody: the field is of type User.
    resolvedBy: thread.resolvedBy?.type === 'User' ? accountView(view, thread.resolvedBy) : null,
    viewerCanResolve: mayResolve && thread.resolvedBy === null,
    viewerCanUnresolve: mayResolve && thread.resolvedBy !== null,
    viewerCanReply: !thread.pull.locked,
    pullRequest: () => pullView(view, thread.pull),
    repository: () => repositoryView(view, thread.pull.repository),
    comments: connection('comments', thread.comments, (comment) => reviewCommentView(view, comment)),
  };
}

export function reviewCommentView(view: View, comment: ReviewComment): Fields {
  const { thread } = comment;
  const answered = thread.comments.find((each) => each.id === comment.inReplyTo);
  return {
    __typename: 'PullRequestReviewComment',
    ...remark(view, comment, thread.pull, reviewCommentPage(view.world, comment)),
    path: thread.path,
    line: async () => (await placementOf(thread))?.line ?? null,
    startLine: async () => (await placementOf(thread))?.startLine ?? null,
    originalLine: thread.line,
    originalStartLine: thread.startLine,
    diffHunk: thread.diffHunk,
    outdated: async () => (await placementOf(thread)) === null,
    replyTo: answered === undefined ? null : () => reviewCommentView(view, answered),
    pullRequestReview: () => reviewView(view, comment.review),
  };
}

export function issueCommentView(view: View, comment: IssueComment): Fields {
  return { __typename: 'IssueComment', ...remark(view, comment, comment.pull, issueCommentPage(view.world, comment)) };
}

export function reviewView(view: View, review: Review): Fields {
  const comments = review.pull.threads
    .flatMap((thread) => thread.comments)
    .filter((comment) => comment.review === review);
  return {
    __typename: 'PullRequestReview',
    ...remark(view, review, review.pull, reviewPage(view.world, review)),
    state: review.state,
    submittedAt: review.submittedAt === null ? null : timestamp(review.submittedAt),
    comments: connection('comments', comments, (comment) => reviewCommentView(view, comment)),
  };
}

function remark(view: View, item: IssueComment | Review | ReviewComment, pull: Pull, url: string): Fields {
  return {
    id: item.nodeId,
    databaseId: item.id,
    fullDatabaseId: String(item.id),
    author: accountView(view, item.author),
    authorAssociation: associationOf(pull.repository, item.author.login),
    body: item.body,
    createdAt: timestamp(item.createdAt),
    updatedAt: timestamp(item.updatedAt),
    url,
    isMinimized: item.minimized !== null,
    minimizedReason: item.minimized,
    viewerCanMinimize: view.token.permissions['pull-requests'] === 'write',
    viewerDidAuthor: item.author === view.token.account,
    ...reactable(view, item.reactions),
  };
}

function reactable(view: View, reactions: readonly Reaction[]): Fields {
  return {
    viewerCanReact: true,
    reactionGroups: Object.entries(reactionNames).map(([content, name]) => {
      const group = reactions.filter((each) => each.content === content);
      const viewerHasReacted = group.some((each) => each.user === view.token.account);
      return { content: name, viewerHasReacted, reactors: () => ({ totalCount: group.length }) };
    }),
    reactions: ({ content, ...paging }: Paging & { content?: string }) => {
      const wanted = reactions.filter((each) => content === undefined || reactionNames[each.content] === content);
      return connection('reactions', wanted, (each) => reactionView(view, each))(paging);
    },
  };
}

export function reactionView(view: View, reaction: Reaction): Fields {
  return {
    __typename: 'Reaction',
    id: reaction.nodeId,
    databaseId: reaction.id,
    content: reactionNames[reaction.content],
    createdAt: timestamp(reaction.createdAt),
    user: reaction.user.type === 'User' ? accountView(view, reaction.user) : null,
  };
}
