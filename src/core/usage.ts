import * as z from 'zod';

const count = z.int().nonnegative();

/** US dollars, to a billionth: what is smaller means nothing, and DynamoDB holds no number as small as JSON can write. */
const dollars = z
  .number()
  .min(0)
  .max(1e9)
  .overwrite((usd) => Math.round(usd * 1e9) / 1e9);

/** What a run read and spent. Token counts of `scope*` are ours (o200k); the others are what the reviewer reported, null where it said nothing. */
export const Usage = z.object({
  inputTokens: count.nullable(),
  outputTokens: count.nullable(),
  costUsd: dollars.nullable(),
  /** Tokens of the diff in this run's scope. */
  scopeTokens: count,
  /** Tokens of the PR's full diff. */
  fullTokens: count,
  scopeFiles: count,
  /** Added lines and points of removal in scope. */
  scopeLines: count.optional(),
  fullFiles: count,
  durationMs: count,
  /** Findings that a second look of the reviewer's refuted and dropped. */
  refuted: count.optional(),
  /** What all runs of the PR used so far, this one included, as far as they reported it. */
  spent: z.object({ inputTokens: count, outputTokens: count, costUsd: dollars }).optional(),
});
export type Usage = z.infer<typeof Usage>;

export const NO_USAGE: Usage = {
  inputTokens: null,
  outputTokens: null,
  costUsd: null,
  scopeTokens: 0,
  fullTokens: 0,
  scopeFiles: 0,
  fullFiles: 0,
  durationMs: 0,
};
