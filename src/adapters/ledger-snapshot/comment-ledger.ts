import { parseRunId, runIdOf, type RunId, type SessionName } from '../../core/ids.ts';
import type { Caller, ClaimCommand, Fault } from '../../core/ledger/commands.ts';
import type { PublishPlan } from '../../core/publish/plan.ts';
import { pullRequestName } from '../../core/pull-request.ts';
import { LedgerUnavailable, type Ledger } from '../../ports/ledger.ts';
import type { PublishOutcome, PullRequests } from '../../ports/pull-requests.ts';
import { openCommentPlace, pullRequestOf, type CommentPlace, type CommentPlaceOptions } from './comment-place.ts';

export type CommentLedgerOptions = CommentPlaceOptions & { pullRequests: PullRequests };

export type CommentLedger = {
  ledgerFor: (caller: Caller) => Ledger;
  /** To be used with the ledger: a summary waits for the ledger's next edit, and goes with it. */
  pullRequests: PullRequests;
};

/** Younger knowledge of the comment is good enough to go on with where nothing new begins. */
const RECENT_MS = 10_000;

/**
 * The ledger of one pull request's own session, in its summary comment. Sessions of several pull requests have no one
 * comment to be in, and are refused. Not exclusive: only the workflow's `concurrency` group keeps runs apart.
 */
export function createCommentLedger({ pullRequests, ...options }: CommentLedgerOptions): CommentLedger {
  const { clock } = options;
  let kept: CommentPlace | null = null;

  function placeOf(session: SessionName, repositoryId: number, runId?: RunId): CommentPlace {
    if (kept?.session !== session) kept = openCommentPlace(options, session, pullRequestOf(session, repositoryId));
    if (runId !== undefined) kept.runId = runId;
    return kept;
  }

  function placeOfRuns(session: SessionName, runs: readonly { runId: RunId }[]): CommentPlace {
    const [first] = runs;
    if (first === undefined) throw new Error('a command names no run');
    return placeOf(session, parseRunId(first.runId).repositoryId, first.runId);
  }

  function placeOfSession(session: SessionName): CommentPlace {
    if (kept?.session === session) return kept;
    throw new LedgerUnavailable(`The ledger in the comment knows ${session} only after a claim.`);
  }

  /** `anew`: on the comment as it is now. Else as it was a moment ago, where that was a moment ago. */
  function at<T>(place: CommentPlace, when: 'anew' | 'recent', work: () => Promise<T>): Promise<T> {
    const nowMs = clock.monotonicMs();
    if (when === 'anew' || nowMs - place.knownMs > RECENT_MS) {
      place.store.forget();
      place.knownMs = nowMs;
    }
    return work();
  }

  async function showing<T>(place: CommentPlace, state: 'begun' | 'ended', work: () => Promise<T>): Promise<T> {
    await place.stagePlaceholder(state);
    const outcome = await work();
    // What nothing was written for is not shown either.
    place.store.unstage();
    return outcome;
  }

  function ledgerFor(caller: Caller): Ledger {
    return {
      capabilities: { exclusive: false },
      async claim(command) {
        const faults = faultsOf(command);
        const [seen] = command.pullRequests;
        if (faults.length > 0 || seen === undefined) return { outcome: 'rejected', faults };
        const place = placeOf(command.session, seen.repositoryId, runIdOf(seen));
        return at(place, 'anew', () => showing(place, 'begun', () => place.ledgerFor(caller).claim(command)));
      },
      async heartbeat(command) {
        const place = placeOfRuns(command.session, command.runs);
        return at(place, 'recent', () => place.ledgerFor(caller).heartbeat(command));
      },
      async submit(command) {
        const place = placeOfRuns(command.session, command.results);
        return at(place, 'anew', () => place.ledgerFor(caller).submit(command));
      },
      async deliver(command) {
        const place = placeOfRuns(command.session, command.runs);
        const outcome = await at(place, 'recent', () => place.ledgerFor(caller).deliver(command));
        // Whoever no longer holds the pull request shows nothing there.
        place.store.unstage();
        return outcome;
      },
      async release(command) {
        const place = placeOfRuns(command.session, command.runs);
        return at(place, 'anew', () => showing(place, 'ended', () => place.ledgerFor(caller).release(command)));
      },
      async dismiss(command) {
        const place = placeOf(command.session, command.pullRequest.repositoryId);
        return at(place, 'anew', () => place.ledgerFor(caller).dismiss(command));
      },
      async list(session, own) {
        const place = own === undefined ? placeOfSession(session) : placeOf(session, own.repositoryId);
        return at(place, 'anew', () => place.ledgerFor(caller).list(session));
      },
      async history(query) {
        const place = placeOf(query.session, query.repositoryId);
        return at(place, 'anew', () => place.ledgerFor(caller).history(query));
      },
      async previous(query) {
        // What is recorded does not change: the claim's own look serves.
        return placeOf(query.session, query.repositoryId).ledgerFor(caller).previous(query);
      },
    };
  }

  /** The review at once; the summary with the ledger's next edit, which says that it was delivered. */
  async function publish(plan: PublishPlan, stillHeld: () => Promise<boolean>): Promise<PublishOutcome> {
    const { pullRequest, session } = plan;
    const { store } = placeOf(session as SessionName, pullRequest.repositoryId, plan.runId);
    const commentId = (await store.conversation()).summary?.commentId ?? null;
    const later = { action: 'keep' as const, commentId: commentId ?? 0 };
    const { review } = plan;
    const withoutSummary: PublishPlan = {
      ...plan,
      review: review.action === 'create' ? { ...review, summaryIfRefused: later } : review,
      changes: [],
      summary: later,
    };
    const outcome = await pullRequests.publish(withoutSummary, stillHeld);
    const published = { ...outcome.published, commentId };
    if (outcome.outcome === 'overtaken' || !(await stillHeld())) return { outcome: 'overtaken', published };
    const refused = review.action === 'create' && published.refused.length > 0;
    const summary = refused ? review.summaryIfRefused : plan.summary;
    store.stage(summary.action === 'keep' ? null : summary.body, plan.changes);
    if (plan.alone === true) await store.flush();
    return { outcome: 'published', published };
  }

  return {
    ledgerFor,
    pullRequests: {
      ...pullRequests,
      conversation: (pullRequest, session) =>
        placeOf(session as SessionName, pullRequest.repositoryId).store.conversation(),
      publish,
    },
  };
}

function faultsOf({ session, pullRequests }: ClaimCommand): Fault[] {
  const [first] = pullRequests;
  const way = 'set endpoint or dynamodb-table for that';
  if (first === undefined || pullRequests.length > 1) {
    const message = `${pullRequests.length} pull requests in one session, and the ledger in the comment keeps one: ${way}`;
    return [{ path: 'pullRequests', message }];
  }
  const own = pullRequestName(first);
  if (session === own) return [];
  const message = `the ledger in the comment keeps no session but the pull request's own, ${own}: ${way}`;
  return [{ path: 'session', message }];
}
