import {
  type Answer,
  type Exchange,
  type Handler,
  notFound,
  pageAnswer,
  pullOf,
  Refusal,
  repositoryOf,
} from './exchange.ts';
import { presentAccount } from './present-repository.ts';
import { presentIssueComment, presentReaction } from './present-remarks.ts';
import { reviewCommentOf } from './serve-reviews.ts';
import { actionsBot, type IssueComment, nextId, nodeIdOf, type Reaction, type ReviewComment } from './state.ts';
import { addComment, checkBody, removeComment } from './write-remarks.ts';

export const commentHandlers: Record<string, Handler> = {
  'issues/list-comments': (exchange) => {
    const since = exchange.query['since'];
    const from = since === undefined ? 0 : Date.parse(String(since));
    const comments = pullOf(exchange).comments.filter((comment) => comment.updatedAt.getTime() >= from);
    return pageAnswer(exchange, comments, (comment) => presentIssueComment(exchange.world, comment));
  },

  'issues/create-comment': (exchange) => {
    const pull = pullOf(exchange);
    if (pull.locked) throw new Refusal(403, 'Unable to create comment because issue is locked.');
    if (String(exchange.body.body).trim() === '') {
      const errors = [{ resource: 'IssueComment', code: 'missing_field', field: 'body' }];
      throw new Refusal(422, 'Validation Failed', { errors });
    }
    const comment = addComment(exchange.world, pull, exchange.token.account, exchange.body.body);
    return { status: 201, body: presentIssueComment(exchange.world, comment) };
  },

  'issues/get-comment': (exchange) => ({
    status: 200,
    body: presentIssueComment(exchange.world, issueCommentOf(exchange)),
  }),

  'issues/update-comment': (exchange) => {
    const comment = issueCommentOf(exchange);
    if (comment.pull.locked) throw new Refusal(403, 'Unable to update comment because issue is locked.');
    checkBody('IssueComment', exchange.body.body);
    comment.body = exchange.body.body;
    comment.updatedAt = exchange.world.clock.now();
    return { status: 200, body: presentIssueComment(exchange.world, comment) };
  },

  'issues/delete-comment': (exchange) => {
    removeComment(exchange.world, issueCommentOf(exchange));
    return { status: 204 };
  },

  'reactions/create-for-issue-comment': (exchange) => react(exchange, issueCommentOf(exchange)),
  'reactions/create-for-pull-request-review-comment': (exchange) => react(exchange, reviewCommentOf(exchange)),
  'reactions/list-for-issue-comment': (exchange) => listReactions(exchange, issueCommentOf(exchange)),
  'reactions/list-for-pull-request-review-comment': (exchange) => listReactions(exchange, reviewCommentOf(exchange)),

  'repos/get-collaborator-permission-level': (exchange) => {
    const { world, path } = exchange;
    const repository = repositoryOf(exchange);
    const account = world.accounts.get(String(path['username']).toLowerCase());
    if (account === undefined) throw notFound();
    const held = repository.collaborators.get(account.login.toLowerCase());
    const fallback = account === actionsBot ? 'write' : repository.private ? 'none' : 'read';
    const permission = account === repository.owner ? 'admin' : (held ?? fallback);
    return {
      status: 200,
      body: { permission, role_name: permission, user: { ...presentAccount(world, account), role_name: permission } },
    };
  },

  'users/get-authenticated': () => {
    throw new Refusal(403, 'Resource not accessible by integration');
  },

  'rate-limit/get': () => {
    const rate = { limit: 5000, remaining: 4999, reset: 1, used: 1 };
    return { status: 200, body: { resources: { core: rate, search: rate }, rate } };
  },
};

function react(exchange: Exchange, comment: IssueComment | ReviewComment): Answer {
  const { world, token, body } = exchange;
  const known = comment.reactions.find((each) => each.user === token.account && each.content === body.content);
  if (known !== undefined) return { status: 200, body: presentReaction(world, known) };
  const id = nextId(world);
  const reaction: Reaction = {
    id,
    nodeId: nodeIdOf('REA', id),
    content: body.content,
    user: token.account,
    createdAt: world.clock.now(),
  };
  comment.reactions.push(reaction);
  return { status: 201, body: presentReaction(world, reaction) };
}

function listReactions(exchange: Exchange, comment: IssueComment | ReviewComment): Promise<Answer> {
  const { content } = exchange.query;
  const reactions = comment.reactions.filter((each) => content === undefined || each.content === content);
  return pageAnswer(exchange, reactions, (reaction) => presentReaction(exchange.world, reaction));
}

function issueCommentOf(exchange: Exchange): IssueComment {
  for (const pull of repositoryOf(exchange).pulls.values()) {
    const found = pull.comments.find((comment) => comment.id === exchange.path['comment_id']);
    if (found !== undefined) return found;
  }
  throw notFound();
}
