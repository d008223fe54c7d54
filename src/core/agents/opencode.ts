import * as z from 'zod';
import type { AgentAsk, AgentCli, AgentOutput, AgentReading, Spent } from './cli.ts';
import { NOTHING_SPENT } from './cli.ts';
import { providerAndName } from './model-name.ts';
import { pickVariables } from './pick-variables.ts';
import { jsonLines } from './printed.ts';
import { addSpent } from './spent.ts';
import { unanswered } from './unanswered.ts';

const KEYS = [
  'ANTHROPIC_API_KEY',
  'OPENAI_API_KEY',
  'GEMINI_API_KEY',
  'GOOGLE_GENERATIVE_AI_API_KEY',
  'OPENROUTER_API_KEY',
  'OPENCODE_API_KEY',
] as const;
/** Has a name of ours, so that it is no provider's by chance. */
const KEY = 'PUSHBACK_AGENT_KEY';
/** Whose protocol it speaks by itself; everybody else's endpoint is taken for one compatible with OpenAI's. */
const KNOWN = new Set(['anthropic', 'openai', 'google', 'openrouter', 'opencode']);

export const opencode: AgentCli = {
  name: 'opencode',
  title: 'opencode',
  program: 'opencode',
  packageName: 'opencode-ai',
  minVersion: [1, 18, 33],
  variables: KEYS,
  // Each step tells its own, and only those of this run are printed.
  cumulative: { tokens: false, cost: false },
  startsIn: 'tree',
  invoke(ask) {
    return {
      args: [
        'run',
        '--format=json',
        '--pure',
        '--title=review',
        ...(ask.model === null ? [] : [`--model=${ask.model}`]),
        ...(ask.resume === null ? [] : [`--session=${ask.resume}`]),
      ],
      env: environmentFor(ask),
      files: {},
      collects: [],
    };
  },
  read: readOpencode,
};

function environmentFor(ask: AgentAsk): Record<string, string> {
  return {
    ...(ask.apiKey === null ? pickVariables(ask.env, KEYS) : { [KEY]: ask.apiKey }),
    OPENCODE_CONFIG_CONTENT: JSON.stringify(configuration(ask)),
    OPENCODE_DISABLE_PROJECT_CONFIG: '1',
    OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
    ...(ask.baseUrl === null ? {} : { OPENCODE_DISABLE_MODELS_FETCH: '1' }),
    // What it installs by itself is for this call.
    npm_config_cache: `${ask.scratch}/npm`,
    NO_COLOR: '1',
  };
}

/** It may read files, and do nothing else. */
function configuration({ model, apiKey, baseUrl }: AgentAsk): object {
  const named = model === null ? null : providerAndName(model);
  const options = {
    ...(apiKey === null ? {} : { apiKey: `{env:${KEY}}` }),
    ...(baseUrl === null ? {} : { baseURL: baseUrl }),
  };
  const provider =
    named === null || (apiKey === null && baseUrl === null)
      ? {}
      : {
          provider: {
            [named.provider]: {
              ...(KNOWN.has(named.provider) ? {} : { npm: '@ai-sdk/openai-compatible', name: named.provider }),
              options,
              models: { [named.name]: { name: named.name } },
            },
          },
        };
  return {
    share: 'disabled',
    autoupdate: false,
    snapshot: false,
    permission: { '*': 'deny', read: 'allow', grep: 'allow', glob: 'allow', list: 'allow', external_directory: 'deny' },
    ...provider,
  };
}

const count = z.number().nonnegative().default(0);
const sessionID = z.string().min(1).max(512);
const Event = z.union([
  z.object({
    type: z.literal('text'),
    sessionID,
    part: z.object({ messageID: z.string(), text: z.string() }),
  }),
  z.object({
    type: z.literal('step_finish'),
    sessionID,
    part: z.object({
      reason: z.string().optional(),
      cost: z.number().nonnegative().optional(),
      tokens: z.object({
        input: count,
        output: count,
        reasoning: count,
        cache: z.object({ read: count, write: count }).default({ read: 0, write: 0 }),
      }),
    }),
  }),
  z.object({
    type: z.literal('error'),
    sessionID: sessionID.optional(),
    error: z.object({ name: z.string().default(''), data: z.object({ message: z.string().default('') }).optional() }),
  }),
]);

/** The answer is the text of its last message. */
export function readOpencode({ code, stdout, stderr }: AgentOutput): AgentReading {
  let sessionId: string | null = null;
  let answer: { messageID: string; text: string } = { messageID: '', text: '' };
  let spent: Spent = NOTHING_SPENT;
  let finish = '';
  const said: string[] = [];
  for (const line of jsonLines(stdout)) {
    const parsed = Event.safeParse(line);
    if (!parsed.success) continue;
    const event = parsed.data;
    sessionId = event.sessionID ?? sessionId;
    switch (event.type) {
      case 'text': {
        const { messageID, text } = event.part;
        answer = answer.messageID === messageID ? { messageID, text: answer.text + text } : { messageID, text };
        break;
      }
      case 'step_finish':
        spent = addSpent(spent, spentBy(event.part));
        finish = event.part.reason ?? '';
        break;
      case 'error':
        said.push(`${event.error.name} ${event.error.data?.message ?? ''}`);
        break;
      default:
        event satisfies never;
    }
  }
  const told = { sessionId, spent };
  const words = [...said, stderr].join('\n').trim();
  if (said.length === 0 && code === 0 && answer.text.trim() !== '') {
    return { outcome: 'answered', text: answer.text, ...told };
  }
  if (finish === 'content-filter') return { outcome: 'failed', failure: 'refused', said: words, ...told };
  return unanswered({ ...told, words, stdout, recognised: sessionId !== null || said.length > 0 });
}

type Step = Extract<z.infer<typeof Event>, { type: 'step_finish' }>['part'];

function spentBy({ tokens, cost }: Step): Spent {
  const { input, output, reasoning, cache } = tokens;
  // What a model costs is unknown to it where it says 0 of one that nobody listed.
  const costUsd = cost === undefined || cost === 0 ? null : cost;
  return { inputTokens: input + cache.read + cache.write, outputTokens: output + reasoning, costUsd };
}
