import type { EpochSeconds, RunId } from '../ids.ts';
import type { Caller } from './commands.ts';
import { ITEM_SCHEMA, type CurrentRun, type PullRequestItem, type RunItem, type SessionItem } from './items.ts';
import type { Retention } from './retention.ts';

/** Key of a PR inside its session. */
export type PullRequestId = `${number}#${number}`;

export function pullRequestIdOf(key: { repositoryId: number; number: number }): PullRequestId {
  return `${key.repositoryId}#${key.number}`;
}

/** Who asks, when, and how long things are kept. */
export type Context = { caller: Caller; now: EpochSeconds; retention: Retention };

/** What was read to decide a command: null or missing where there is none, it has expired, or nothing rests on it. */
export type LedgerState = {
  session: SessionItem | null;
  pullRequests: ReadonlyMap<PullRequestId, PullRequestItem>;
  runs: ReadonlyMap<RunId, RunItem>;
};

/** A run that ends without having been read: its PR item, whose version guards it, said all that is needed. */
export type SupersededRun = {
  runId: RunId;
  revision: number;
  why: string;
  supersededBy: PullRequestItem['seen']['headSha'];
};

/** What a decision writes, all or nothing; each item only if it still is as it was read. */
export type LedgerChange = {
  /** Set where the session's item is to be written. */
  session: SessionItem | null;
  pullRequests: { item: PullRequestItem; readVersion: number | null }[];
  runs: { item: RunItem; readRevision: number | null }[];
  superseded: SupersededRun[];
};

/** The state as one command changes it step by step. What was put last is what the next step sees. */
export class Draft {
  readonly context: Context;
  private readonly read: LedgerState;
  private readonly changedPullRequests = new Map<PullRequestId, PullRequestItem>();
  private readonly changedRuns = new Map<RunId, RunItem>();
  private readonly superseded: SupersededRun[] = [];

  constructor(read: LedgerState, context: Context) {
    this.read = read;
    this.context = context;
  }

  pullRequest(id: PullRequestId): PullRequestItem | null {
    return this.changedPullRequests.get(id) ?? this.read.pullRequests.get(id) ?? null;
  }

  run(runId: RunId): RunItem | null {
    return this.changedRuns.get(runId) ?? this.read.runs.get(runId) ?? null;
  }

  /** The version that the PR item has after this change, whatever number of steps changes it. */
  nextVersion(id: PullRequestId): number {
    return (this.read.pullRequests.get(id)?.version ?? 0) + 1;
  }

  putPullRequest(item: PullRequestItem): void {
    const id = pullRequestIdOf(item.pullRequest);
    const expiresAt = later(this.context.now, this.context.retention.pullRequestSeconds);
    this.changedPullRequests.set(id, { ...item, version: this.nextVersion(id), expiresAt });
  }

  putRun(item: RunItem): void {
    const revision = this.nextVersion(pullRequestIdOf(item.pullRequest));
    this.changedRuns.set(item.runId, { ...item, revision, expiresAt: this.runExpiresAt });
  }

  /** When a run item that is put now expires: its PR's item says so too. */
  get runExpiresAt(): EpochSeconds {
    return later(this.context.now, this.context.retention.runSeconds);
  }

  supersede(run: CurrentRun, by: PullRequestItem): void {
    // An expired run item may be gone at any moment: there is nothing left to change then.
    if (run.runExpiresAt <= this.context.now) return;
    const revision = this.nextVersion(pullRequestIdOf(by.pullRequest));
    const { headSha } = by.seen;
    this.superseded.push({ runId: run.runId, revision, why: `superseded by ${headSha}`, supersededBy: headSha });
  }

  /** Null where nothing changed. A `session` is made where it is missing, and kept alive as long as its PRs. */
  change(session: SessionItem['session'] | null = null): LedgerChange | null {
    if (this.changedPullRequests.size === 0) return null;
    return {
      session: session === null ? null : this.sessionToWrite(session),
      pullRequests: [...this.changedPullRequests].map(([id, item]) => ({
        item,
        readVersion: this.read.pullRequests.get(id)?.version ?? null,
      })),
      runs: [...this.changedRuns].map(([runId, item]) => ({
        item,
        readRevision: this.read.runs.get(runId)?.revision ?? null,
      })),
      // A run that this same change starts anew is written whole.
      superseded: this.superseded.filter(({ runId }) => !this.changedRuns.has(runId)),
    };
  }

  private sessionToWrite(session: SessionItem['session']): SessionItem | null {
    const { now, retention } = this.context;
    const found = this.read.session;
    if (found !== null && found.expiresAt > now + retention.pullRequestSeconds) return null;
    // Twice as long as a PR item, so that it is written again once in a long while and not at every claim.
    const expiresAt = later(now, retention.pullRequestSeconds * 2);
    return { schema: ITEM_SCHEMA, session, createdAt: found?.createdAt ?? now, expiresAt };
  }
}

export function later(now: EpochSeconds, seconds: number): EpochSeconds {
  return (now + seconds) as EpochSeconds;
}
