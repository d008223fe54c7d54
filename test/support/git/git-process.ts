import type { GitResult } from './start-request.ts';
import { startSmall } from './starter.ts';

/** Keeps the machine's own configuration out and makes commits come out with the same SHAs everywhere. */
export function isolatedGitEnvironment(home: string, tick = 0): NodeJS.ProcessEnv {
  const date = `${1_700_000_000 + tick * 60} +0000`;
  return {
    PATH: process.env['PATH'],
    HOME: home,
    LC_ALL: 'C',
    TZ: 'UTC',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_EDITOR: 'true',
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.test',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.test',
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_DATE: date,
  };
}

export function runGit(
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv; input?: string | Uint8Array },
): Promise<GitResult> {
  return startSmall({ args, cwd: options.cwd, env: options.env, input: options.input });
}
