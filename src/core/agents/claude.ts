import * as z from 'zod';
import { withoutVersion } from './base-url.ts';
import type { AgentAsk, AgentCli, AgentOutput, AgentReading, Spent } from './cli.ts';
import { NOTHING_SPENT } from './cli.ts';
import { failureOf } from './failure.ts';
import { ownModel } from './model-name.ts';
import { firstVariable, pickVariables } from './pick-variables.ts';
import { trailingObject } from './printed.ts';
import { unanswered } from './unanswered.ts';

const KEYS = ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN'] as const;

export const claude: AgentCli = {
  name: 'claude',
  title: 'Claude Code',
  program: 'claude',
  packageName: '@anthropic-ai/claude-code',
  minVersion: [2, 1, 331],
  variables: [...KEYS, 'ANTHROPIC_BASE_URL'],
  // Tokens are this run's, the cost is the conversation's.
  cumulative: { tokens: false, cost: true },
  startsIn: 'tree',
  invoke(ask) {
    return { args: argumentsFor(ask), env: environmentFor(ask), files: {}, collects: [] };
  },
  read: readClaude,
};

/** Reads files and nothing else; no settings, hooks, plugins or servers but ours, which are none. */
function argumentsFor({ model, maxCostUsd, resume, schema }: AgentAsk): string[] {
  const optional: [string, string | null][] = [
    ['--model', ownModel(model, 'anthropic')],
    ['--max-budget-usd', maxCostUsd === null ? null : String(maxCostUsd)],
    ['--resume', resume],
  ];
  return [
    '--print',
    '--output-format=json',
    '--restricted',
    '--strict-mcp-config',
    '--disable-slash-commands',
    '--no-chrome',
    '--permission-mode=dontAsk',
    '--permission-prompts=none',
    '--tools=Read,Grep,Glob',
    `--json-schema=${JSON.stringify(schema.full)}`,
    ...optional.flatMap(([option, value]) => (value === null ? [] : [`${option}=${value}`])),
  ];
}

function environmentFor({ apiKey, baseUrl, env }: AgentAsk): Record<string, string> {
  const url = baseUrl === null ? firstVariable(env, ['ANTHROPIC_BASE_URL']) : withoutVersion(baseUrl);
  return {
    ...(apiKey === null ? pickVariables(env, KEYS) : { ANTHROPIC_API_KEY: apiKey }),
    ...(url === null ? {} : { ANTHROPIC_BASE_URL: url }),
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    CLAUDE_CODE_MAX_RETRIES: '2',
    DISABLE_AUTOUPDATER: '1',
  };
}

const count = z.int().nonnegative();
const Result = z.object({
  type: z.literal('result'),
  subtype: z.string(),
  is_error: z.boolean(),
  session_id: z.string().min(1).max(512),
  result: z.string().optional(),
  structured_output: z.unknown().optional(),
  errors: z.array(z.string()).optional(),
  stop_reason: z.string().nullish(),
  total_cost_usd: z.number().nonnegative().optional(),
  usage: z
    .object({
      input_tokens: count.default(0),
      cache_creation_input_tokens: count.default(0),
      cache_read_input_tokens: count.default(0),
      output_tokens: count.default(0),
    })
    .optional(),
});

export function readClaude({ stdout, stderr }: AgentOutput): AgentReading {
  const parsed = Result.safeParse(trailingObject(stdout));
  if (!parsed.success) {
    return unanswered({ sessionId: null, spent: NOTHING_SPENT, words: stderr, stdout, recognised: false });
  }
  const { data } = parsed;
  const told = { sessionId: data.session_id, spent: spentBy(data) };
  const said = [...(data.errors ?? []), data.result ?? ''].join('\n').trim();
  if (data.is_error || data.subtype !== 'success') {
    return { outcome: 'failed', failure: failureOf(`${data.subtype}\n${said}`), said, ...told };
  }
  if (data.structured_output !== undefined && data.structured_output !== null) {
    return { outcome: 'answered', text: JSON.stringify(data.structured_output), ...told };
  }
  if (data.stop_reason === 'refusal') return { outcome: 'failed', failure: 'refused', said, ...told };
  if (said === '') return { outcome: 'failed', failure: 'empty', said, ...told };
  return { outcome: 'answered', text: said, ...told };
}

function spentBy({ usage, total_cost_usd: cost }: z.infer<typeof Result>): Spent {
  return {
    inputTokens:
      usage === undefined
        ? null
        : usage.input_tokens + usage.cache_creation_input_tokens + usage.cache_read_input_tokens,
    outputTokens: usage?.output_tokens ?? null,
    costUsd: cost ?? null,
  };
}
