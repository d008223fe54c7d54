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

type Answer = z.infer<typeof SubmitAnswer>;

/** Bytes of JSON: what goes over the wire even unpacked, with room for what is around it. */
const MAX_SUBMISSION = 4_000_000;

/** Submits the batch's results, in one call where they are not too large for one, and says of each run what became of it. */
export async function recordResults(
  ports: Pick<ReviewPorts, 'ledger' | 'holder'>,
  session: SessionName,
  results: readonly Concluded[],
): Promise<Map<RunId, Answer>> {
  const answers: Answer[] = [];
  for (const some of inParts(results)) answers.push(...(await submit(ports, session, some)));
  return new Map(answers.map((answer) => [answer.runId, answer]));
}

function inParts(results: readonly Concluded[]): Concluded[][] {
  const parts: { size: number; results: Concluded[] }[] = [];
  for (const concluded of results) {
    const size = Buffer.byteLength(JSON.stringify(concluded.result));
    const last = parts.at(-1);
    if (last === undefined || last.size + size > MAX_SUBMISSION) parts.push({ size, results: [concluded] });
    else {
      last.size += size;
      last.results.push(concluded);
    }
  }
  return parts.map((part) => part.results);
}

async function submit(
  ports: Pick<ReviewPorts, 'ledger' | 'holder'>,
  session: SessionName,
  results: readonly Concluded[],
): Promise<Answer[]> {
  const outcome = await ports.ledger.submit({
    session,
    results: results.map(({ runId, result }) => ({ runId, token: ports.holder.token, ...result })),
  });
  if (outcome.outcome === 'rejected') {
    throw new ResultsRejected(outcome.faults.map((fault) => `${fault.path}: ${fault.message}`).join('; '));
  }
  return outcome.results;
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
