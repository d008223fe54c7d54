import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs a program to its end; throws with the end of what it printed unless it ended as expected. */
export async function runCommand(
  program: string,
  args: readonly string[],
  cwd: string,
  options: { env?: NodeJS.ProcessEnv; input?: string } = {},
): Promise<{ stdout: string; stderr: string }> {
  const child = spawn(program, args, { cwd, env: options.env ?? process.env, stdio: ['pipe', 'pipe', 'pipe'] });
  const printed = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => void (printed.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (printed.stderr += text));
  // A program that reads nothing may be gone before anything is written to it.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const code = await new Promise<number | null>((done, failed) => child.once('error', failed).once('close', done));
  if (code === 0) return printed;
  const end = `${printed.stdout.slice(-3000)}${printed.stderr.slice(-3000)}`;
  throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${end}`);
}

/** Clones what is committed into an empty folder, and runs the commands there one after the other. */
export async function freshClone(root: string, commands: readonly [string, ...string[]][]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pushback-clone-'));
  try {
    const clone = join(folder, 'pushback');
    await runCommand('git', ['clone', '-q', '--no-local', root, clone], folder);
    const commit = (await runCommand('git', ['rev-parse', '--short', 'HEAD'], clone)).stdout.trim();
    const figures: string[] = [];
    for (const [program, ...args] of commands) {
      const started = performance.now();
      const { stdout, stderr } = await runCommand(program, args, clone, { env: withoutOwnPath(root) });
      const closing = `${stdout}${stderr}`
        .split('\n')
        .filter((line) => /^Tests:|as it must be/u.test(line))
        .join(' ');
      figures.push(
        `${[program, ...args].join(' ')} in ${Math.round((performance.now() - started) / 1000)} s ${closing}`.trim(),
      );
    }
    return `${commit}: ${figures.join('; ')}`;
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** As a new user's shell would have it: nothing of this project's own on the path, nor of the npm that started us. */
function withoutOwnPath(root: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^npm_|^NODE_OPTIONS$|^INIT_CWD$/u.test(name));
  const path = (process.env['PATH'] ?? '')
    .split(':')
    .filter((folder) => !folder.startsWith(root) && !folder.includes('node_modules'));
  return { ...Object.fromEntries(kept), PATH: path.join(':') };
}
