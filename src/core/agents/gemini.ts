import * as z from 'zod';
import { withoutVersion } from './base-url.ts';
import type { AgentAsk, AgentCli, AgentOutput, AgentReading, Spent } from './cli.ts';
import { NOTHING_SPENT } from './cli.ts';
import { failureOf } from './failure.ts';
import { ownModel } from './model-name.ts';
import { firstVariable } from './pick-variables.ts';
import { trailingObject } from './printed.ts';
import { unanswered } from './unanswered.ts';

export const gemini: AgentCli = {
  name: 'gemini',
  title: 'Gemini CLI',
  program: 'gemini',
  packageName: '@google/gemini-cli',
  minVersion: [0, 61, 0],
  variables: ['GEMINI_API_KEY', 'GOOGLE_GEMINI_BASE_URL'],
  cumulative: { tokens: false, cost: false },
  // It reads settings (hooks, servers) of the folder that it is started in, and of no other.
  startsIn: 'desk',
  invoke(ask) {
    const model = ownModel(ask.model, 'google');
    return {
      args: [
        '--output-format=json',
        '--approval-mode=plan',
        '--extensions=none',
        `--include-directories=${ask.tree}`,
        ...(model === null ? [] : [`--model=${model}`]),
        ...(ask.resume === null ? [] : [`--resume=${ask.resume}`]),
        // What makes it one question without a terminal; the question itself comes on its standard input.
        '--prompt=',
      ],
      env: environmentFor(ask),
      files: { '.gemini/settings.json': JSON.stringify(SETTINGS) },
      collects: [],
    };
  },
  read: readGemini,
};

const SETTINGS = {
  security: { auth: { selectedType: 'gemini-api-key' } },
  general: { enableAutoUpdate: false, enableAutoUpdateNotification: false, maxAttempts: 3, retryFetchErrors: false },
  telemetry: { enabled: false },
  privacy: { usageStatisticsEnabled: false },
  tools: { core: ['list_directory', 'read_file', 'grep_search', 'glob'] },
  mcp: { allowed: [] },
  hooksConfig: { enabled: false },
  skills: { enabled: false },
  experimental: { enableAgents: false },
};

function environmentFor({ apiKey, baseUrl, env }: AgentAsk): Record<string, string> {
  const key = apiKey ?? firstVariable(env, ['GEMINI_API_KEY']);
  const url = baseUrl === null ? firstVariable(env, ['GOOGLE_GEMINI_BASE_URL']) : withoutVersion(baseUrl);
  return {
    ...(key === null ? {} : { GEMINI_API_KEY: key }),
    ...(url === null ? {} : { GOOGLE_GEMINI_BASE_URL: url }),
    GEMINI_CLI_TRUST_WORKSPACE: 'true',
    GEMINI_TELEMETRY_ENABLED: 'false',
    NO_COLOR: '1',
  };
}

const count = z.int().nonnegative().default(0);
const Result = z.object({
  session_id: z.string().min(1).max(512).optional(),
  response: z.string().optional(),
  error: z.object({ message: z.string().default(''), type: z.string().default('') }).optional(),
  stats: z
    .object({
      models: z.record(
        z.string(),
        z.object({ tokens: z.object({ prompt: count, candidates: count, thoughts: count }) }),
      ),
    })
    .optional(),
});

/** It prints its object on one stream when it answers, and on the other when it fails. */
export function readGemini({ code, stdout, stderr }: AgentOutput): AgentReading {
  const parsed = Result.safeParse(trailingObject(stdout) ?? trailingObject(stderr));
  const words = stderr.trim() === '' ? stdout : stderr;
  if (!parsed.success) {
    return unanswered({ sessionId: null, spent: NOTHING_SPENT, words, stdout, recognised: false });
  }
  const { session_id: sessionId = null, response = '', error, stats } = parsed.data;
  const told = { sessionId, spent: spentBy(stats) };
  if (error !== undefined || code !== 0) {
    const said = error === undefined ? words : error.message;
    return { outcome: 'failed', failure: failureOf(said), said, ...told };
  }
  if (response.trim() === '') return { outcome: 'failed', failure: 'empty', said: stderr, ...told };
  return { outcome: 'answered', text: response, ...told };
}

function spentBy(stats: z.infer<typeof Result>['stats']): Spent {
  if (stats === undefined) return NOTHING_SPENT;
  const tokens = Object.values(stats.models).map((model) => model.tokens);
  return {
    inputTokens: tokens.reduce((sum, { prompt }) => sum + prompt, 0),
    outputTokens: tokens.reduce((sum, { candidates, thoughts }) => sum + candidates + thoughts, 0),
    costUsd: null,
  };
}
