import { assertNever } from '../exhaustive.ts';
import type { AgentCli, AgentFailure } from './cli.ts';
import { versionText } from './version.ts';

/** From what is surest to what is vaguest: the first that matches counts. */
const SIGNS: readonly [RegExp, AgentFailure][] = [
  [
    /no conversation found|no rollout found|invalid session identifier|session not found|no session, task|error resuming session|no previous sessions/i,
    'session-gone',
  ],
  [/max(?:imum)?[ _-]?budget|budget (?:exceeded|reached)|session limit|max-ai-credits/i, 'budget'],
  [
    /\b401\b|unauthori[sz]ed|authenticat|invalid[ \w-]*(?:api|x-api)[ -]?key|api key not valid|not logged in|log ?in\b|invalid auth method/i,
    'key',
  ],
  [/\b403\b|forbidden|may not use|not allowed to use/i, 'key'],
  [
    /model[^\n]{0,80}(?:not found|does not exist|not supported|no access)|no such model|unknown model|\bnot_found_error/i,
    'model',
  ],
  [/\b429\b|rate.?limit|quota|insufficient.?(?:funds|credit)|credit balance|billing/i, 'limit'],
  [
    /econnrefused|enotfound|etimedout|econnreset|fetch failed|could not connect|connection (?:refused|error|failed|reset)|stream disconnected|error sending request|unable to connect|socket hang up/i,
    'unreachable',
  ],
  [/\b5\d\d\b|overloaded|server error|service unavailable|bad gateway/i, 'overloaded'],
  [/content.?(?:filter|policy)|safety|refus|prohibited/i, 'refused'],
  [
    /(?:prompt|context|input)[^\n]{0,40}(?:too long|too large|exceed)|context.?(?:length|window)|\b413\b|max_tokens|max tokens/i,
    'too-long',
  ],
];

export function failureOf(said: string): AgentFailure {
  return SIGNS.find(([sign]) => sign.test(said))?.[1] ?? 'error';
}

/** Whether a conversation that could not be continued may fare better when it is begun anew. */
export function isWorthFresh(failure: AgentFailure): boolean {
  switch (failure) {
    case 'session-gone':
    case 'refused':
    case 'too-long':
    case 'empty':
    case 'unreadable':
    case 'error':
      return true;
    case 'key':
    case 'model':
    case 'limit':
    case 'unreachable':
    case 'overloaded':
    case 'budget':
      return false;
    default:
      return assertNever(failure, "an agent's failure");
  }
}

/** One sentence that says what happened and what to do. */
export function adviceFor(cli: Pick<AgentCli, 'title' | 'variables'>, failure: AgentFailure): string {
  const { title } = cli;
  switch (failure) {
    case 'session-gone':
      return `${title} no longer has the conversation that was to be continued.`;
    case 'key':
      return `${title} was not let in by its provider: set api-key, or one of ${cli.variables.filter(isKey).join(', ')}, to a key that may use the model.`;
    case 'model':
      return `${title} has no such model: correct the input model.`;
    case 'limit':
      return `${title} ran into its provider's limits: run it again later, or raise the rate limit or credit of the key.`;
    case 'unreachable':
      return `${title} could not reach its provider: check base-url, and the network of the runner.`;
    case 'overloaded':
      return `${title} met a fault of its provider: run it again later.`;
    case 'refused':
      return `${title} refused to answer: look at what it said in the log, or use another model.`;
    case 'too-long':
      return `${title} found the pull request too long for the model: use one with a larger context, or leave files out with paths-ignore.`;
    case 'budget':
      return `${title} spent all that max-cost allows before it was done: raise max-cost, or leave files out with paths-ignore.`;
    case 'empty':
      return `${title} answered nothing: run it again, or use another model.`;
    case 'unreadable':
      return `${title} printed what can't be read: use the version that it was tested with, or look at the log.`;
    case 'error':
      return `${title} failed: look at what it said in the log.`;
    default:
      return assertNever(failure, "an agent's failure");
  }
}

function isKey(name: string): boolean {
  return /(?:KEY|TOKEN)$/.test(name);
}

export function installLine(cli: Pick<AgentCli, 'packageName' | 'minVersion'>): string {
  return `npm install --global ${cli.packageName}@${versionText(cli.minVersion)}`;
}
