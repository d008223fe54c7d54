import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AgentAsk, AgentCli, AgentReading } from '../../../core/agents/cli.ts';
import { runProgram, type Ended } from '../command/run-program.ts';
import { agentEnvironment } from './environment.ts';
import type { Place } from './session-store.ts';

/** What it takes to ask: the same for every question of a conversation. */
export type Asking = {
  cli: AgentCli;
  argv: readonly [string, ...string[]];
  place: Place;
  /** For what is thrown away after the call. */
  scratch: string;
  env: Readonly<Record<string, string | undefined>>;
  passEnv: readonly string[];
  graceMs: number;
  ask: Omit<AgentAsk, 'resume' | 'home' | 'tree' | 'env' | 'scratch'>;
};

export type Asked =
  | { outcome: 'read'; reading: AgentReading; ended: Ended }
  | { outcome: 'ended'; why: 'timeout' | 'too-much-output'; ended: Ended }
  | { outcome: 'not-started'; why: string }
  | { outcome: 'aborted' };

const MAX_STDOUT_BYTES = 32 * 1024 * 1024;
const MAX_STDERR_BYTES = 1024 * 1024;
const MAX_COLLECTED_BYTES = 1024 * 1024;

/** One question, one process. */
export async function askAgent(
  asking: Asking,
  question: { prompt: string; resume: string | null; timeoutMs: number },
  signal: AbortSignal,
): Promise<Asked> {
  const { cli, place, scratch, env } = asking;
  const { home, tree, desk } = place;
  const ask: AgentAsk = { ...asking.ask, resume: question.resume, home, tree, env, scratch };
  const { args, env: own, files, collects } = cli.invoke(ask);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(home, name)), { recursive: true });
    await writeFile(join(home, name), text, { mode: 0o600 });
  }
  const ran = await runProgram(
    {
      argv: [...asking.argv, ...args],
      cwd: cli.startsIn === 'tree' ? tree : desk,
      env: agentEnvironment({ env, passEnv: asking.passEnv, folders: { home, scratch }, own }),
      stdin: question.prompt,
      timeoutMs: question.timeoutMs,
      graceMs: asking.graceMs,
      maxStdoutBytes: MAX_STDOUT_BYTES,
      maxStderrBytes: MAX_STDERR_BYTES,
    },
    signal,
  );
  if (ran.outcome === 'not-started') return ran;
  const { ended } = ran;
  switch (ended.by) {
    case 'aborted':
      return { outcome: 'aborted' };
    case 'timeout':
    case 'too-much-output':
      return { outcome: 'ended', why: ended.by, ended };
    case 'exited': {
      const { code, stdout, stderr } = ended;
      const reading = cli.read({ code, stdout, stderr, files: await collect(home, collects) });
      return { outcome: 'read', reading, ended };
    }
    default:
      return ended.by satisfies never;
  }
}

async function collect(home: string, names: readonly string[]): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of names) {
    const text = await readFile(join(home, name), 'utf8').catch(() => null);
    if (text !== null && text.length <= MAX_COLLECTED_BYTES) found[name] = text;
  }
  return found;
}
