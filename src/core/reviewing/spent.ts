import type { ReviewRecord } from '../review-record.ts';
import type { Usage } from '../usage.ts';

/** What runs used, as far as they said. */
export type Spent = { inputTokens: number; outputTokens: number; costUsd: number };

const NOTHING: Spent = { inputTokens: 0, outputTokens: 0, costUsd: 0 };

type Reported = Pick<Usage, 'inputTokens' | 'outputTokens' | 'costUsd'>;

/**
 * What reviewing the pull request used up to now: the previous review's account, which has all before it, and what the
 * runs used that never became one, as far as their reviewer told it on the way.
 */
export function spentBefore(previous: ReviewRecord | null, sources: readonly ReviewRecord[]): Spent {
  const usage = previous?.result.usage;
  const account = usage?.spent ?? plus(NOTHING, usage ?? null);
  // An earlier review that is built on once more is in the account already.
  const unaccounted = sources.filter(({ completedAt }) => completedAt === null || previous === null);
  return unaccounted.reduce((sum, source) => plus(sum, source.result.usage), account);
}

export function plus(spent: Spent, reported: Reported | null): Spent {
  return {
    inputTokens: spent.inputTokens + (reported?.inputTokens ?? 0),
    outputTokens: spent.outputTokens + (reported?.outputTokens ?? 0),
    costUsd: spent.costUsd + (reported?.costUsd ?? 0),
  };
}
