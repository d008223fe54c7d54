import * as z from 'zod';
import type { AgentAsk, AgentCli, AgentOutput, AgentReading, Spent } from './cli.ts';
import { NOTHING_SPENT } from './cli.ts';
import { ownModel } from './model-name.ts';
import { firstVariable } from './pick-variables.ts';
import { jsonLines } from './printed.ts';
import { unanswered } from './unanswered.ts';

const KEYS = ['CODEX_API_KEY', 'OPENAI_API_KEY'] as const;
const SCHEMA = 'answer-schema.json';
/** Of what it brings along, what a review has no use for. */
const NOT_NEEDED = [
  'multi_agent',
  'goals',
  'image_generation',
  'apps',
  'plugins',
  'hooks',
  'browser_use',
  'computer_use',
];

export const codex: AgentCli = {
  name: 'codex',
  title: 'Codex',
  program: 'codex',
  packageName: '@openai/codex',
  minVersion: [0, 169, 0],
  variables: KEYS,
  cumulative: { tokens: true, cost: true },
  startsIn: 'tree',
  invoke(ask) {
    const key = ask.apiKey ?? firstVariable(ask.env, KEYS);
    return {
      args: [...argumentsFor(ask, key !== null), ...(ask.resume === null ? [] : ['resume', ask.resume]), '-'],
      env: key === null ? {} : { CODEX_API_KEY: key },
      files: { [SCHEMA]: JSON.stringify(ask.schema.strict) },
      collects: [],
    };
  },
  read: readCodex,
};

function argumentsFor(ask: AgentAsk, hasKey: boolean): string[] {
  const model = ownModel(ask.model, 'openai');
  const settings = [...SETTINGS, ...sandbox(ask), ...provider(ask.baseUrl, hasKey)];
  return [
    'exec',
    '--json',
    '--skip-git-repo-check',
    '--ignore-user-config',
    '--ignore-rules',
    `--output-schema=${ask.home}/${SCHEMA}`,
    ...(model === null ? [] : [`--model=${model}`]),
    ...NOT_NEEDED.flatMap((feature) => ['--disable', feature]),
    ...settings.flatMap(([key, value]) => ['-c', `${key}=${value}`]),
  ];
}

type Setting = readonly [key: string, value: string];

const SETTINGS: readonly Setting[] = [
  ['approval_policy', '"never"'],
  ['web_search', '"disabled"'],
  // Its commands see no variable of ours.
  ['shell_environment_policy.inherit', '"core"'],
  ['shell_environment_policy.include_only', '["PATH","HOME","LANG","LC_ALL","TZ"]'],
];

/**
 * Its one tool is a shell: in a sandbox without a network, that reads the work tree, the git objects behind it and what a
 * system needs to run commands, and writes nothing. The rest of the disk, where a job keeps tokens, is not there.
 */
function sandbox({ tree, readable }: AgentAsk): Setting[] {
  const read = [tree, ...readable].map((path) => `${JSON.stringify(path)}="read"`);
  return [
    ['default_permissions', '"review"'],
    ['permissions.review.filesystem', `{":minimal"="read",":workspace_roots"={"."="read"},${read.join(',')}}`],
    ['permissions.review.network.enabled', 'false'],
  ];
}

function provider(baseUrl: string | null, hasKey: boolean): Setting[] {
  if (baseUrl === null) return [];
  const own = (key: string, value: string): Setting => [`model_providers.pushback.${key}`, value];
  return [
    ['model_provider', '"pushback"'],
    own('name', '"pushback"'),
    own('base_url', JSON.stringify(baseUrl)),
    own('wire_api', '"responses"'),
    own('request_max_retries', '2'),
    own('stream_max_retries', '2'),
    ...(hasKey ? [own('env_key', '"CODEX_API_KEY"')] : []),
  ];
}

const count = z.int().nonnegative();
const Event = z.union([
  z.object({ type: z.literal('thread.started'), thread_id: z.string().min(1).max(512) }),
  z.object({
    type: z.literal('item.completed'),
    item: z.object({ type: z.string(), text: z.string().optional(), message: z.string().optional() }),
  }),
  z.object({
    type: z.literal('turn.completed'),
    usage: z.object({ input_tokens: count, output_tokens: count }),
  }),
  z.object({ type: z.literal('turn.failed'), error: z.object({ message: z.string() }) }),
  z.object({ type: z.literal('error'), message: z.string() }),
]);

/** An item of type `error` is a remark, which also comes with an answer; a turn that failed is a failure. */
export function readCodex({ code, stdout, stderr }: AgentOutput): AgentReading {
  let sessionId: string | null = null;
  let answer = '';
  let spent: Spent = NOTHING_SPENT;
  let completed = false;
  const said: string[] = [];
  for (const line of jsonLines(stdout)) {
    const parsed = Event.safeParse(line);
    if (!parsed.success) continue;
    const event = parsed.data;
    switch (event.type) {
      case 'thread.started':
        sessionId = event.thread_id;
        break;
      case 'item.completed':
        if (event.item.type === 'agent_message') answer = event.item.text ?? '';
        else if (event.item.type === 'error') said.push(event.item.message ?? '');
        break;
      case 'turn.completed':
        completed = true;
        spent = { inputTokens: event.usage.input_tokens, outputTokens: event.usage.output_tokens, costUsd: null };
        break;
      case 'turn.failed':
        said.push(event.error.message);
        break;
      case 'error':
        said.push(event.message);
        break;
      default:
        event satisfies never;
    }
  }
  const told = { sessionId, spent };
  const words = [...said, stderr].join('\n').trim();
  if (completed && code === 0) {
    if (answer.trim() !== '') return { outcome: 'answered', text: answer, ...told };
    return { outcome: 'failed', failure: 'empty', said: words, ...told };
  }
  return unanswered({ ...told, words, stdout, recognised: sessionId !== null });
}
