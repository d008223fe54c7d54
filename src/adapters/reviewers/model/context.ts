import type { Surroundings } from '../../../core/prompt/rules.ts';
import type { Log } from '../../../ports/log.ts';

import type { Conversation } from './conversation.ts';
import type { ToolLimits } from './tools.ts';

/** What every question of one run has in common. */
export type RunContext = {
  conversation: Conversation;
  signal: AbortSignal;
  /** Drawn anew for each run: data stands between two of it. */
  boundary: string;
  /** `provider/id`, for messages. */
  model: string;
  log: Log;
  tools: ToolLimits & { steps: number };
};

export function surroundingsOf(withTools: boolean): Surroundings {
  return withTools ? 'tools' : 'none';
}
