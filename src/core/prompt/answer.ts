import * as z from 'zod';
import { faultsOf } from '../faults.ts';
import { Judgement, RawFinding } from '../finding.ts';

/**
 * What a reviewer that reads a prompt answers, DESIGN 13. Published as docs/schemas/reviewer-answer.schema.json. Unknown
 * fields are ignored.
 */

const count = z.int().nonnegative();
const path = z.string().min(1).max(4096);

export const ReviewAnswer = z.object({
  /** As the request names it: `owner/repo#12`. */
  pullRequest: z.string().min(1).max(200),
  /** Markdown about the pull request as a whole. */
  summary: z.string().max(60_000).default(''),
  findings: z.array(RawFinding).max(5000).default([]),
  /** Of the findings that the request lists under `findings`. */
  judgements: z.array(Judgement).max(20_000).default([]),
  /** Files that were not looked at: a later run will. */
  notReviewed: z
    .array(z.object({ path, reason: z.string().max(500).default('') }))
    .max(100_000)
    .default([]),
});
export type ReviewAnswer = z.infer<typeof ReviewAnswer>;

export const Answer = z.object({
  reviews: z.array(ReviewAnswer).max(100),
  usage: z
    .object({
      inputTokens: count.nullish(),
      outputTokens: count.nullish(),
      costUsd: z.number().nonnegative().nullish(),
    })
    .nullish(),
  /** Given back on the next push as PUSHBACK_SESSION_ID. */
  sessionId: z.string().max(512).nullish(),
});
export type Answer = z.infer<typeof Answer>;

export type AnswerReading = { outcome: 'read'; answer: Answer } | { outcome: 'refused'; faults: string[] };

/**
 * Reads an answer and checks it whole.
 *
 * @param asked names of the pull requests that the request was about; a review of any other is a fault. One that has
 *   none is not: its files stay pending.
 */
export function readAnswer(text: string, asked: readonly string[]): AnswerReading {
  if (text.trim() === '') return refused('it printed nothing, where one JSON object was expected');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refused(`it printed no JSON object: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = Answer.safeParse(value);
  if (!parsed.success) return { outcome: 'refused', faults: faultsOf(parsed.error) };
  const seen = new Set<string>();
  const faults = parsed.data.reviews.flatMap(({ pullRequest }, index) => {
    const where = `reviews[${index}].pullRequest`;
    if (!asked.includes(pullRequest)) {
      return [`${where}: ${JSON.stringify(pullRequest)} was not asked for; asked for: ${asked.join(', ')}`];
    }
    if (seen.has(pullRequest)) return [`${where}: ${JSON.stringify(pullRequest)} is reviewed twice`];
    seen.add(pullRequest);
    return [];
  });
  return faults.length === 0 ? { outcome: 'read', answer: parsed.data } : { outcome: 'refused', faults };
}

function refused(fault: string): AnswerReading {
  return { outcome: 'refused', faults: [fault] };
}
