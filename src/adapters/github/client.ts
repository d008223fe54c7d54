import { defaults, getOctokitOptions, GitHub } from '@actions/github/lib/utils';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { stayWithServer } from './stay-with.ts';
import { pauseBeforeRepeat, throwHiddenFailure } from './repeat.ts';

export type GitHubClient = InstanceType<typeof GitHub>;

export type GitHubAccess = {
  token: string;
  /** `https://api.github.com`, or a GitHub Enterprise Server's `https://host/api/v3`. GraphQL stands beside it. */
  apiUrl: string;
  clock: Clock;
  log: Log;
  /** In [0, 1): spreads repeats of many runs that failed together. */
  random(): number;
  /** How long one answer may take; 30 s by default. */
  timeoutMs?: number;
};

const ANSWER_WITHIN_MS = 30_000;

/**
 * Octokit as actions set it up (proxies included), that stays with its server, with a time limit on each call and repeats: what GitHub refused
 * for a rate limit always, what broke on the way only where asking twice does no harm.
 */
export function createClient(access: GitHubAccess): GitHubClient {
  const octokit = new GitHub(
    getOctokitOptions(access.token, { baseUrl: access.apiUrl.replace(/\/+$/u, ''), userAgent: 'pushback' }),
  );
  const withinMs = access.timeoutMs ?? ANSWER_WITHIN_MS;
  const stay = stayWithServer((defaults.request?.fetch as typeof fetch | undefined) ?? fetch);
  octokit.hook.wrap('request', async (request, options) => {
    // Every GraphQL call of ours reads, or sets what is to be: asking twice leads to the same.
    const repeatable = options.method !== 'POST' || options.url.endsWith('/graphql');
    for (let tries = 1, waitedMs = 0; ; tries += 1) {
      try {
        // What the hooks below get is this very object, not the argument.
        options.request = { ...options.request, fetch: stay, signal: AbortSignal.timeout(withinMs) };
        const answer = await request(options);
        throwHiddenFailure(options, answer);
        return answer;
      } catch (error) {
        const pause = pauseBeforeRepeat(error, {
          tries,
          waitedMs,
          repeatable,
          now: access.clock.now(),
          random: access.random(),
        });
        if (pause === null) throw error;
        access.log.info(`GitHub: ${pause.why}; asking again in ${Math.ceil(pause.ms / 1000)} s`);
        await access.clock.sleep(pause.ms);
        waitedMs += pause.ms;
      }
    }
  });
  return octokit;
}
