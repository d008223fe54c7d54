import { parseRunId, type SessionName } from '../core/ids.ts';
import {
  HistoryQuery,
  type HistoryPage,
  type PreviousOutcome,
  type PreviousQuery,
  type PullRequestView,
} from '../core/ledger/commands.ts';
import { dismissalsFor, locate, viewPullRequest, type Located } from '../core/ledger/reads.ts';
import { pullRequestIdOf } from '../core/ledger/state.ts';
import { lowerTrust } from '../core/ledger/trust.ts';
import { viewOfRun } from '../core/ledger/views.ts';
import type { ReviewRecord, ReviewResult } from '../core/review-record.ts';
import type { PullRequestKey } from '../core/pull-request.ts';
import { makeCursor, readCursor } from './cursor.ts';
import type { LedgerDeps } from './deps.ts';
import { unpackResult } from './pack.ts';

export async function list({ store, clock, caller }: LedgerDeps, session: SessionName): Promise<PullRequestView[]> {
  const now = clock.now();
  const pullRequests = await store.pullRequests(session, now);
  return pullRequests
    .map((pullRequest) => viewPullRequest(pullRequest, caller, now))
    .toSorted((a, b) => compareKeys(a.pullRequest, b.pullRequest));
}

function compareKeys(a: PullRequestKey, b: PullRequestKey): number {
  return a.repositoryId - b.repositoryId || a.number - b.number;
}

export async function history({ store, clock }: LedgerDeps, given: HistoryQuery): Promise<HistoryPage> {
  const { session, repositoryId, number, cursor, limit } = HistoryQuery.parse(given);
  const below = cursor === undefined ? Infinity : readCursor(cursor, { repositoryId, number });
  const now = clock.now();
  const [runs, state] = await Promise.all([
    store.runs(session, { repositoryId, number }, now),
    store.read({ session, pullRequests: [{ repositoryId, number }], runs: [], forClaim: false, now }),
  ]);
  const pullRequest = state.pullRequests.get(pullRequestIdOf({ repositoryId, number })) ?? null;
  const rest = runs.filter((run) => run.generation < below).toSorted((a, b) => b.generation - a.generation);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return {
    runs: page.map((run) => viewOfRun(run, pullRequest, now)),
    cursor:
      last === undefined || rest.length === page.length ? null : makeCursor({ repositoryId, number }, last.generation),
  };
}

export async function previous(deps: LedgerDeps, query: PreviousQuery): Promise<PreviousOutcome> {
  const { store, clock, caller } = deps;
  const { session, runId } = query;
  if (runId !== undefined && pullRequestIdOf(parseRunId(runId)) !== pullRequestIdOf(query)) return { outcome: 'none' };
  const runs = runId === undefined ? [] : [runId];
  const state = await store.read({ session, pullRequests: [query], runs, forClaim: false, now: clock.now() });
  const now = state.at ?? clock.now();
  const pullRequest = state.pullRequests.get(pullRequestIdOf(query)) ?? null;
  const run = runId === undefined ? null : (state.runs.get(runId) ?? null);
  const located =
    pullRequest === null
      ? null
      : locate(pullRequest, run, query, lowerTrust(caller.trust, query.trust ?? caller.trust));
  if (pullRequest === null || located === null) {
    const lost = await store.historyLost();
    return lost === null ? { outcome: 'none' } : { outcome: 'unavailable', why: lost };
  }
  const chunks = await store.readData(session, located.data, now);
  if (chunks === null) return { outcome: 'unavailable', why: 'parts of the stored data are missing or have expired' };
  const unpacked = await unpackResult(located.data, chunks);
  if (unpacked.outcome === 'unavailable') return unpacked;
  return {
    outcome: 'found',
    record: recordOf(pullRequest.pullRequest, located, unpacked.result),
    delivered: located.delivered,
    dismissals: dismissalsFor(pullRequest, caller.trust),
    markerKey: pullRequest.markerKey ?? null,
  };
}

function recordOf(pullRequest: PullRequestKey, located: Located, result: ReviewResult): ReviewRecord {
  const { runId, attempt, generation, version, trust, completedAt } = located;
  return { schema: 1, runId, attempt, generation, pullRequest, version, result, trust, completedAt };
}
