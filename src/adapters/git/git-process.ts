import { spawn } from 'node:child_process';
import { GitFault } from '../../ports/repository.ts';

export type GitCommand = {
  args: readonly string[];
  cwd: string;
  env: Record<string, string>;
  input?: string | Uint8Array;
  timeoutMs: number;
  /** What may be printed at most, in bytes; more is a fault. */
  maxOutputBytes?: number;
  /** Takes the output as it comes; it is not collected then. */
  onOutput?: (chunk: Uint8Array) => void;
  /** Texts that must never show up in an error. */
  secrets?: readonly string[];
  /** Ends it when it aborts. */
  signal?: AbortSignal;
};

export type GitAnswer = { code: number; stdout: Buffer; stderr: string };

const MAX_OUTPUT_BYTES = 512 * 1024 * 1024;
const MAX_STDERR_CHARACTERS = 16 * 1024;

/**
 * Runs git and waits for its end, whatever its exit code. Throws a `GitFault` when it can't be started, runs out of
 * time, prints too much or is interrupted; its whole process group is ended then.
 */
export async function runGit(command: GitCommand): Promise<GitAnswer> {
  const { args, maxOutputBytes = MAX_OUTPUT_BYTES, signal: interrupted } = command;
  const name = commandOf(args);
  if (interrupted?.aborted === true) throw new GitFault(`git ${name} was interrupted`);
  const scrub = scrubber(command.secrets ?? []);
  const child = spawn('git', [...args], { cwd: command.cwd, env: command.env, stdio: 'pipe', detached: true });
  const release = endWithParent(child.pid);
  return new Promise<GitAnswer>((resolve, reject) => {
    const stdout: Buffer[] = [];
    let stderr = '';
    let printed = 0;
    let fault: GitFault | null = null;
    const end = (error: GitFault): void => {
      fault ??= error;
      killGroup(child.pid);
    };
    const timer = setTimeout(
      () => end(new GitFault(`git ${name} did not end within ${command.timeoutMs} ms`)),
      command.timeoutMs,
    );
    const onInterrupt = (): void => end(new GitFault(`git ${name} was interrupted`));
    interrupted?.addEventListener('abort', onInterrupt, { once: true });
    const settle = (): void => {
      clearTimeout(timer);
      interrupted?.removeEventListener('abort', onInterrupt);
      release();
    };
    child.stdout.on('data', (chunk: Buffer) => {
      if (fault !== null) return;
      printed += chunk.length;
      if (printed > maxOutputBytes) return end(new GitFault(`git ${name} printed more than ${maxOutputBytes} bytes`));
      if (command.onOutput === undefined) return void stdout.push(chunk);
      try {
        command.onOutput(chunk);
      } catch (error) {
        end(new GitFault(`what git ${name} printed can't be read`, { cause: error }));
      }
    });
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (chunk: string) => {
      stderr = (stderr + chunk).slice(-MAX_STDERR_CHARACTERS);
    });
    child.stdin.on('error', () => {}); // git may end before it has read everything; its exit code tells
    child.once('error', (error: NodeJS.ErrnoException) => {
      settle();
      reject(
        new GitFault(error.code === 'ENOENT' ? GIT_MISSING : `git can't be started: ${error.message}`, {
          cause: error,
        }),
      );
    });
    child.once('close', (code, signal) => {
      settle();
      if (fault !== null) return reject(fault);
      if (code === null) return reject(new GitFault(`git ${name} was ended by ${signal}`));
      resolve({ code, stdout: Buffer.concat(stdout), stderr: scrub(stderr) });
    });
    child.stdin.end(command.input ?? '');
  });
}

/** Git's command among its arguments, whatever options of git itself come before it (`-c key=value`, `-C folder`). */
export function commandOf(args: readonly string[]): string {
  let at = 0;
  while (args[at] === '-c' || args[at] === '-C') at += 2;
  return args[at] ?? '';
}

export const GIT_MISSING = 'git was not found on the PATH: install git 2.38 or newer';

/** One line of what git said, for an error's text. */
export function whatGitSaid(answer: GitAnswer): string {
  const lines = answer.stderr
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('hint:'));
  const text = lines.filter((line) => /^(?:fatal|error|remote)/.test(line)).join('; ') || lines.join('; ');
  return text === '' ? `exit code ${answer.code}` : text.slice(0, 500);
}

function scrubber(secrets: readonly string[]): (text: string) => string {
  const known = secrets.filter((secret) => secret !== '');
  return (text) => known.reduce((scrubbed, secret) => scrubbed.replaceAll(secret, '***'), text);
}

/** Groups of our own do not get the terminal's interrupt: they are ended with this process instead. */
const liveGroups = new Set<number>();

function endWithParent(pid: number | undefined): () => void {
  if (pid === undefined) return () => {};
  if (liveGroups.size === 0) process.once('exit', killLiveGroups);
  liveGroups.add(pid);
  return () => {
    liveGroups.delete(pid);
    if (liveGroups.size === 0) process.removeListener('exit', killLiveGroups);
  };
}

function killLiveGroups(): void {
  for (const pid of liveGroups) killGroup(pid);
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
