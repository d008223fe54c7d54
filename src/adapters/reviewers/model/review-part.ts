import { answerIn } from '../../../core/agents/printed.ts';
import { answerSchemas } from '../../../core/agents/answer-schema.ts';
import { readAnswer, type ReviewAnswer } from '../../../core/prompt/answer.ts';
import { promptPieces, type PromptPart, type PromptPieces } from '../../../core/prompt/prompt.ts';
import { repairPrompt } from '../../../core/prompt/repair.ts';
import type { ReviewerRequest } from '../../../core/prompt/request.ts';
import { withinRequest } from '../../../core/prompt/within-request.ts';
import type { PartReview } from '../../../core/reviewing/merge-parts.ts';
import { failureOf, type ModelFailure, type ModelProblem } from '../../../core/reviewing/model-failure.ts';
import type { PullRequestRequest } from '../../../ports/reviewer.ts';
import { surroundingsOf, type RunContext } from './context.ts';
import type { Question, Spoken } from './conversation.ts';
import { createTools } from './tools.ts';

const SCHEMA = answerSchemas().strict;

export type PartOutcome =
  | { outcome: 'reviewed'; review: PartReview }
  | { outcome: 'failed'; failure: ModelFailure; problem: ModelProblem }
  | { outcome: 'aborted' };

/** Asks about one part, and once more for a readable answer where the first is none. */
export async function reviewPart(
  context: RunContext,
  request: ReviewerRequest,
  pull: PullRequestRequest,
  part: PromptPart,
): Promise<PartOutcome> {
  const { conversation, boundary, signal, model } = context;
  const pieces = (withTools: boolean): PromptPieces =>
    promptPieces(request, part, { boundary, surroundings: surroundingsOf(withTools) });
  const question: Question = {
    pieces,
    schema: SCHEMA,
    tools: createTools(pull, boundary, context.tools),
    maxSteps: context.tools.steps,
  };
  const failed = (problem: ModelProblem): PartOutcome => ({
    outcome: 'failed',
    problem,
    failure: failureOf(problem, model),
  });

  let spoken: Spoken = await conversation.ask(question, signal);
  let faults: string[] = [];
  for (const repaired of [false, true]) {
    if (spoken.outcome === 'aborted') return spoken;
    if (spoken.outcome === 'failed') return failed(spoken.problem);
    const read = readPart(spoken.text, part.asked.pullRequest);
    if ('review' in read) return { outcome: 'reviewed', review: within(read.review, pull, part) };
    faults = read.faults;
    if (repaired) break;
    const more = { answer: spoken.text, say: repairPrompt({ faults, answer: null }, boundary) };
    spoken = await conversation.ask({ ...question, pieces, more, tools: null, maxSteps: 1 }, signal);
  }
  return failed({ kind: 'malformed', faults });
}

function readPart(text: string, pullRequest: string): { review: ReviewAnswer } | { faults: string[] } {
  const reading = readAnswer(answerIn(text), [pullRequest]);
  if (reading.outcome === 'refused') return { faults: reading.faults };
  const [review] = reading.answer.reviews;
  return review === undefined ? { faults: [`reviews: says nothing of ${pullRequest}`] } : { review };
}

/** Only what it was asked about counts: findings on files in scope, and what it left of its own part. */
function within(said: ReviewAnswer, pull: PullRequestRequest, { asked }: PromptPart): PartReview {
  const paths = asked.files.map(({ path }) => path);
  const { summary, findings, judgements, notReviewed } = withinRequest(said, pull).review;
  return { paths, summary, findings, judgements, notReviewed: notReviewed.filter(({ path }) => paths.includes(path)) };
}
