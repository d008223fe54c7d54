import { writeFileSync } from 'node:fs';
import type { AgentName } from '../../../src/core/agents/cli.ts';

/** One turn of a fake agent. Counts are tokens: of this turn, and of the conversation so far. */
export type Turn = { id: string; text: string; usage: Tokens; total: Tokens } | { id: string; error: string };
type Tokens = { input: number; output: number };
type Printed = { stdout?: string; stderr?: string; code?: number };
type Env = Readonly<Record<string, string | undefined>>;

/** How one agent is told things and prints them, as far as it was seen of the real one. */
export type Dialect = {
  resume(args: readonly string[]): string | null;
  baseUrl(args: readonly string[], env: Env): string;
  key(env: Env): string;
  gone(id: string): Printed;
  print(turn: Turn, args: readonly string[]): Printed;
};

const lines = (...events: object[]): string => events.map((event) => `${JSON.stringify(event)}\n`).join('');
/** Of `--name=value`. */
const option = (args: readonly string[], name: string): string | null =>
  args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3) ?? null;
const COST_OF_TOKEN = 0.000_01;

const claude: Dialect = {
  resume: (args) => option(args, 'resume'),
  baseUrl: (_args, env) => `${env['ANTHROPIC_BASE_URL'] ?? ''}/v1`,
  key: (env) => env['ANTHROPIC_API_KEY'] ?? '',
  gone: (id) => ({ stderr: `No conversation found with session ID: ${id}\n`, code: 1 }),
  print(turn) {
    const common = { type: 'result', session_id: turn.id, stop_reason: 'end_turn' };
    if ('error' in turn) {
      return { stdout: lines({ ...common, subtype: 'success', is_error: true, result: turn.error }), code: 1 };
    }
    const { usage, total, text } = turn;
    return {
      stdout: lines({
        ...common,
        subtype: 'success',
        is_error: false,
        result: text,
        total_cost_usd: (total.input + total.output) * COST_OF_TOKEN,
        usage: { input_tokens: usage.input, output_tokens: usage.output },
      }),
    };
  },
};

const codex: Dialect = {
  resume: (args) => (args.includes('resume') ? (args[args.indexOf('resume') + 1] ?? null) : null),
  baseUrl: (args) =>
    JSON.parse(
      args.find((arg) => arg.startsWith('model_providers.pushback.base_url='))?.split('=')[1] ?? '""',
    ) as string,
  key: (env) => env['CODEX_API_KEY'] ?? '',
  gone: (id) => ({
    stderr: `Error: thread/resume failed: no rollout found for thread id ${id} (code -32600)\n`,
    code: 1,
  }),
  print(turn) {
    const started = { type: 'thread.started', thread_id: turn.id };
    const remark = {
      type: 'item.completed',
      item: { id: 'item_0', type: 'error', message: 'Model metadata not found.' },
    };
    if ('error' in turn) {
      return {
        stdout: lines(started, { type: 'turn.started' }, { type: 'turn.failed', error: { message: turn.error } }),
        code: 1,
      };
    }
    return {
      stdout: lines(
        started,
        remark,
        { type: 'turn.started' },
        { type: 'item.completed', item: { id: 'item_1', type: 'agent_message', text: turn.text } },
        { type: 'turn.completed', usage: { input_tokens: turn.total.input, output_tokens: turn.total.output } },
      ),
    };
  },
};

const gemini: Dialect = {
  resume: (args) => option(args, 'resume'),
  baseUrl: (_args, env) => `${env['GOOGLE_GEMINI_BASE_URL'] ?? ''}/v1beta`,
  key: (env) => env['GEMINI_API_KEY'] ?? '',
  gone: (id) => ({ stderr: `Error resuming session: Invalid session identifier "${id}".\n`, code: 42 }),
  print(turn) {
    const warning = 'Ripgrep is not available. Falling back to GrepTool.\n';
    if ('error' in turn) {
      const error = { session_id: turn.id, error: { type: 'Error', message: turn.error, code: 1 } };
      return { stderr: `${warning}${JSON.stringify(error, null, 2)}\n`, code: 1 };
    }
    const tokens = { prompt: turn.usage.input, candidates: turn.usage.output, thoughts: 0 };
    const answer = { session_id: turn.id, response: turn.text, stats: { models: { m1: { tokens } } } };
    return { stdout: JSON.stringify(answer, null, 2), stderr: warning };
  },
};

const opencode: Dialect = {
  resume: (args) => option(args, 'session'),
  baseUrl(_args, env) {
    const config = JSON.parse(env['OPENCODE_CONFIG_CONTENT'] ?? '{}') as {
      provider?: Record<string, { options: { baseURL: string } }>;
    };
    return Object.values(config.provider ?? {})[0]?.options.baseURL ?? '';
  },
  key: (env) => env['PUSHBACK_AGENT_KEY'] ?? '',
  gone: () => ({ stderr: '\u001b[91m\u001b[1mError: \u001b[0mSession not found\n', code: 1 }),
  print(turn) {
    const common = { timestamp: 1, sessionID: turn.id };
    if ('error' in turn) {
      const error = { name: 'APIError', data: { message: turn.error } };
      return { stdout: lines({ type: 'error', ...common, error }), code: 1 };
    }
    const { usage, text } = turn;
    const tokens = { input: usage.input, output: usage.output, reasoning: 0, cache: { read: 0, write: 0 } };
    return {
      stdout: lines(
        { type: 'step_start', ...common, part: {} },
        { type: 'text', ...common, part: { messageID: 'msg_1', text } },
        { type: 'step_finish', ...common, part: { reason: 'stop', cost: 0, tokens } },
      ),
    };
  },
};

const copilot: Dialect = {
  resume: (args) => option(args, 'resume'),
  baseUrl: (_args, env) => env['COPILOT_PROVIDER_BASE_URL'] ?? '',
  key: (env) => env['COPILOT_PROVIDER_API_KEY'] ?? '',
  gone: (id) => ({ stderr: `Error: No session, task, or name matched '${id}'.\n`, code: 1 }),
  print(turn, args) {
    const result = { type: 'result', sessionId: turn.id, usage: { premiumRequests: 0 } };
    if ('error' in turn) {
      return {
        stdout: lines({ type: 'session.error', data: { message: turn.error } }, { ...result, exitCode: 1 }),
        code: 1,
      };
    }
    const { input: inputTokens, output: outputTokens } = turn.total;
    const file = option(args, 'usage-output-file');
    if (file !== null)
      writeFileSync(file, JSON.stringify({ modelMetrics: { m1: { usage: { inputTokens, outputTokens } } } }));
    return {
      stdout: lines(
        { type: 'session.tools_updated', data: { model: 'm1' }, ephemeral: true },
        { type: 'assistant.message', data: { content: turn.text } },
        { ...result, exitCode: 0 },
      ),
    };
  },
};

export const DIALECTS: Readonly<Record<AgentName, Dialect>> = { claude, codex, gemini, opencode, copilot };
