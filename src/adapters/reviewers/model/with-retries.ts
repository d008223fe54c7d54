import pRetry from 'p-retry';
import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { PartOutcome } from './review-part.ts';

const RETRIES = 3;
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 60_000;

/** Carries a failure through the library, which knows only errors. */
class MayPass extends Error {
  readonly outcome: Extract<PartOutcome, { outcome: 'failed' }>;
  constructor(outcome: Extract<PartOutcome, { outcome: 'failed' }>) {
    super(outcome.failure.why);
    this.outcome = outcome;
  }
}

/** Asks again after what may pass, with growing pauses, and no sooner than the provider asks for. */
export async function withRetries(
  attempt: () => Promise<PartOutcome>,
  { clock, signal, log }: { clock: Clock; signal: AbortSignal; log: Log },
): Promise<PartOutcome> {
  try {
    return await pRetry(
      async () => {
        const outcome = await attempt();
        if (outcome.outcome === 'failed' && outcome.failure.retry) throw new MayPass(outcome);
        return outcome;
      },
      {
        retries: RETRIES,
        minTimeout: 0,
        shouldRetry: ({ error }) => error instanceof MayPass && !signal.aborted && waitMs(error, 0) <= LONGEST_WAIT_MS,
        onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
          if (retriesLeft === 0 || !(error instanceof MayPass)) return;
          const wait = waitMs(error, attemptNumber);
          if (wait > LONGEST_WAIT_MS) return;
          log.info(`${error.message}; asked again in ${Math.ceil(wait / 1000)} s`);
          await clock.sleep(wait, signal);
        },
      },
    );
  } catch (error) {
    if (signal.aborted) return { outcome: 'aborted' };
    if (error instanceof MayPass) return error.outcome;
    throw error;
  }
}

function waitMs({ outcome: { problem } }: MayPass, attempt: number): number {
  const asked = problem.kind === 'http' ? (problem.retryAfterMs ?? 0) : 0;
  const own = attempt === 0 ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 4 ** (attempt - 1));
  return Math.max(asked, own);
}
