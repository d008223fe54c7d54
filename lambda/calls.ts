import type { CalledPullRequest } from '../src/core/authorise.ts';
import { assertNever } from '../src/core/exhaustive.ts';
import { parseRunId, type RunId } from '../src/core/ids.ts';
import type { ClaimAnswer, Rejected } from '../src/core/ledger/commands.ts';
import type { PullRequestKey } from '../src/core/pull-request.ts';
import { problemOf, type Problem } from '../src/contract/problem.ts';
import type { AnswerOf, InputOf, LedgerRouteName } from '../src/contract/routes.ts';
import { BadCursor, type Ledger } from '../src/ports/ledger.ts';

type Refused = { problem: Problem };

/** How one call of the contract reaches the ledger. */
export type LedgerCall<K extends LedgerRouteName> = {
  /** The pull requests that the call is about; they are authorised one by one. */
  touches(input: InputOf<K>): CalledPullRequest[];
  /** `visible`: repositories that the answer may show, null for all. */
  answer(ledger: Ledger, input: InputOf<K>, visible: ReadonlySet<number> | null): Promise<AnswerOf<K> | Refused>;
};

export const ledgerCalls: { [K in LedgerRouteName]: LedgerCall<K> } = {
  claims: {
    touches: ({ pullRequests }) => pullRequests.map(byKey),
    async answer(ledger, command) {
      const outcome = await ledger.claim(command);
      if (outcome.outcome === 'rejected') return rejected(outcome);
      const { session, batchId, answers } = outcome;
      return { status: answers.some(isOurs) ? 201 : 200, body: { session, batchId, answers } };
    },
  },
  heartbeats: {
    touches: ({ runs }) => runs.map(byRunId),
    async answer(ledger, command) {
      const outcome = await ledger.heartbeat(command);
      return outcome.outcome === 'rejected' ? rejected(outcome) : { status: 200, body: { runs: outcome.runs } };
    },
  },
  results: {
    touches: ({ results }) => results.map(byRunId),
    async answer(ledger, command) {
      const outcome = await ledger.submit(command);
      return outcome.outcome === 'rejected' ? rejected(outcome) : { status: 200, body: { results: outcome.results } };
    },
  },
  deliveries: {
    touches: ({ runs }) => runs.map(byRunId),
    async answer(ledger, command) {
      const outcome = await ledger.deliver(command);
      return outcome.outcome === 'rejected' ? rejected(outcome) : { status: 200, body: { runs: outcome.runs } };
    },
  },
  releases: {
    touches: ({ runs }) => runs.map(byRunId),
    async answer(ledger, command) {
      const outcome = await ledger.release(command);
      return outcome.outcome === 'rejected' ? rejected(outcome) : { status: 200, body: { runs: outcome.runs } };
    },
  },
  dismissals: {
    touches: ({ pullRequest }) => [byKey(pullRequest)],
    async answer(ledger, command) {
      const outcome = await ledger.dismiss(command);
      switch (outcome.outcome) {
        case 'done':
          return { status: 200, body: { outcome: 'done' } };
        case 'rejected':
          return rejected(outcome);
        case 'unknown-pull-request':
          return { problem: problemOf('unknown-pull-request', { detail: 'the pull request was never claimed in it' }) };
        default:
          return assertNever(outcome, 'dismiss');
      }
    },
  },
  reviews: {
    touches: () => [],
    async answer(ledger, { session }, visible) {
      const views = await ledger.list(session);
      const reviews = views.filter(({ pullRequest }) => visible === null || visible.has(pullRequest.repositoryId));
      return { status: 200, body: { session, reviews } };
    },
  },
  runs: {
    touches: ({ repositoryId, number }) => [{ repositoryId, number, repository: null }],
    async answer(ledger, query) {
      try {
        return { status: 200, body: await ledger.history(query) };
      } catch (error) {
        if (!(error instanceof BadCursor)) throw error;
        const errors = [{ path: 'cursor', message: 'is not one that this list gave' }];
        return { problem: problemOf('bad-cursor', { errors }) };
      }
    },
  },
  previous: {
    touches: ({ repositoryId, number }) => [{ repositoryId, number, repository: null }],
    async answer(ledger, query) {
      return { status: 200, body: await ledger.previous(query) };
    },
  },
};

function isOurs({ answer }: ClaimAnswer): boolean {
  return answer === 'review' || answer === 'publish';
}

function rejected({ faults }: Rejected): Refused {
  return { problem: problemOf('rejected', { errors: faults }) };
}

function byKey({ repository, repositoryId, number }: PullRequestKey): CalledPullRequest {
  return { repository, repositoryId, number };
}

function byRunId({ runId }: { runId: RunId }): CalledPullRequest {
  const { repositoryId, number } = parseRunId(runId);
  return { repositoryId, number, repository: null };
}
