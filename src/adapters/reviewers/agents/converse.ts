import type { AgentFailure, Spent } from '../../../core/agents/cli.ts';
import { NOTHING_SPENT } from '../../../core/agents/cli.ts';
import { askAgain } from '../../../core/agents/agent-prompt.ts';
import { adviceFor } from '../../../core/agents/failure.ts';
import { answerIn } from '../../../core/agents/printed.ts';
import { addSpent, spentSince } from '../../../core/agents/spent.ts';
import { readAnswer, type Answer } from '../../../core/prompt/answer.ts';
import { faultsText, printedBy } from '../printed.ts';
import { askAgent, type Asked, type Asking } from './ask-agent.ts';

/** What came of a conversation, however often was asked in it. */
export type Conversed =
  | {
      outcome: 'answered';
      answer: Answer;
      sessionId: string | null;
      /** In this run. */
      spent: Spent;
      /** By the conversation's own counters, at its end. */
      counters: Spent;
    }
  | { outcome: 'failed'; failure: AgentFailure | 'timeout'; why: string; output: string; spent: Spent }
  | { outcome: 'aborted' };

export type Question = {
  prompt: string;
  resume: string | null;
  /** Names of the pull requests. */
  asked: readonly string[];
  /** By when it must be done, in `now`'s milliseconds. */
  deadlineMs: number;
};

/** Asks, and once more in the same conversation where the answer is not as its contract says. */
export async function converse(
  asking: Asking,
  question: Question,
  around: { now: () => number; secrets: readonly string[] },
  signal: AbortSignal,
): Promise<Conversed> {
  const { cli, place } = asking;
  let counters = place.spent;
  let spent = NOTHING_SPENT;
  let { prompt, resume } = question;
  for (let attempt = 1; ; attempt += 1) {
    const timeoutMs = Math.max(1, Math.round(question.deadlineMs - around.now()));
    const asked = await askAgent(withBudgetLeft(asking, spent), { prompt, resume, timeoutMs }, signal);
    if (asked.outcome !== 'read') return withoutReading(asked, { asking, timeoutMs, spent, secrets: around.secrets });
    const { reading, ended } = asked;
    spent = addSpent(spent, spentSince(reading.spent, counters, cli.cumulative));
    counters = latest(reading.spent, counters);
    const output = printedBy(
      reading.outcome === 'failed' ? { stdout: '', stderr: reading.said } : ended,
      around.secrets,
    );
    if (reading.outcome === 'failed') {
      return { outcome: 'failed', failure: reading.failure, why: adviceFor(cli, reading.failure), output, spent };
    }
    const { sessionId } = reading;
    const read = readAnswer(answerIn(reading.text), question.asked);
    if (read.outcome === 'read') return { outcome: 'answered', answer: read.answer, sessionId, spent, counters };
    if (attempt === 2 || sessionId === null) {
      const faults = faultsText(read.faults, around.secrets);
      const why = `${cli.title} did not answer as its contract says, asked ${attempt === 2 ? 'twice' : 'once'}: ${faults}.`;
      return { outcome: 'failed', failure: 'unreadable', why, output, spent };
    }
    prompt = askAgain(read.faults, question.asked);
    resume = sessionId;
  }
}

/** What is spent is gone from the limit of the run, whatever came of it. */
export function withBudgetLeft(asking: Asking, spent: Spent): Asking {
  const { maxCostUsd } = asking.ask;
  if (maxCostUsd === null || spent.costUsd === null) return asking;
  // Nothing left still is an amount to a program, and it says so by itself.
  return { ...asking, ask: { ...asking.ask, maxCostUsd: Math.max(0.000_001, maxCostUsd - spent.costUsd) } };
}

function latest(now: Spent, before: Spent): Spent {
  return {
    inputTokens: now.inputTokens ?? before.inputTokens,
    outputTokens: now.outputTokens ?? before.outputTokens,
    costUsd: now.costUsd ?? before.costUsd,
  };
}

function withoutReading(
  asked: Exclude<Asked, { outcome: 'read' }>,
  about: { asking: Asking; timeoutMs: number; spent: Spent; secrets: readonly string[] },
): Conversed {
  const { asking, spent } = about;
  const { title } = asking.cli;
  switch (asked.outcome) {
    case 'aborted':
      return asked;
    case 'not-started':
      return {
        outcome: 'failed',
        failure: 'error',
        why: `${title} could not be started: ${asked.why}.`,
        output: '',
        spent,
      };
    case 'ended': {
      const output = printedBy(asked.ended, about.secrets);
      if (asked.why === 'timeout') {
        const seconds = Math.round(about.timeoutMs / 100) / 10;
        const why = `${title} was ended after ${seconds} s, its time limit: raise timeout-minutes, or look whether its provider answers.`;
        return { outcome: 'failed', failure: 'timeout', why, output, spent };
      }
      const why = `${title} printed more than can be an answer and was ended: run it again, or use another model.`;
      return { outcome: 'failed', failure: 'unreadable', why, output, spent };
    }
    default:
      return asked satisfies never;
  }
}
