import { isAbsolute } from 'node:path';

/**
 * Where the machine keeps the conversations of agents: `PUSHBACK_AGENT_SESSIONS`, which must be an absolute path. It is no
 * input, for no workflow of a repository should have to name a machine's folders.
 */
export function agentSessions(env: Readonly<Record<string, string | undefined>>): string | null {
  const folder = env['PUSHBACK_AGENT_SESSIONS'] ?? '';
  if (folder === '') return null;
  if (!isAbsolute(folder))
    throw new Error(`PUSHBACK_AGENT_SESSIONS must be an absolute path, not ${JSON.stringify(folder)}`);
  return folder;
}
