import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Call } from '../faults.ts';
import type { GitHub } from '../start-github.ts';
import { type ActionDefinition, inputsOf, readAction } from './action-definition.ts';
import { type Commands, readCommands, readNamedValues } from './commands.ts';
import { processTree } from './process-tree.ts';
import { inputVariables, type NewRun, runEnvironment } from './run-environment.ts';

/** Runs a JavaScript action the way GitHub's runner does: environment, files, then `post` with the saved state. */

export type StepResult = Commands & {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  outputs: Record<string, string>;
  state: Record<string, string>;
  summary: string;
  seconds: number;
};

export type ActionResult = StepResult & {
  runId: string;
  attempt: number;
  token: string;
  /** Null where the runner never came to it: it was killed itself, or the action has none. */
  post: StepResult | null;
  /** What the run asked of GitHub, in order; git and OIDC included. */
  calls: Call[];
};

/** A moment at which a run may be ended: a call of its own (on arrival, or once answered), or something it printed. */
export type Moment = { kind: 'call'; call: Call; phase: 'arrived' | 'answered' } | { kind: 'output'; text: string };

export type Ending = {
  at: (moment: Moment) => boolean;
  /** `kill`: the machine is gone, nothing runs after. `cancel`: as the runner cancels, SIGINT first; `post` still runs. */
  how: 'kill' | 'cancel';
};

export type RunOptions = NewRun & {
  /** An action.yml, or the scripts themselves where there is none. */
  actionFile?: string;
  main?: string;
  post?: string;
  env?: Record<string, string>;
  ending?: Ending;
  /** Ends the run from outside, as `cancel`. */
  signal?: AbortSignal;
  /** Prepares the workspace, as steps before would (a checkout, an analyser's report). */
  prepare?: (workspace: string) => Promise<void>;
  timeLimitMs?: number;
};

/** The runner's own patience between the signals of a cancellation. */
const CANCEL_STEPS = [
  { signal: 'SIGINT', afterMs: 0 },
  { signal: 'SIGTERM', afterMs: 7_500 },
  { signal: 'SIGKILL', afterMs: 10_000 },
] as const;
const LARGEST_SUMMARY = 1024 * 1024;
const TIME_LIMIT_MS = 120_000;

export async function runAction(github: GitHub, options: RunOptions): Promise<ActionResult> {
  await using run = await runEnvironment(github, options);
  const action = await actionOf(options);
  const inputs = inputVariables(inputsOf(action, options.inputs ?? {}, run.token));
  const env = { ...run.env, ...inputs, ...options.env };
  await options.prepare?.(run.workspace);
  const firstCall = github.calls.length;
  const started = { folder: run.folder, workspace: run.workspace, runId: run.runId };

  const main = await runStep(github, { ...started, step: 'main', script: action.main, env, options });
  const lost = options.ending?.how === 'kill' && main.signal === 'SIGKILL';
  const state = Object.fromEntries(Object.entries(main.state).map(([name, value]) => [`STATE_${name}`, value]));
  const post =
    action.post === null || lost
      ? null
      : await runStep(github, {
          ...started,
          step: 'post',
          script: action.post,
          env: { ...env, ...state },
          options: { timeLimitMs: options.timeLimitMs },
        });
  const calls = github.calls.slice(firstCall).filter((call) => call.run === run.runId);
  return { ...main, post, calls, runId: run.runId, attempt: run.attempt, token: run.token };
}

async function actionOf(options: RunOptions): Promise<ActionDefinition> {
  if (options.actionFile !== undefined) return readAction(options.actionFile);
  if (options.main === undefined) throw new Error('either actionFile or main must be given');
  return { main: options.main, post: options.post ?? null, defaults: { 'github-token': '${{ github.token }}' } };
}

type Step = {
  folder: string;
  workspace: string;
  runId: string;
  step: 'main' | 'post';
  script: string;
  env: Record<string, string>;
  options: { ending?: Ending | undefined; signal?: AbortSignal | undefined; timeLimitMs?: number | undefined };
};

async function runStep(
  github: GitHub,
  { folder, workspace, runId, step, script, env, options }: Step,
): Promise<StepResult> {
  const files = Object.fromEntries(
    ['OUTPUT', 'STATE', 'STEP_SUMMARY', 'ENV', 'PATH'].map((name) => [
      `GITHUB_${name}`,
      join(folder, `${step}-${name}`),
    ]),
  );
  await Promise.all(Object.values(files).map((file) => writeFile(file, '')));
  const startedAt = performance.now();
  const child = spawn(process.execPath, [script], {
    cwd: workspace,
    env: { ...env, ...files },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const timers: NodeJS.Timeout[] = [];
  let ended = false;
  const end = (how: Ending['how']): void => {
    if (ended || child.pid === undefined) return;
    ended = true;
    // Nothing of the job outlives the machine, whatever process group it is in.
    if (how === 'kill') return processTree(child.pid).forEach((pid) => endProcess(pid, 'SIGKILL'));
    for (const { signal, afterMs } of CANCEL_STEPS) timers.push(setTimeout(() => void child.kill(signal), afterMs));
  };
  const look = (moment: Moment): void => {
    if (options.ending?.at(moment) === true) end(options.ending.how);
  };
  const stopListening = github.onCall((call, phase) => {
    if (call.run === runId) look({ kind: 'call', call, phase });
  });
  const cancel = (): void => end('cancel');
  options.signal?.addEventListener('abort', cancel);
  if (options.signal?.aborted === true) cancel();
  let overdue = false;
  const limitMs = options.timeLimitMs ?? TIME_LIMIT_MS;
  timers.push(
    setTimeout(() => {
      overdue = true;
      end('kill');
    }, limitMs),
  );

  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    look({ kind: 'output', text });
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    look({ kind: 'output', text });
  });
  const [exitCode, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, by) => resolve([code, by]));
  }).finally(() => {
    timers.forEach((timer) => clearTimeout(timer));
    options.signal?.removeEventListener('abort', cancel);
    stopListening();
  });
  if (overdue) throw new Error(`${script} did not end within ${limitMs} ms. It printed:\n${stdout}\n${stderr}`);
  const seconds = (performance.now() - startedAt) / 1000;
  const read = (name: string): Promise<string> => readFile(files[name] ?? '', 'utf8');
  const [output, state, summary] = await Promise.all([
    read('GITHUB_OUTPUT'),
    read('GITHUB_STATE'),
    read('GITHUB_STEP_SUMMARY'),
  ]);
  if (Buffer.byteLength(summary) > LARGEST_SUMMARY)
    throw new Error(`${script} wrote a summary larger than the 1024 KiB that GitHub takes`);
  return {
    ...readCommands(stdout),
    exitCode,
    signal,
    stdout,
    stderr,
    outputs: readNamedValues(output),
    state: readNamedValues(state),
    summary,
    seconds,
  };
}

function endProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
