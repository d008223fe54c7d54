import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { COMPILED_SOURCES } from '../compiled-sources.ts';
import type { GitResult } from './git-process.ts';

export type StartRequest = {
  id: number;
  args: readonly string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  input: string | Uint8Array | undefined;
};
export type StartAnswer = { id: number } & ({ result: GitResult } | { fault: string });

type Waiting = {
  request: StartRequest;
  resolve: (result: GitResult) => void;
  reject: (error: Error) => void;
};

const PROGRAM = join(import.meta.dirname, 'starter-process.ts');
const waiting = new Map<number, Waiting>();
let starter: ChildProcess | null = null;
let count = 0;

/**
 * Runs git from a small process. Forking copies the tables of all the memory that a process has, which takes a test's
 * process tens of milliseconds each time; a small one takes two.
 */
export function startSmall(request: Omit<StartRequest, 'id'>): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const whole = { ...request, id: (count += 1) };
    waiting.set(whole.id, { request: whole, resolve, reject });
    send(whole);
  });
}

function send(request: StartRequest): void {
  starter ??= begin();
  starter.ref();
  starter.channel?.ref();
  // One that is just leaving takes nothing any more: its end sends what waits to the next one.
  starter.send(request, () => {});
}

function begin(): ChildProcess {
  const child = fork(PROGRAM, [], {
    serialization: 'advanced',
    execArgv: [],
    env: { PATH: process.env['PATH'], ...COMPILED_SOURCES },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  child.on('message', (message) => {
    const answer = message as StartAnswer;
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (waiting.size === 0) {
      child.channel?.unref();
      child.unref();
    }
    if ('fault' in answer) asked?.reject(new Error(answer.fault));
    else asked?.resolve(answer.result);
  });
  child.once('exit', (code, signal) => {
    starter = null;
    const left = [...waiting.values()];
    if (code === 0) return left.forEach(({ request }) => send(request));
    waiting.clear();
    for (const { reject } of left) reject(new Error(`what starts git ended with ${signal ?? code}`));
  });
  return child;
}
