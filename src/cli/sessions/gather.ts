import type { SessionName } from '../../core/ids.ts';
import type { SessionItem } from '../../core/ledger/items.ts';
import type { PullRequestView, RunView } from '../../core/ledger/commands.ts';
import type { Ledger } from '../../ports/ledger.ts';

/** A ledger to look into: which sessions there are, and each through the ledger of whom it belongs to. */
export type Source = {
  sessions(): Promise<{ item: SessionItem; ledger: Ledger }[]>;
  /** For a session whose name is known; one that is not there has no pull requests. */
  named(session: SessionName): Promise<Ledger[]>;
};

export type PullRequestRuns = PullRequestView & {
  /** Newest first. */
  runs: RunView[];
  /** Whether there are more. */
  moreRuns: boolean;
};

export type SessionView = { session: SessionName; createdAt: number | null; pullRequests: PullRequestRuns[] };

export type SessionList = {
  sessions: SessionView[];
  /** How many there are beside those. */
  left: number;
};

/** At most `limit` sessions, the newest first, with at most `runs` runs of each pull request. */
export async function gatherSessions(source: Source, limits: { limit: number; runs: number }): Promise<SessionList> {
  const found = await source.sessions();
  const newest = found.toSorted((a, b) => b.item.createdAt - a.item.createdAt || compare(a.item, b.item));
  const sessions: SessionView[] = [];
  for (const { item, ledger } of newest.slice(0, limits.limit)) {
    const pullRequests = await pullRequestsOf(ledger, item.session, limits.runs);
    sessions.push({ session: item.session, createdAt: item.createdAt, pullRequests });
  }
  return { sessions, left: newest.length - sessions.length };
}

export async function gatherSession(source: Source, session: SessionName, runs: number): Promise<SessionList> {
  const sessions: SessionView[] = [];
  for (const ledger of await source.named(session)) {
    const pullRequests = await pullRequestsOf(ledger, session, runs);
    if (pullRequests.length > 0) sessions.push({ session, createdAt: null, pullRequests });
  }
  return { sessions, left: 0 };
}

async function pullRequestsOf(ledger: Ledger, session: SessionName, limit: number): Promise<PullRequestRuns[]> {
  const pullRequests: PullRequestRuns[] = [];
  for (const view of await ledger.list(session)) {
    const { repositoryId, number } = view.pullRequest;
    const { runs, cursor } = await ledger.history({ session, repositoryId, number, limit });
    pullRequests.push({ ...view, runs, moreRuns: cursor !== null });
  }
  return pullRequests;
}

function compare(a: SessionItem, b: SessionItem): number {
  return a.session < b.session ? -1 : 1;
}
