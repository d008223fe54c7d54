import { answerIn } from '../../../core/agents/printed.ts';
import { strictSchema } from '../../../core/agents/answer-schema.ts';
import { SummaryAnswer, summaryPrompt } from '../../../core/prompt/summary.ts';
import type { PartReview } from '../../../core/reviewing/merge-parts.ts';
import { pullRequestName } from '../../../core/pull-request.ts';
import type { PullRequestRequest } from '../../../ports/reviewer.ts';
import type { RunContext } from './context.ts';

const SCHEMA = strictSchema(SummaryAnswer);

/** One summary of what the parts say of theirs; where none can be had, theirs one after the other. */
export async function summarise(
  { conversation, boundary, signal }: RunContext,
  pull: PullRequestRequest,
  parts: readonly PartReview[],
): Promise<string> {
  const said = parts.filter(({ summary }) => summary.trim() !== '');
  const [only] = said;
  if (said.length < 2) return only?.summary ?? '';
  const about = {
    pullRequest: pullRequestName(pull.pullRequest),
    title: pull.title,
    body: pull.body,
    mode: pull.decision.mode,
    previous: pull.previous,
  };
  const spoken = await conversation.ask(
    { pieces: () => summaryPrompt(about, said, boundary), schema: SCHEMA, tools: null, maxSteps: 1 },
    signal,
  );
  const read = spoken.outcome === 'answered' ? SummaryAnswer.safeParse(parsed(answerIn(spoken.text))) : null;
  return read?.success === true ? read.data.summary : said.map(({ summary }) => summary.trim()).join('\n\n');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
