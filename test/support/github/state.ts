import type { SteerableClock } from './clock.ts';
import type { DiffLine, Side } from './diff.ts';
import type { Git } from './git.ts';

/** What the stand-in remembers. Everything a person can see on a pull request is in here. */

export type Account = { id: number; login: string; type: 'User' | 'Bot' | 'Organization' };
export type CollaboratorPermission = 'admin' | 'write' | 'read' | 'none';
export type Level = 'read' | 'write';
export type Permissions = Record<string, Level>;

export type Repo = {
  id: number;
  owner: Account;
  name: string;
  private: boolean;
  defaultBranch: string;
  protectedBranches: Set<string>;
  collaborators: Map<string, CollaboratorPermission>;
  /** Whether the repository lets GitHub Actions approve pull requests. */
  actionsMayApprove: boolean;
  createdAt: Date;
  git: Git;
  pulls: Map<number, Pull>;
  checks: CheckRun[];
  lastNumber: number;
};

export type Reaction = { id: number; nodeId: string; content: string; user: Account; createdAt: Date };

type Remark = {
  id: number;
  nodeId: string;
  author: Account;
  body: string;
  createdAt: Date;
  updatedAt: Date;
  reactions: Reaction[];
  /** Why it is hidden, in GraphQL's words in lower case (`resolved`, `outdated`); null while it shows. */
  minimized: string | null;
};

export type IssueComment = Remark & { kind: 'issue-comment'; pull: Pull };

export type ReviewState = 'PENDING' | 'COMMENTED' | 'APPROVED' | 'CHANGES_REQUESTED' | 'DISMISSED';
export type Review = Remark & {
  kind: 'review';
  pull: Pull;
  state: ReviewState;
  commitSha: string;
  submittedAt: Date | null;
};

export type ReviewComment = Remark & {
  kind: 'review-comment';
  thread: Thread;
  review: Review;
  inReplyTo: number | null;
};

export type Thread = {
  kind: 'thread';
  nodeId: string;
  pull: Pull;
  path: string;
  side: Side;
  line: number;
  startLine: number | null;
  startSide: Side | null;
  position: number;
  commitSha: string;
  /** Merge base of the version it was written on: what lines of the left side count in. */
  baseSha: string;
  diffHunk: string;
  /** The hunk's lines around the place, for the page. */
  context: DiffLine[];
  resolvedBy: Account | null;
  comments: ReviewComment[];
};

export type TimelineEvent =
  | { kind: 'opened' | 'closed' | 'merged' | 'reopened' | 'ready'; at: Date; by: Account }
  | {
      kind: 'pushed';
      at: Date;
      by: Account;
      before: string | null;
      after: string;
      forced: boolean;
      commits: { sha: string; title: string }[];
    }
  | { kind: 'retargeted'; at: Date; by: Account; from: string; to: string }
  | { kind: 'renamed'; at: Date; by: Account; from: string; to: string }
  | { kind: 'comment'; at: Date; comment: IssueComment }
  | { kind: 'review'; at: Date; review: Review };

export type Pull = {
  kind: 'pull';
  id: number;
  nodeId: string;
  repository: Repo;
  number: number;
  title: string;
  body: string | null;
  author: Account;
  draft: boolean;
  state: 'open' | 'closed';
  mergedAt: Date | null;
  closedAt: Date | null;
  locked: boolean;
  labels: { id: number; name: string }[];
  createdAt: Date;
  updatedAt: Date;
  head: { repository: Repo; ref: string; sha: string };
  /** `sha` is the tip of the base branch when the head was last seen to move, as GitHub reports it; `tip` is today's. */
  base: { ref: string; sha: string; tip: string };
  mergeBaseSha: string;
  mergeCommitSha: string | null;
  comments: IssueComment[];
  reviews: Review[];
  threads: Thread[];
  timeline: TimelineEvent[];
};

export type Annotation = {
  path: string;
  start_line: number;
  end_line: number;
  start_column?: number;
  end_column?: number;
  annotation_level: string;
  message: string;
  title?: string;
  raw_details?: string;
};

export type CheckRun = {
  id: number;
  nodeId: string;
  repository: Repo;
  name: string;
  headSha: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: string | null;
  detailsUrl: string | null;
  externalId: string;
  startedAt: Date;
  completedAt: Date | null;
  output: { title: string | null; summary: string | null; text: string | null; annotations: Annotation[] };
};

/** What a token is and may do. A run's token belongs to `github-actions[bot]` and to one repository. */
export type Token = {
  value: string;
  account: Account;
  kind: 'actions' | 'user';
  repository: Repo | null;
  permissions: Permissions;
  /** Which simulated workflow run it was given to. */
  run: string | null;
};

export type World = {
  url: string;
  clock: SteerableClock;
  accounts: Map<string, Account>;
  repositories: Repo[];
  tokens: Map<string, Token>;
  nodes: Map<string, IssueComment | Review | ReviewComment | Thread | Pull>;
  lastId: number;
};

export const actionsBot: Account = { id: 41_898_282, login: 'github-actions[bot]', type: 'Bot' };

export function createWorld(url: string, clock: SteerableClock): World {
  const accounts = new Map([[actionsBot.login, actionsBot]]);
  return { url, clock, accounts, repositories: [], tokens: new Map(), nodes: new Map(), lastId: 1_000_000 };
}

export function nextId(world: World): number {
  world.lastId += 1;
  return world.lastId;
}

/** Opaque to clients; a prefix tells people what it is. */
export function nodeIdOf(prefix: string, id: number): string {
  return `${prefix}_kwDO${Buffer.from(String(id)).toString('base64url')}`;
}

/** The account of this login, made on first use. */
export function accountOf(world: World, login: string, type?: Account['type']): Account {
  const known = world.accounts.get(login.toLowerCase());
  if (known !== undefined) return known;
  const account: Account = { id: nextId(world), login, type: type ?? (login.endsWith('[bot]') ? 'Bot' : 'User') };
  world.accounts.set(login.toLowerCase(), account);
  return account;
}

export function findRepository(world: World, owner: string, name: string): Repo | undefined {
  const wanted = `${owner}/${name}`.toLowerCase();
  return world.repositories.find((repository) => fullName(repository).toLowerCase() === wanted);
}

export function fullName(repository: Repo): string {
  return `${repository.owner.login}/${repository.name}`;
}

export function reviewCommentsOf(pull: Pull): ReviewComment[] {
  return pull.threads
    .flatMap((thread) => thread.comments)
    .filter((comment) => comment.review.state !== 'PENDING')
    .toSorted((a, b) => a.id - b.id);
}
