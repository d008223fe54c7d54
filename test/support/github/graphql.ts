import { buildSchema, type DocumentNode, execute, type GraphQLError, Kind, parse, validate } from 'graphql';
import { timestamp } from './clock.ts';
import { schemaText } from './graphql-schema.ts';
import {
  faultOf,
  issueCommentView,
  pullView,
  reactionContentOf,
  reactionView,
  repositoryView,
  reviewCommentView,
  reviewView,
  threadView,
  type View,
} from './graphql-views.ts';
import { LONGEST_BODY } from './exchange.ts';
import { holds } from './permissions.ts';
import {
  findRepository,
  type IssueComment,
  nextId,
  nodeIdOf,
  type Reaction,
  type Repo,
  type Review,
  type ReviewComment,
  type Thread,
} from './state.ts';

const schema = buildSchema(schemaText);

export type GraphqlRequest = { query: string; variables: Record<string, unknown>; operationName: string | undefined };
export type GraphqlAnswer = {
  body: unknown;
  /** What the query says that the schema does not know. */ violations: string[];
};

/** The query of a POST's body; null where the body is none. */
export function readGraphql(body: unknown): GraphqlRequest | null {
  if (typeof body !== 'object' || body === null || !('query' in body) || typeof body.query !== 'string') return null;
  const { query, variables, operationName } = body as {
    query: string;
    variables?: Record<string, unknown>;
    operationName?: string;
  };
  return { query, variables: variables ?? {}, operationName };
}

/** The root fields of a query: what it does, in words that a test can name. */
export function rootFields(query: string): string[] {
  const document = parseOrNull(query);
  return (document?.definitions ?? []).flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION
      ? definition.selectionSet.selections.flatMap((selection) =>
          selection.kind === Kind.FIELD ? [selection.name.value] : [],
        )
      : [],
  );
}

export async function answerGraphql(view: View, request: GraphqlRequest): Promise<GraphqlAnswer> {
  const document = parseOrNull(request.query);
  if (document === null) return refused(['the query can not be parsed']);
  const faults = validate(schema, document);
  if (faults.length > 0) return refused(faults.map((fault) => fault.message));
  const result = await execute({
    schema,
    document,
    rootValue: rootOf(view),
    variableValues: request.variables,
    operationName: request.operationName ?? null,
  });
  const errors = (result.errors ?? []).map(presentFault);
  // Only GitHub's own refusals carry a type: anything else is a wrong variable, or a fault in here.
  const violations = errors.filter((error) => error.type === undefined).map((error) => error.message);
  return { body: errors.length === 0 ? { data: result.data } : { data: result.data ?? null, errors }, violations };
}

function refused(messages: string[]): GraphqlAnswer {
  return { body: { errors: messages.map((message) => ({ message })) }, violations: messages };
}

function parseOrNull(query: string): DocumentNode | null {
  try {
    return parse(query);
  } catch {
    return null;
  }
}

function presentFault(error: GraphQLError): { type: unknown; path: unknown; locations: unknown; message: string } {
  return { type: error.extensions['type'], path: error.path, locations: error.locations, message: error.message };
}

type Input<T> = { input: T & { clientMutationId?: string } };

function rootOf(view: View): Record<string, unknown> {
  const { world } = view;
  const setResolved =
    (resolved: boolean) =>
    ({ input }: Input<{ threadId: string }>) => {
      const thread = nodeOf(view, input.threadId, 'thread');
      // Resolving wants to write contents, whatever may be written on pull requests.
      demand(view, thread.pull.repository, ['contents']);
      thread.resolvedBy = resolved ? view.token.account : null;
      return { clientMutationId: input.clientMutationId, thread: threadView(view, thread) };
    };
  return {
    repository: ({ owner, name }: { owner: string; name: string }) => {
      const repository = findRepository(world, owner, name);
      if (repository === undefined || !readable(view, repository)) {
        throw faultOf('NOT_FOUND', `Could not resolve to a Repository with the name '${owner}/${name}'.`);
      }
      return repositoryView(view, repository);
    },
    node: ({ id }: { id: string }) => nodeView(view, id),
    nodes: ({ ids }: { ids: string[] }) => ids.map((id) => nodeView(view, id)),
    rateLimit: () => ({
      cost: 1,
      limit: 5000,
      remaining: 4999,
      used: 1,
      nodeCount: 1,
      resetAt: timestamp(world.clock.now()),
    }),
    resolveReviewThread: setResolved(true),
    unresolveReviewThread: setResolved(false),
    minimizeComment: ({ input }: Input<{ subjectId: string; classifier: string }>) => {
      const remark = remarkOf(view, input.subjectId);
      remark.minimized = input.classifier.toLowerCase().replace('_', '-');
      return { clientMutationId: input.clientMutationId, minimizedComment: remarkView(view, remark) };
    },
    unminimizeComment: ({ input }: Input<{ subjectId: string }>) => {
      const remark = remarkOf(view, input.subjectId);
      remark.minimized = null;
      return { clientMutationId: input.clientMutationId, unminimizedComment: remarkView(view, remark) };
    },
    updateIssueComment: ({ input }: Input<{ id: string; body: string }>) => {
      const comment = editRemark(view, input.id, input.body, 'issue-comment');
      return { clientMutationId: input.clientMutationId, issueComment: issueCommentView(view, comment) };
    },
    updatePullRequestReviewComment: ({ input }: Input<{ pullRequestReviewCommentId: string; body: string }>) => {
      const comment = editRemark(view, input.pullRequestReviewCommentId, input.body, 'review-comment');
      return { clientMutationId: input.clientMutationId, pullRequestReviewComment: reviewCommentView(view, comment) };
    },
    dismissPullRequestReview: ({ input }: Input<{ pullRequestReviewId: string; message: string }>) => {
      const review = nodeOf(view, input.pullRequestReviewId, 'review');
      demand(view, review.pull.repository, ['pull-requests']);
      if (review.state !== 'APPROVED' && review.state !== 'CHANGES_REQUESTED')
        throw faultOf('UNPROCESSABLE', 'Can not dismiss a commented pull request review');
      review.state = 'DISMISSED';
      return { clientMutationId: input.clientMutationId, pullRequestReview: reviewView(view, review) };
    },
    addReaction: ({ input }: Input<{ subjectId: string; content: string }>) => {
      const remark = remarkOf(view, input.subjectId);
      const content = reactionContentOf(input.content);
      const reaction =
        remark.reactions.find((each) => each.user === view.token.account && each.content === content) ??
        newReaction(view, content);
      if (!remark.reactions.includes(reaction)) remark.reactions.push(reaction);
      return {
        clientMutationId: input.clientMutationId,
        reaction: reactionView(view, reaction),
        subject: remarkView(view, remark),
      };
    },
  };
}

/** Its new text, where whoever asks may write it: a comment of their own, or any of a repository they write to. */
function editRemark<K extends 'issue-comment' | 'review-comment'>(
  view: View,
  id: string,
  body: string,
  kind: K,
): NodeKinds[K] {
  const remark: IssueComment | ReviewComment = nodeOf(view, id, kind);
  const pull = remark.kind === 'review-comment' ? remark.thread.pull : remark.pull;
  demand(view, pull.repository, remark.kind === 'review-comment' ? ['pull-requests'] : ['issues', 'pull-requests']);
  if (remark.author !== view.token.account && !holds(view.token.permissions, 'contents', 'write'))
    throw faultOf('FORBIDDEN', 'Resource not accessible by integration');
  if (body.length > LONGEST_BODY) throw faultOf('UNPROCESSABLE', 'Body is too long (maximum is 65536 characters)');
  remark.body = body;
  remark.updatedAt = view.world.clock.now();
  return remark as NodeKinds[K];
}

function newReaction({ world, token }: View, content: string): Reaction {
  const id = nextId(world);
  return { id, nodeId: nodeIdOf('REA', id), content, user: token.account, createdAt: world.clock.now() };
}

function readable({ token }: View, repository: Repo): boolean {
  return !repository.private || token.repository === repository;
}

function demand({ token }: View, repository: Repo, anyOf: string[]): void {
  const allowed = token.repository === repository && anyOf.some((name) => holds(token.permissions, name, 'write'));
  if (!allowed) throw faultOf('FORBIDDEN', 'Resource not accessible by integration');
}

type NodeKinds = { thread: Thread; 'issue-comment': IssueComment; review: Review; 'review-comment': ReviewComment };

function nodeOf<K extends keyof NodeKinds>(view: View, id: string, ...kinds: K[]): NodeKinds[K] {
  const node = view.world.nodes.get(id);
  const wanted = kinds.some((kind) => node?.kind === kind);
  if (node === undefined || !wanted)
    throw faultOf('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'.`);
  return node as NodeKinds[K];
}

function remarkOf(view: View, id: string): IssueComment | Review | ReviewComment {
  const remark = nodeOf(view, id, 'issue-comment', 'review', 'review-comment');
  const pull = remark.kind === 'review-comment' ? remark.thread.pull : remark.pull;
  demand(view, pull.repository, ['issues', 'pull-requests']);
  return remark;
}

function remarkView(view: View, remark: IssueComment | Review | ReviewComment): Record<string, unknown> {
  if (remark.kind === 'issue-comment') return issueCommentView(view, remark);
  return remark.kind === 'review' ? reviewView(view, remark) : reviewCommentView(view, remark);
}

function nodeView(view: View, id: string): Record<string, unknown> | null {
  const node = view.world.nodes.get(id);
  if (node === undefined) throw faultOf('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'.`);
  if (node.kind === 'pull') return pullView(view, node);
  return node.kind === 'thread' ? threadView(view, node) : remarkView(view, node);
}
