import { access, constants, realpath, stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import type { AgentCli, Version } from '../../../core/agents/cli.ts';
import { installLine } from '../../../core/agents/failure.ts';
import { isOlder, versionIn, versionText } from '../../../core/agents/version.ts';
import { runProgram } from '../command/run-program.ts';
import { safePath } from './environment.ts';

export type FoundProgram =
  | {
      outcome: 'found';
      /** With an absolute program. */
      argv: [string, ...string[]];
      version: Version;
      /** What it consists of: the folder of its package, or the program alone. */
      installed: string;
    }
  | { outcome: 'unfit'; why: string }
  | { outcome: 'aborted' };

const VERSION_TIMEOUT_MS = 30_000;
const MAX_VERSION_BYTES = 64 * 1024;

/**
 * Finds the agent's program, and asks it for its version.
 * @param command program and arguments to use instead of the one on the PATH
 */
export async function findProgram(
  cli: AgentCli,
  command: readonly string[] | null,
  place: { env: Readonly<Record<string, string | undefined>>; cwd: string; environment: Record<string, string> },
  signal: AbortSignal,
): Promise<FoundProgram> {
  const [named = cli.program, ...args] = command ?? [];
  const path = await locate(named, safePath(place.env['PATH']), place.cwd);
  const install = `install it with \`${installLine(cli)}\``;
  if (path === null) {
    const where = command === null ? 'is not on the PATH' : `(command: ${JSON.stringify(named)}) is not there`;
    return { outcome: 'unfit', why: `${cli.title} ${where}: ${install}, or name it with the input command.` };
  }
  const ran = await runProgram(
    {
      argv: [path, ...args, '--version'],
      cwd: place.environment['HOME'] ?? place.cwd,
      env: place.environment,
      stdin: '',
      timeoutMs: VERSION_TIMEOUT_MS,
      graceMs: 1000,
      maxStdoutBytes: MAX_VERSION_BYTES,
      maxStderrBytes: MAX_VERSION_BYTES,
    },
    signal,
  );
  if (ran.outcome === 'not-started') {
    return { outcome: 'unfit', why: `${cli.title} (${path}) could not be started (${ran.why}): ${install}.` };
  }
  if (ran.ended.by === 'aborted') return { outcome: 'aborted' };
  const version = ran.ended.code === 0 ? versionIn(ran.ended.stdout) : null;
  if (version === null) {
    return { outcome: 'unfit', why: `${cli.title} (${path}) does not tell its version with --version: ${install}.` };
  }
  if (isOlder(version, cli.minVersion)) {
    const needed = versionText(cli.minVersion);
    const why = `${cli.title} ${versionText(version)} (${path}) is too old, at least ${needed} is needed: ${install}.`;
    return { outcome: 'unfit', why };
  }
  return { outcome: 'found', argv: [path, ...args], version, installed: installedAs(await realpath(path)) };
}

async function locate(named: string, path: string, cwd: string): Promise<string | null> {
  const candidates = named.includes('/')
    ? [resolve(cwd, named)]
    : path
        .split(delimiter)
        .filter((folder) => folder !== '')
        .map((folder) => join(folder, named));
  for (const candidate of candidates) if (await isProgram(candidate)) return candidate;
  return null;
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/**
 * A package from npm may have its parts in neighbouring packages of the same scope. Of any other folder the program alone:
 * beside it may lie whatever a home holds.
 */
function installedAs(path: string): string {
  return /^(?:.*\/node_modules\/(?:@[^/]+(?=\/[^/]+\/)|[^@/][^/]*(?=\/)))/.exec(path)?.[0] ?? path;
}
