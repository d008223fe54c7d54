import * as z from 'zod';
import type { AgentAsk, AgentCli, AgentOutput, AgentReading, Spent } from './cli.ts';
import { NOTHING_SPENT } from './cli.ts';
import { ownModel, providerAndName } from './model-name.ts';
import { firstVariable, pickVariables } from './pick-variables.ts';
import { jsonLines, jsonObject } from './printed.ts';
import { unanswered } from './unanswered.ts';

const USAGE = 'usage.json';
/** In the order in which it looks for them itself. */
const TOKENS = ['COPILOT_GITHUB_TOKEN', 'GH_TOKEN', 'GITHUB_TOKEN'] as const;
const HOSTS = ['COPILOT_GH_HOST', 'GH_HOST'] as const;

/**
 * The one that gets a GitHub token, as its provider knows no other key: so every tool that could use one is taken from it,
 * and with `base-url` it gets none.
 */
export const copilot: AgentCli = {
  name: 'copilot',
  title: 'Copilot CLI',
  program: 'copilot',
  packageName: '@github/copilot',
  minVersion: [1, 0, 102],
  variables: [...TOKENS, ...HOSTS],
  cumulative: { tokens: true, cost: true },
  startsIn: 'tree',
  invoke(ask) {
    const model = ask.baseUrl === null ? ownModel(ask.model, 'github') : nameOf(ask.model);
    return {
      args: [
        '--output-format=json',
        `--usage-output-file=${ask.home}/${USAGE}`,
        '--available-tools=view,grep,glob',
        '--deny-tool=shell,write,url',
        '--disable-builtin-mcps',
        '--no-custom-instructions',
        '--disallow-temp-dir',
        '--no-ask-user',
        '--no-remote',
        '--no-remote-export',
        '--no-auto-update',
        '--log-level=none',
        '--secret-env-vars=COPILOT_GITHUB_TOKEN,COPILOT_PROVIDER_API_KEY',
        ...(model === null ? [] : [`--model=${model}`]),
        ...(ask.resume === null ? [] : [`--resume=${ask.resume}`]),
      ],
      env: environmentFor(ask),
      files: {},
      collects: [USAGE],
    };
  },
  read: readCopilot,
};

function nameOf(model: string | null): string | null {
  return model === null ? null : (providerAndName(model)?.name ?? model);
}

function environmentFor({ apiKey, baseUrl, env, model }: AgentAsk): Record<string, string> {
  if (baseUrl !== null) {
    const type = model !== null && providerAndName(model)?.provider === 'anthropic' ? 'anthropic' : 'openai';
    return {
      COPILOT_PROVIDER_BASE_URL: baseUrl,
      COPILOT_PROVIDER_TYPE: type,
      ...(apiKey === null ? {} : { COPILOT_PROVIDER_API_KEY: apiKey }),
      COPILOT_OFFLINE: 'true',
    };
  }
  const token = apiKey ?? firstVariable(env, TOKENS);
  return { ...(token === null ? {} : { COPILOT_GITHUB_TOKEN: token }), ...pickVariables(env, HOSTS) };
}

const Event = z.union([
  z.object({ type: z.literal('assistant.message'), data: z.object({ content: z.string() }) }),
  z.object({ type: z.literal('session.error'), data: z.object({ message: z.string() }) }),
  z.object({ type: z.literal('result'), sessionId: z.string().min(1).max(512), exitCode: z.int() }),
]);

export function readCopilot({ code, stdout, stderr, files }: AgentOutput): AgentReading {
  let sessionId: string | null = null;
  let exitCode: number | null = null;
  let answer = '';
  const said: string[] = [];
  for (const line of jsonLines(stdout)) {
    const parsed = Event.safeParse(line);
    if (!parsed.success) continue;
    const event = parsed.data;
    switch (event.type) {
      case 'assistant.message':
        // Messages that only call a tool are empty.
        if (event.data.content.trim() !== '') answer = event.data.content;
        break;
      case 'session.error':
        said.push(event.data.message);
        break;
      case 'result':
        ({ sessionId, exitCode } = event);
        break;
      default:
        event satisfies never;
    }
  }
  const told = { sessionId, spent: spentBy(files[USAGE]) };
  const words = [...said, stderr].join('\n').trim();
  if (code === 0 && exitCode === 0 && said.length === 0) {
    if (answer !== '') return { outcome: 'answered', text: answer, ...told };
    return { outcome: 'failed', failure: 'empty', said: words, ...told };
  }
  return unanswered({ ...told, words, stdout, recognised: sessionId !== null });
}

const count = z.int().nonnegative();
const Usage = z.object({
  modelMetrics: z.record(z.string(), z.object({ usage: z.object({ inputTokens: count, outputTokens: count }) })),
});

function spentBy(text: string | undefined): Spent {
  const parsed = Usage.safeParse(text === undefined ? null : jsonObject(text));
  if (!parsed.success) return NOTHING_SPENT;
  const used = Object.values(parsed.data.modelMetrics).map(({ usage }) => usage);
  return {
    inputTokens: used.reduce((sum, { inputTokens }) => sum + inputTokens, 0),
    outputTokens: used.reduce((sum, { outputTokens }) => sum + outputTokens, 0),
    costUsd: null,
  };
}
