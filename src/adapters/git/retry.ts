import pRetry, { AbortError } from 'p-retry';
import { GitFault } from '../../ports/repository.ts';

const ATTEMPTS = 3;

/** Repeats what failed on the network, with growing pauses. Other faults, and the last one, are thrown as they are. */
export async function withNetworkRetries<T>(attempt: () => Promise<T>): Promise<T> {
  return pRetry(
    async () => {
      try {
        return await attempt();
      } catch (error) {
        if (error instanceof GitFault && isTransient(error.message)) throw error;
        throw new AbortError(error instanceof Error ? error : new Error(String(error)));
      }
    },
    { retries: ATTEMPTS - 1, minTimeout: 200, factor: 4, randomize: true },
  );
}

const TRANSIENT = [
  /could ?n[o']t (?:resolve|connect)|connection (?:reset|refused|timed out|was)|failed to connect/i,
  /early EOF|unexpected disconnect|the remote end hung up|RPC failed|expected flush|bad pack|invalid index-pack/i,
  /(?:returned error:|HTTP) (?:408|429|5\d\d)|operation too slow|empty reply|recv failure|transfer closed/i,
  /could not fetch [0-9a-f]+ from promisor remote/,
];

/** Whether trying again may help; a refusal (no such commit, no right) stays one. */
function isTransient(message: string): boolean {
  if (
    /(?:returned error:|HTTP) 4(?!08|29)\d\d|not our ref|unadvertised|authentication failed|not found/i.test(message)
  ) {
    return false;
  }
  return TRANSIENT.some((pattern) => pattern.test(message));
}
