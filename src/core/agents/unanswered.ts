import type { AgentReading, Spent } from './cli.ts';
import { failureOf } from './failure.ts';

/** What to make of output without an answer in it. */
export function unanswered(found: {
  sessionId: string | null;
  spent: Spent;
  /** What the program said of it. */
  words: string;
  stdout: string;
  /** Whether anything it printed was of the form that is read here. */
  recognised: boolean;
}): Extract<AgentReading, { outcome: 'failed' }> {
  const { sessionId, spent, stdout, recognised } = found;
  const words = found.words.trim();
  if (words === '' && (recognised || stdout.trim() === '')) {
    return { outcome: 'failed', failure: 'empty', said: '', sessionId, spent };
  }
  const failure = failureOf(words);
  const sure = failure === 'error' && !recognised ? 'unreadable' : failure;
  return { outcome: 'failed', failure: sure, said: words === '' ? stdout : words, sessionId, spent };
}
