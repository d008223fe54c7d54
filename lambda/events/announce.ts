import { parseRunId, type BatchId, type RunId, type SessionName } from '../../src/core/ids.ts';
import type { PullRequestView, RunView } from '../../src/core/ledger/commands.ts';
import { LedgerUnavailable, type Ledger } from '../../src/ports/ledger.ts';

/** `review.completed`: every run of a batch was recorded and delivered. Ids and verdicts, nothing that was said. */
export type ReviewCompleted = {
  /** The same for every copy of this event: receivers drop what they have seen. */
  id: string;
  session: string;
  batchId: string;
  runs: { runId: string; repositoryId: number; number: number; headSha: string; verdict: string | null }[];
};

/** Puts an event where others see it; throws where that failed. */
export type Announce = (event: ReviewCompleted) => Promise<void>;

/**
 * The ledger, announcing each batch whose last run was delivered. What could not be announced is answered as an outage, so
 * that the caller delivers again: then the answer is `replayed`, and the event is put again, under the same id.
 */
export function announcing(ledger: Ledger, announce: Announce): Ledger {
  return {
    ...ledger,
    async deliver(command) {
      const outcome = await ledger.deliver(command);
      if (outcome.outcome === 'rejected') return outcome;
      const delivered = new Set(outcome.runs.filter(({ status }) => status !== 'stale').map(({ runId }) => runId));
      if (delivered.size === 0) return outcome;
      const current = (await ledger.list(command.session))
        .map(({ run }: PullRequestView) => run)
        .filter((run) => run !== null);
      const outdated = [...delivered].filter((runId) => current.every((run) => run.runId !== runId));
      const runs = [...current, ...(await findRuns(ledger, command.session, outdated))];
      for (const batchId of new Set(runs.filter(({ runId }) => delivered.has(runId)).map((run) => run.batchId))) {
        const event = completedBatch(command.session, batchId, runs);
        if (event === null) continue;
        try {
          await announce(event);
        } catch (error) {
          throw new LedgerUnavailable(`the event of ${batchId} could not be put`, { cause: error });
        }
      }
      return outcome;
    },
  };
}

/** Among so many of each pull request, the newest. */
const RECENT_RUNS = 10;

/** Runs that others have come after since. */
async function findRuns(ledger: Ledger, session: SessionName, runIds: readonly RunId[]): Promise<RunView[]> {
  const pages = await Promise.all(
    runIds.map((runId) => {
      const { repositoryId, number } = parseRunId(runId);
      return ledger.history({ session, repositoryId, number, limit: RECENT_RUNS });
    }),
  );
  return pages.flatMap(({ runs }) => runs).filter(({ runId }) => runIds.includes(runId));
}

/** Null while a run of the batch is still to be recorded or delivered. */
function completedBatch(session: string, batchId: BatchId, runs: readonly RunView[]): ReviewCompleted | null {
  const ofBatch = runs.filter((run) => run.batchId === batchId);
  if (ofBatch.some(({ status }) => status === 'running' || status === 'completed')) return null;
  const delivered = ofBatch.filter(({ status }) => status === 'delivered');
  return {
    id: `review.completed:${batchId}`,
    session,
    batchId,
    runs: delivered.map(({ runId, pullRequest: { repositoryId, number }, version: { headSha }, verdict }) => {
      return { runId, repositoryId, number, headSha, verdict };
    }),
  };
}
