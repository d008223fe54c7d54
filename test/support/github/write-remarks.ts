import { LONGEST_BODY, tooLong, unprocessable } from './exchange.ts';
import { checkPlace, type CheckedPlace, type WantedPlace } from './placement.ts';
import {
  type Account,
  type IssueComment,
  nextId,
  nodeIdOf,
  type Pull,
  type Review,
  type ReviewComment,
  type ReviewState,
  type Thread,
  type World,
} from './state.ts';

/** How comments, reviews and threads come into being, whoever asks: the API, or a test speaking for a person. */

type NewRemark = Omit<IssueComment, 'kind' | 'pull'>;

function newRemark(world: World, prefix: string, author: Account, body: string): NewRemark {
  const id = nextId(world);
  const now = world.clock.now();
  return {
    id,
    nodeId: nodeIdOf(prefix, id),
    author,
    body,
    createdAt: now,
    updatedAt: now,
    reactions: [],
    minimized: null,
  };
}

export function checkBody(resource: string, body: string): void {
  if (body.length > LONGEST_BODY) throw tooLong(resource);
}

export function addComment(world: World, pull: Pull, author: Account, body: string): IssueComment {
  checkBody('IssueComment', body);
  const comment: IssueComment = { kind: 'issue-comment', pull, ...newRemark(world, 'IC', author, body) };
  pull.comments.push(comment);
  pull.timeline.push({ kind: 'comment', at: comment.createdAt, comment });
  pull.updatedAt = comment.createdAt;
  world.nodes.set(comment.nodeId, comment);
  return comment;
}

export type NewReview = {
  author: Account;
  body: string;
  state: ReviewState;
  commitSha: string;
  comments: { place: CheckedPlace; body: string }[];
};

/** `comments` have their places checked already: a review comes whole or not at all. */
export function addReview(world: World, pull: Pull, wanted: NewReview): Review {
  const submittedAt = wanted.state === 'PENDING' ? null : world.clock.now();
  const remark = newRemark(world, 'PRR', wanted.author, wanted.body);
  const review: Review = {
    kind: 'review',
    pull,
    ...remark,
    state: wanted.state,
    commitSha: wanted.commitSha,
    submittedAt,
  };
  pull.reviews.push(review);
  if (submittedAt !== null) pull.timeline.push({ kind: 'review', at: submittedAt, review });
  pull.updatedAt = review.createdAt;
  world.nodes.set(review.nodeId, review);
  for (const { place, body } of wanted.comments) {
    const id = nextId(world);
    const thread: Thread = {
      kind: 'thread',
      nodeId: nodeIdOf('PRRT', id),
      pull,
      ...place,
      commitSha: wanted.commitSha,
      baseSha: pull.mergeBaseSha,
      resolvedBy: null,
      comments: [],
    };
    pull.threads.push(thread);
    world.nodes.set(thread.nodeId, thread);
    addToThread(world, thread, review, wanted.author, body);
  }
  return review;
}

export function addToThread(
  world: World,
  thread: Thread,
  review: Review,
  author: Account,
  body: string,
): ReviewComment {
  const inReplyTo = thread.comments[0]?.id ?? null;
  const remark = newRemark(world, 'PRRC', author, body);
  const comment: ReviewComment = { kind: 'review-comment', thread, review, ...remark, inReplyTo };
  thread.comments.push(comment);
  world.nodes.set(comment.nodeId, comment);
  return comment;
}

/** A reply is a review of its own, with one comment and no body. */
export function addReply(world: World, thread: Thread, author: Account, body: string): ReviewComment {
  checkBody('PullRequestReviewComment', body);
  const { pull } = thread;
  const review = addReview(world, pull, {
    author,
    body: '',
    state: 'COMMENTED',
    commitSha: thread.commitSha,
    comments: [],
  });
  return addToThread(world, thread, review, author, body);
}

export function removeComment(world: World, comment: IssueComment | ReviewComment): void {
  world.nodes.delete(comment.nodeId);
  if (comment.kind === 'issue-comment') {
    const { pull } = comment;
    pull.comments = pull.comments.filter((each) => each !== comment);
    pull.timeline = pull.timeline.filter((event) => event.kind !== 'comment' || event.comment !== comment);
    return;
  }
  const { thread } = comment;
  thread.comments = thread.comments.filter((each) => each !== comment);
  if (thread.comments.length > 0) return;
  thread.pull.threads = thread.pull.threads.filter((each) => each !== thread);
  world.nodes.delete(thread.nodeId);
}

/** Every place of a review on the diff of the commit that it is about; one bad place refuses all of it. */
export async function checkPlaces(
  pull: Pull,
  commitSha: string,
  wanted: readonly WantedPlace[],
): Promise<CheckedPlace[]> {
  const files = wanted.length === 0 ? [] : await pull.repository.git.diff(pull.mergeBaseSha, commitSha);
  const checked = wanted.map((place) => checkPlace(files, place));
  const complaints = checked.flatMap((place) => ('complaint' in place ? [place.complaint] : []));
  if (complaints.length > 0) throw unprocessable(...new Set(complaints));
  return checked.flatMap((place) => ('complaint' in place ? [] : [place]));
}
