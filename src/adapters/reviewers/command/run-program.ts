import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

export type Program = {
  argv: readonly [string, ...string[]];
  cwd: string;
  env: Readonly<Record<string, string>>;
  stdin: string;
  timeoutMs: number;
  /** Between asking it to end and making it. */
  graceMs: number;
  maxStdoutBytes: number;
  /** Of what it says beside its answer, only this much of the end is kept. */
  maxStderrBytes: number;
};

export type Ended = {
  /** Why it ended; `exited` on its own account, the others by us. */
  by: 'exited' | 'timeout' | 'too-much-output' | 'aborted';
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
};

export type ProgramOutcome = { outcome: 'ended'; ended: Ended } | { outcome: 'not-started'; why: string };

/**
 * Runs a program without a shell, in a process group of its own, and comes back when the program and everything that it
 * started in that group have ended.
 */
export async function runProgram(program: Program, signal: AbortSignal): Promise<ProgramOutcome> {
  const [file, ...args] = program.argv;
  const child = spawn(file, args, {
    cwd: program.cwd,
    env: program.env,
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own, so that all of it can be ended at once.
    detached: true,
  });
  const started = await new Promise<string | null>((resolve) => {
    child.once('spawn', () => resolve(null));
    child.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
  if (started !== null || child.pid === undefined) return { outcome: 'not-started', why: started ?? 'no process id' };
  return { outcome: 'ended', ended: await watch(child, child.pid, program, signal) };
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

async function watch(child: Child, pid: number, program: Program, signal: AbortSignal): Promise<Ended> {
  let by: Ended['by'] = 'exited';
  let kill: NodeJS.Timeout | null = null;
  const end = (reason: Ended['by']): void => {
    if (by !== 'exited' || kill !== null) return;
    by = reason;
    endGroup(pid, 'SIGTERM');
    kill = setTimeout(() => endGroup(pid, 'SIGKILL'), program.graceMs);
  };
  const onAbort = (): void => end('aborted');
  const timeout = setTimeout(() => end('timeout'), program.timeoutMs);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();

  // It is in no group of ours, so that nobody else ends it with this process.
  const onExit = (): void => endGroup(pid, 'SIGKILL');
  process.once('exit', onExit);

  const stdout = collect(child.stdout, program.maxStdoutBytes, () => end('too-much-output'));
  const stderr = collectEnd(child.stderr, program.maxStderrBytes);
  // A program may end without having read its prompt to the end.
  child.stdin.on('error', () => undefined);
  child.stdin.end(program.stdin);

  const [code, exitSignal] = await exitOf(child);
  clearTimeout(timeout);
  signal.removeEventListener('abort', onAbort);
  // What it left behind must not outlive it, nor keep its output open.
  endGroup(pid, 'SIGKILL');
  if (kill !== null) clearTimeout(kill);
  process.removeListener('exit', onExit);
  await closeOf(child, program.graceMs);
  return { by, code, signal: exitSignal, stdout: stdout(), stderr: stderr() };
}

function exitOf(child: Child): Promise<[number | null, NodeJS.Signals | null]> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve([child.exitCode, child.signalCode]);
    else child.once('exit', (code, signal) => resolve([code, signal]));
  });
}

/** A process that left the group can hold the pipes: it is not waited for. */
async function closeOf(child: Child, patienceMs: number): Promise<void> {
  const streams = [child.stdout, child.stderr];
  const closed = Promise.all(streams.map(closing));
  const impatience = setTimeout(() => streams.forEach((stream) => stream.destroy()), patienceMs);
  await closed;
  clearTimeout(impatience);
}

function closing(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    if (stream.closed) resolve();
    else stream.once('close', () => resolve());
  });
}

function endGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // ESRCH: nobody is left. EPERM: macOS says so of a group of which only the dead are left.
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

/** Keeps the first `max` bytes, and says once when there are more. */
function collect(stream: Readable, max: number, onTooMuch: () => void): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    if (size < max) chunks.push(chunk.subarray(0, max - size));
    size += chunk.length;
    if (size > max) onTooMuch();
  });
  return () => Buffer.concat(chunks).toString('utf8');
}

/** Keeps the last `max` bytes. */
function collectEnd(stream: Readable, max: number): () => string {
  let kept: Buffer = Buffer.alloc(0);
  stream.on('data', (chunk: Buffer) => {
    kept = Buffer.concat([kept, chunk]).subarray(-max);
  });
  return () => kept.toString('utf8');
}
