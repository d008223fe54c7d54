import { follow } from './follow.ts';
import type { WantedPlace } from './placement.ts';
import {
  type Account,
  accountOf,
  type IssueComment,
  nextId,
  nodeIdOf,
  type Pull,
  type Reaction,
  type Review,
  type ReviewComment,
  type ReviewState,
  type Repo,
  type Thread,
  type World,
} from './state.ts';
import { addComment, addReply, addReview, checkPlaces, removeComment } from './write-remarks.ts';

/** What people do on the website. `by` is a login, made on first use. */
export type People = {
  openPullRequest(wanted: NewPull): Promise<Pull>;
  comment(pull: Pull, by: string, body: string): IssueComment;
  reply(thread: Thread, by: string, body: string): ReviewComment;
  review(
    pull: Pull,
    by: string,
    wanted: { body?: string; state?: ReviewState; comments?: (WantedPlace & { body: string })[] },
  ): Promise<Review>;
  resolve(thread: Thread, by: string): void;
  unresolve(thread: Thread): void;
  react(comment: IssueComment | ReviewComment, by: string, content: string): void;
  remove(comment: IssueComment | ReviewComment): void;
  edit(comment: IssueComment | ReviewComment, body: string): void;
  close(pull: Pull, by: string): void;
  merge(pull: Pull, by: string): void;
  reopen(pull: Pull, by: string): Promise<void>;
  lock(pull: Pull, locked?: boolean): void;
  markReady(pull: Pull, by: string): void;
  retarget(pull: Pull, by: string, base: string): Promise<void>;
  label(pull: Pull, ...names: string[]): void;
};

export type NewPull = {
  repository: Repo;
  /** Branch, in `headRepository` where the pull request comes from a fork. */
  head: string;
  headRepository?: Repo;
  base?: string;
  title?: string;
  body?: string | null;
  author?: string;
  draft?: boolean;
  labels?: string[];
};

export function createPeople(world: World): People {
  const account = (login: string): Account => accountOf(world, login);
  const now = (): Date => world.clock.now();
  const touch = (pull: Pull): void => {
    pull.updatedAt = now();
  };
  return {
    openPullRequest: (wanted) => openPullRequest(world, wanted),
    comment: (pull, by, body) => addComment(world, pull, account(by), body),
    reply: (thread, by, body) => addReply(world, thread, account(by), body),
    review: async (pull, by, { body = '', state = 'COMMENTED', comments = [] }) => {
      const places = await checkPlaces(pull, pull.head.sha, comments);
      return addReview(world, pull, {
        author: account(by),
        body,
        state,
        commitSha: pull.head.sha,
        comments: places.map((place, at) => ({ place, body: comments[at]?.body ?? '' })),
      });
    },
    resolve: (thread, by) => {
      thread.resolvedBy = account(by);
    },
    unresolve: (thread) => {
      thread.resolvedBy = null;
    },
    react: (comment, by, content) => {
      const id = nextId(world);
      const reaction: Reaction = { id, nodeId: nodeIdOf('REA', id), content, user: account(by), createdAt: now() };
      comment.reactions.push(reaction);
    },
    remove: (comment) => removeComment(world, comment),
    edit: (comment, body) => {
      comment.body = body;
      comment.updatedAt = now();
    },
    close: (pull, by) => {
      pull.state = 'closed';
      pull.closedAt = now();
      pull.timeline.push({ kind: 'closed', at: now(), by: account(by) });
      touch(pull);
    },
    merge: (pull, by) => {
      pull.state = 'closed';
      pull.mergedAt = now();
      pull.closedAt = now();
      pull.timeline.push({ kind: 'merged', at: now(), by: account(by) });
      touch(pull);
    },
    reopen: async (pull, by) => {
      pull.state = 'open';
      pull.closedAt = null;
      pull.timeline.push({ kind: 'reopened', at: now(), by: account(by) });
      touch(pull);
      await follow(world, pull.repository);
    },
    lock: (pull, locked = true) => {
      pull.locked = locked;
    },
    markReady: (pull, by) => {
      pull.draft = false;
      pull.timeline.push({ kind: 'ready', at: now(), by: account(by) });
      touch(pull);
    },
    retarget: async (pull, by, base) => {
      pull.timeline.push({ kind: 'retargeted', at: now(), by: account(by), from: pull.base.ref, to: base });
      pull.base = { ref: base, sha: '', tip: '' };
      await follow(world, pull.repository);
      pull.base.sha = pull.base.tip;
      touch(pull);
    },
    label: (pull, ...names) => {
      pull.labels.push(...names.map((name) => ({ id: nextId(world), name })));
      touch(pull);
    },
  };
}

async function openPullRequest(world: World, wanted: NewPull): Promise<Pull> {
  const { repository } = wanted;
  const id = nextId(world);
  const at = world.clock.now();
  repository.lastNumber += 1;
  const author = accountOf(world, wanted.author ?? repository.owner.login);
  const pull: Pull = {
    kind: 'pull',
    id,
    nodeId: nodeIdOf('PR', id),
    repository,
    number: repository.lastNumber,
    title: wanted.title ?? wanted.head,
    body: wanted.body ?? null,
    author,
    draft: wanted.draft ?? false,
    state: 'open',
    mergedAt: null,
    closedAt: null,
    locked: false,
    labels: (wanted.labels ?? []).map((name) => ({ id: nextId(world), name })),
    createdAt: at,
    updatedAt: at,
    head: { repository: wanted.headRepository ?? repository, ref: wanted.head, sha: '' },
    base: { ref: wanted.base ?? repository.defaultBranch, sha: '', tip: '' },
    mergeBaseSha: '',
    mergeCommitSha: null,
    comments: [],
    reviews: [],
    threads: [],
    timeline: [{ kind: 'opened', at, by: author }],
  };
  repository.pulls.set(pull.number, pull);
  world.nodes.set(pull.nodeId, pull);
  await follow(world, repository);
  if (pull.head.sha !== '') return pull;
  repository.pulls.delete(pull.number);
  throw new Error(`no branch ${wanted.head}, or no base ${pull.base.ref}, to open a pull request with`);
}
