import {
  type Exchange,
  type Handler,
  notFound,
  pageAnswer,
  pullOf,
  Refusal,
  repositoryOf,
  TOO_LONG,
  unprocessable,
  LONGEST_BODY,
} from './exchange.ts';
import { presentCommentOfReview, presentReview, presentReviewComment } from './present-remarks.ts';
import { type Pull, type Review, type ReviewComment, reviewCommentsOf, type ReviewState } from './state.ts';
import { addReply, addReview, checkBody, checkPlaces, removeComment } from './write-remarks.ts';

const stateOfEvent: Record<string, ReviewState> = {
  APPROVE: 'APPROVED',
  REQUEST_CHANGES: 'CHANGES_REQUESTED',
  COMMENT: 'COMMENTED',
};

export const reviewHandlers: Record<string, Handler> = {
  'pulls/list-reviews': (exchange) => {
    const shown = pullOf(exchange).reviews.filter(
      (review) => review.state !== 'PENDING' || review.author === exchange.token.account,
    );
    return pageAnswer(exchange, shown, (review) => presentReview(exchange.world, review));
  },

  'pulls/get-review': (exchange) => ({ status: 200, body: presentReview(exchange.world, reviewOf(exchange)) }),

  'pulls/create-review': async (exchange) => {
    const pull = pullOf(exchange);
    const { body = '', event, comments = [], commit_id: commitId } = exchange.body ?? {};
    refuseReview(exchange, pull, event, body, comments.length);
    for (const comment of comments as { body: string }[]) {
      if (comment.body.trim() === '') throw unprocessable("Pull request review thread body can't be blank");
      if (comment.body.length > LONGEST_BODY) throw unprocessable(TOO_LONG);
    }
    const commitSha = await commitOf(pull, commitId);
    const places = await checkPlaces(pull, commitSha, comments);
    const review = addReview(exchange.world, pull, {
      author: exchange.token.account,
      body,
      state: event === undefined ? 'PENDING' : (stateOfEvent[event] ?? 'COMMENTED'),
      commitSha,
      comments: places.map((place, at) => ({ place, body: comments[at].body })),
    });
    return { status: 200, body: presentReview(exchange.world, review) };
  },

  'pulls/update-review': (exchange) => {
    const review = reviewOf(exchange);
    checkBody('PullRequestReview', exchange.body.body);
    review.body = exchange.body.body;
    review.updatedAt = exchange.world.clock.now();
    return { status: 200, body: presentReview(exchange.world, review) };
  },

  'pulls/dismiss-review': (exchange) => {
    const review = reviewOf(exchange);
    if (review.state !== 'APPROVED' && review.state !== 'CHANGES_REQUESTED') {
      throw unprocessable('Can not dismiss a commented pull request review');
    }
    review.state = 'DISMISSED';
    return { status: 200, body: presentReview(exchange.world, review) };
  },

  'pulls/list-comments-for-review': (exchange) => {
    const review = reviewOf(exchange);
    const comments = review.pull.threads
      .flatMap((thread) => thread.comments)
      .filter((comment) => comment.review === review);
    return pageAnswer(exchange, comments, (comment) => presentCommentOfReview(exchange.world, comment));
  },

  'pulls/list-review-comments': (exchange) => {
    const { since, direction, sort } = exchange.query;
    const from = since === undefined ? 0 : Date.parse(String(since));
    const comments = reviewCommentsOf(pullOf(exchange)).filter((comment) => comment.updatedAt.getTime() >= from);
    if (sort === 'updated') comments.sort((a, b) => a.updatedAt.getTime() - b.updatedAt.getTime());
    if (direction === 'desc') comments.reverse();
    return pageAnswer(exchange, comments, (comment) => presentReviewComment(exchange.world, comment));
  },

  'pulls/create-review-comment': async (exchange) => {
    const pull = pullOf(exchange);
    const { world, token, body: wanted } = exchange;
    refuseWhileLocked(pull);
    checkBody('PullRequestReviewComment', wanted.body);
    const answered = reviewCommentsOf(pull).find((comment) => comment.id === wanted.in_reply_to);
    if (wanted.in_reply_to !== undefined && answered === undefined) throw notFound();
    if (answered !== undefined) {
      return {
        status: 201,
        body: await presentReviewComment(world, addReply(world, answered.thread, token.account, wanted.body)),
      };
    }
    const commitSha = await commitOf(pull, wanted.commit_id);
    const [place] = await checkPlaces(pull, commitSha, [wanted]);
    if (place === undefined) throw unprocessable('Path could not be resolved');
    const comments = [{ place, body: wanted.body }];
    addReview(world, pull, { author: token.account, body: '', state: 'COMMENTED', commitSha, comments });
    const comment = reviewCommentsOf(pull).at(-1);
    return { status: 201, body: comment === undefined ? null : await presentReviewComment(world, comment) };
  },

  'pulls/create-reply-for-review-comment': async (exchange) => {
    const { world, token, body, path } = exchange;
    const pull = pullOf(exchange);
    refuseWhileLocked(pull);
    const answered = reviewCommentsOf(pull).find((comment) => comment.id === path['comment_id']);
    if (answered === undefined) throw notFound();
    const reply = addReply(world, answered.thread, token.account, body.body);
    return { status: 201, body: await presentReviewComment(world, reply) };
  },

  'pulls/get-review-comment': async (exchange) => ({
    status: 200,
    body: await presentReviewComment(exchange.world, reviewCommentOf(exchange)),
  }),

  'pulls/update-review-comment': async (exchange) => {
    const comment = reviewCommentOf(exchange);
    checkBody('PullRequestReviewComment', exchange.body.body);
    comment.body = exchange.body.body;
    comment.updatedAt = exchange.world.clock.now();
    return { status: 200, body: await presentReviewComment(exchange.world, comment) };
  },

  'pulls/delete-review-comment': (exchange) => {
    removeComment(exchange.world, reviewCommentOf(exchange));
    return { status: 204 };
  },
};

function refuseReview(exchange: Exchange, pull: Pull, event: string | undefined, body: string, comments: number): void {
  const { account, kind } = exchange.token;
  refuseWhileLocked(pull);
  if (body.length > LONGEST_BODY) throw unprocessable(TOO_LONG);
  if (event === 'APPROVE' && kind === 'actions' && !pull.repository.actionsMayApprove) {
    throw unprocessable('GitHub Actions is not permitted to approve pull requests.');
  }
  if (account === pull.author && event === 'APPROVE') throw unprocessable('Can not approve your own pull request');
  if (account === pull.author && event === 'REQUEST_CHANGES') {
    throw unprocessable('Can not request changes on your own pull request');
  }
  const silent = body.trim() === '';
  if (silent && (event === 'REQUEST_CHANGES' || (event === 'COMMENT' && comments === 0))) {
    throw unprocessable("Review body can't be blank");
  }
  if (event === undefined && pull.reviews.some((review) => review.state === 'PENDING' && review.author === account)) {
    throw unprocessable('User can only have one pending review per pull request');
  }
}

function refuseWhileLocked(pull: Pull): void {
  if (pull.locked) throw unprocessable('Lock prevents review');
}

/** The commit that a review is about: the head, or another commit that is part of the pull request now. */
async function commitOf(pull: Pull, commitId: string | undefined): Promise<string> {
  if (commitId === undefined || commitId === pull.head.sha) return pull.head.sha;
  const commits = await pull.repository.git.commits(pull.mergeBaseSha, pull.head.sha);
  if (commits.some((commit) => commit.sha === commitId)) return commitId;
  const errors = [
    {
      resource: 'PullRequestReview',
      code: 'custom',
      field: 'commit_id',
      message: 'commit_id is not part of the pull request',
    },
  ];
  throw new Refusal(422, 'Validation Failed', { errors });
}

function reviewOf(exchange: Exchange): Review {
  const review = pullOf(exchange).reviews.find((each) => each.id === exchange.path['review_id']);
  if (review === undefined) throw notFound();
  return review;
}

export function reviewCommentOf(exchange: Exchange): ReviewComment {
  for (const pull of repositoryOf(exchange).pulls.values()) {
    const found = reviewCommentsOf(pull).find((comment) => comment.id === exchange.path['comment_id']);
    if (found !== undefined) return found;
  }
  throw notFound();
}
