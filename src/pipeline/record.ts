import type { SubmitAnswer } from '../core/ledger/commands.ts';
import type { RunId, SessionName } from '../core/ids.ts';
import type { ReviewResult } from '../core/review-record.ts';
import type { z } from 'zod';
import type { ReviewPorts } from './ports.ts';

export type Concluded = { runId: RunId; result: ReviewResult };

/** The ledger found our own submission wrong: a fault of ours, never of the push. */
export class ResultsRejected extends Error {
  override readonly name = 'ResultsRejected';
}

/** Submits the batch's results in one call, and says for each run what became of it. */
export async function recordResults(
  ports: Pick<ReviewPorts, 'ledger' | 'holder'>,
  session: SessionName,
  results: readonly Concluded[],
): Promise<Map<RunId, z.infer<typeof SubmitAnswer>>> {
  if (results.length === 0) return new Map();
  const outcome = await ports.ledger.submit({
    session,
    results: results.map(({ runId, result }) => ({ runId, token: ports.holder.token, ...result })),
  });
  if (outcome.outcome === 'rejected') {
    throw new ResultsRejected(outcome.faults.map((fault) => `${fault.path}: ${fault.message}`).join('; '));
  }
  return new Map(outcome.results.map((answer) => [answer.runId, answer]));
}

/** Tells the ledger what stands on the PR now. */
export async function markDelivered(
  ports: Pick<ReviewPorts, 'ledger' | 'holder'>,
  session: SessionName,
  delivery: { runId: RunId; commentId: number | null; reviewId: number | null },
): Promise<void> {
  const run = { ...delivery, token: ports.holder.token, checkId: null };
  const outcome = await ports.ledger.deliver({ session, runs: [run] });
  if (outcome.outcome === 'rejected') {
    throw new ResultsRejected(outcome.faults.map((fault) => `${fault.path}: ${fault.message}`).join('; '));
  }
}

/** Lets go of a run that came to nothing, so that the next try need not wait for the lease to end. False where it failed. */
export async function letGo(
  ports: Pick<ReviewPorts, 'ledger' | 'holder' | 'log'>,
  session: SessionName,
  runId: RunId,
  status: 'failed' | 'cancelled',
  why: string,
): Promise<boolean> {
  try {
    const outcome = await ports.ledger.release({
      session,
      runs: [{ runId, token: ports.holder.token, status, why: why.slice(0, 2000) }],
    });
    return outcome.outcome === 'answered';
  } catch (error) {
    ports.log.warning(`The run could not be released, its lease ends by itself: ${(error as Error).message}`);
    return false;
  }
}
