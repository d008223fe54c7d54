/** What a reviewer reported for several PRs at once, null where it said nothing. */
export type ReportedUsage = { inputTokens: number | null; outputTokens: number | null; costUsd: number | null };

/** Splits what one call spent among the PRs it served, by the size of their scopes; the parts add up to the whole. */
export function shareUsage(total: ReportedUsage, weights: readonly number[]): ReportedUsage[] {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const even = sum === 0;
  const shareOf = (weight: number): number => (even ? 1 / weights.length : weight / sum);
  const wholeParts = (amount: number): number[] => {
    let given = 0;
    return weights.map((weight, index) => {
      const part = index === weights.length - 1 ? amount - given : Math.floor(amount * shareOf(weight));
      given += part;
      return part;
    });
  };
  const inputs = total.inputTokens === null ? null : wholeParts(total.inputTokens);
  const outputs = total.outputTokens === null ? null : wholeParts(total.outputTokens);
  return weights.map((weight, index) => ({
    inputTokens: inputs?.[index] ?? null,
    outputTokens: outputs?.[index] ?? null,
    costUsd: total.costUsd === null ? null : total.costUsd * shareOf(weight),
  }));
}
