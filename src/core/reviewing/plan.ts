import type { Spent } from './spent.ts';
import { totalOf, type Part, type PartFile } from './parts.ts';

/** What a run may use; null: no limit. */
export type Budget = { inputTokens: number | null; costUsd: number | null };

export const NO_BUDGET: Budget = { inputTokens: null, costUsd: null };

/** What a review costs beside the files themselves. */
export type CallCosts = {
  /** Tokens that a call of this pull request carries beside its part: rules, contract, instructions, the pull request. */
  fixedTokens: (pullRequest: string) => number;
  /** Calls that a part takes, each sending all of its prompt: those with tools, and the second look. At least 1. */
  callsPerPart: number;
  /** Tokens that are written about a part. */
  outputTokensPerPart: number;
  /** In US dollars; null where no price is known. */
  costUsd: (tokens: { inputTokens: number; outputTokens: number }) => number | null;
};

export type Estimate = { calls: number; inputTokens: number; outputTokens: number; costUsd: number | null };

/** A file that the budget has no room for: it stays pending. */
export type Cut = { pullRequest: string; path: string; reason: string };

export type ReviewPlan = {
  /** In the order in which they are to be reviewed. */
  parts: Part[];
  cut: Cut[];
  /** Of what is left. */
  estimate: Estimate;
  /** Of the whole, had there been no budget. */
  whole: Estimate;
};

export function estimateOf(parts: readonly Part[], costs: CallCosts): Estimate {
  const calls = parts.length * costs.callsPerPart;
  const inputTokens = parts.reduce(
    (sum, part) => sum + costs.callsPerPart * (costs.fixedTokens(part.pullRequest) + part.tokens),
    0,
  );
  const outputTokens = parts.length * costs.outputTokensPerPart;
  return { calls, inputTokens, outputTokens, costUsd: costs.costUsd({ inputTokens, outputTokens }) };
}

/**
 * What of the parts the budget has room for, by the estimate. Goes through them in their order, that is by risk; of a
 * part that is too much, the files at the highest risk stay; later, smaller ones fill what room is left. The slices of a
 * file stay or go together, for a file half reviewed is not reviewed. A limit on costs needs a known price.
 */
export function planWithin(parts: readonly Part[], budget: Budget, costs: CallCosts): ReviewPlan {
  if (budget.costUsd !== null && costs.costUsd({ inputTokens: 0, outputTokens: 0 }) === null) {
    throw new Error('a limit on costs was set, and no price is known: say so before anything is planned');
  }
  const kept: Part[] = [];
  const cut: Cut[] = [];
  const fits = (more: readonly Part[]): boolean => lackOf(estimateOf([...kept, ...more], costs), budget) === null;
  for (const unit of unitsOf(parts)) {
    if (fits(unit)) {
      kept.push(...unit);
      continue;
    }
    const lack = lackOf(estimateOf([...kept, ...unit], costs), budget) ?? '';
    const [only] = unit;
    const less = unit.length === 1 && only !== undefined ? lessOf(only, (part) => fits([part])) : null;
    if (less !== null) kept.push(less);
    const stays = new Set(less?.files.map(({ file }) => file.path));
    const left = unit.flatMap(({ files }) => files).filter(({ file }) => !stays.has(file.path));
    cut.push(...cutOf(unit, left, lack));
  }
  return { parts: kept, cut, estimate: estimateOf(kept, costs), whole: estimateOf(parts, costs) };
}

/** What is left for this run of what it and the pull request as a whole may use. */
export function budgetLeft(limits: { run: Budget; life: Budget }, spent: Spent): Budget {
  const least = (run: number | null, life: number | null, used: number): number | null => {
    if (life === null) return run;
    return Math.min(run ?? Number.POSITIVE_INFINITY, Math.max(0, life - used));
  };
  return {
    inputTokens: least(limits.run.inputTokens, limits.life.inputTokens, spent.inputTokens),
    costUsd: least(limits.run.costUsd, limits.life.costUsd, spent.costUsd),
  };
}

/** Parts one by one, the slices of a file together where the first of them stands. */
function unitsOf(parts: readonly Part[]): Part[][] {
  const units: Part[][] = [];
  const bySlicedFile = new Map<string, Part[]>();
  for (const part of parts) {
    const name = JSON.stringify([part.pullRequest, part.files[0]?.file.path]);
    const begun = part.slice === null ? undefined : bySlicedFile.get(name);
    if (begun !== undefined) {
      begun.push(part);
      continue;
    }
    const unit = [part];
    units.push(unit);
    if (part.slice !== null) bySlicedFile.set(name, unit);
  }
  return units;
}

/** The part without what does not fit, its files at the highest risk first; null where not one fits. */
function lessOf(part: Part, fits: (part: Part) => boolean): Part | null {
  let less: PartFile[] = [];
  for (const file of part.files.toSorted((a, b) => b.risk - a.risk)) {
    const more = [...less, file];
    if (fits({ ...part, files: more, ...totalOf(more) })) less = more;
  }
  const files = part.files.filter((file) => less.includes(file));
  return files.length === 0 ? null : { ...part, files, ...totalOf(files) };
}

/** What the estimate goes beyond, in words; null: nothing. */
function lackOf(estimate: Estimate, { inputTokens, costUsd }: Budget): string | null {
  if (inputTokens !== null && estimate.inputTokens > inputTokens) return `${Math.floor(inputTokens)} input tokens`;
  if (costUsd !== null && (estimate.costUsd ?? 0) > costUsd) return `$${costUsd.toFixed(2)}`;
  return null;
}

function cutOf(unit: readonly Part[], left: readonly PartFile[], lack: string): Cut[] {
  const pullRequest = unit[0]?.pullRequest ?? '';
  const paths = new Set(left.map(({ file }) => file.path));
  return [...paths].map((path) => ({ pullRequest, path, reason: `budget: no room left in ${lack}` }));
}
