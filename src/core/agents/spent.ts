import type { Spent } from './cli.ts';

/** What was spent since `before`, by counters that only grow; a counter that fell was started anew. */
export function spentSince(now: Spent, before: Spent, cumulative: { tokens: boolean; cost: boolean }): Spent {
  const since = (amount: number | null, earlier: number | null): number | null =>
    amount === null || earlier === null || amount < earlier ? amount : amount - earlier;
  return {
    inputTokens: cumulative.tokens ? since(now.inputTokens, before.inputTokens) : now.inputTokens,
    outputTokens: cumulative.tokens ? since(now.outputTokens, before.outputTokens) : now.outputTokens,
    costUsd: cumulative.cost ? since(now.costUsd, before.costUsd) : now.costUsd,
  };
}

export function addSpent(a: Spent, b: Spent): Spent {
  const sum = (one: number | null, other: number | null): number | null => (one === null ? other : one + (other ?? 0));
  return {
    inputTokens: sum(a.inputTokens, b.inputTokens),
    outputTokens: sum(a.outputTokens, b.outputTokens),
    costUsd: sum(a.costUsd, b.costUsd),
  };
}
