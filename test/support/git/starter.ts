import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
// A test's own clock is not this one's.
import { clearTimeout, setTimeout } from 'node:timers';
import { COMPILED_SOURCES } from '../compiled-sources.ts';
import type { GitResult, StartAnswer, StartRequest } from './start-request.ts';

type Waiting = { resolve: (result: GitResult) => void; reject: (error: Error) => void };
type Starter = { child: ChildProcess; waiting: Map<number, Waiting>; idle: NodeJS.Timeout | null };

const PROGRAM = join(import.meta.dirname, 'starter-process.ts');
/** Every test file has one of its own, which is let go of soon. */
const IDLE_MS = 2_000;
let starter: Starter | null = null;
let count = 0;

/**
 * Runs git from a small process. Forking copies the tables of all the memory that a process has, which takes a test's
 * process ten times as long as a small one.
 */
export function startSmall(request: Omit<StartRequest, 'id'>): Promise<GitResult> {
  const current = (starter ??= begin());
  const { child, waiting } = current;
  if (current.idle !== null) clearTimeout(current.idle);
  child.ref();
  child.channel?.ref();
  const whole: StartRequest = { ...request, id: (count += 1) };
  return new Promise((resolve, reject) => {
    waiting.set(whole.id, { resolve, reject });
    // Where it can't be sent any more, the end of the process says so to all that wait.
    child.send(whole, () => {});
  });
}

function begin(): Starter {
  const child = fork(PROGRAM, [], {
    serialization: 'advanced',
    execArgv: [],
    env: { PATH: process.env['PATH'], ...COMPILED_SOURCES },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const begun: Starter = { child, waiting: new Map(), idle: null };
  const { waiting } = begun;
  child.on('message', (message) => {
    const answer = message as StartAnswer;
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (waiting.size === 0) rest(begun);
    if ('fault' in answer) asked?.reject(new Error(answer.fault));
    else asked?.resolve(answer.result);
  });
  const failed = (error: Error): void => {
    if (starter === begun) starter = null;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  child.on('error', failed);
  child.once('close', (code, signal) => failed(new Error(`what starts git ended with ${signal ?? code}`)));
  return begun;
}

/** It keeps no process from ending, and is let go of when nothing more is asked of it. */
function rest(resting: Starter): void {
  const { child } = resting;
  child.channel?.unref();
  child.unref();
  resting.idle = setTimeout(() => {
    if (starter === resting) starter = null;
    if (child.connected) child.disconnect();
  }, IDLE_MS).unref();
}
