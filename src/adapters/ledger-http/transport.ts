import pRetry from 'p-retry';
import * as z from 'zod';
import { MAX_UNPACKED_BYTES, packBody, readWhole } from '../../contract/body.ts';
import { kindOf, Problem, PROBLEM_TYPE } from '../../contract/problem.ts';
import type { Route } from '../../contract/routes.ts';
import type { Clock } from '../../ports/clock.ts';
import { LedgerForbidden, LedgerUnavailable } from '../../ports/ledger.ts';
import type { Log } from '../../ports/log.ts';
import { endpointBase } from './address.ts';
import { retryDelayMs, Transient } from './retry.ts';

export type HttpLedgerOptions = {
  /** Address of the deployment: https, or http on loopback. */
  endpoint: string;
  /** A fresh OIDC token for the deployment's audience; asked before every request. */
  idToken: () => Promise<string>;
  clock: Clock;
  /** In [0, 1); spreads retries. */
  random: () => number;
  log?: Pick<Log, 'warning'>;
  fetch?: typeof fetch;
  /** Requests per call, the first included. */
  attempts?: number;
  /** Time limit of one request. */
  timeoutMs?: number;
};

/** An answer of the endpoint that is no fault: a body still to be checked, or a problem that says what is wrong with the call. */
export type Reply = { outcome: 'answered'; body: unknown } | { outcome: 'refused'; problem: Problem };

type Payload = string | URLSearchParams;
type Packed = Awaited<ReturnType<typeof packBody>>;

const DEFAULT_ATTEMPTS = 4;
const DEFAULT_TIMEOUT_MS = 20_000;

/**
 * Sends one call of the contract, repeating it (bounded, with jitter) while the network, the endpoint or its ledger
 * fails. Throws `LedgerForbidden` on 401 and 403, `LedgerUnavailable` where no answer could be had.
 */
export function createTransport(options: HttpLedgerOptions): (route: Route, payload: Payload) => Promise<Reply> {
  const { clock, random, log, attempts = DEFAULT_ATTEMPTS, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const base = endpointBase(options.endpoint);
  const request = options.fetch ?? fetch;

  return async (route, payload) => {
    if (typeof payload !== 'string') return persistently(route, `?${payload.toString()}`, null);
    const packed = await packBody(payload);
    const reply = await persistently(route, '', packed);
    const unread = packed.gzipped && reply.outcome === 'refused' && kindOf(reply.problem) === 'malformed-gzip';
    // Something in between took the packing for text: the same again, unpacked.
    return unread ? persistently(route, '', { bytes: new TextEncoder().encode(payload), gzipped: false }) : reply;
  };

  async function persistently(route: Route, query: string, body: Packed | null): Promise<Reply> {
    try {
      return await pRetry(() => once(route, query, body), {
        retries: attempts - 1,
        // The waiting is done below, by the clock that was given and as long as the endpoint asks for.
        minTimeout: 0,
        shouldRetry: ({ error }) => error instanceof Transient && retryDelayMs(error, 1, 0) !== null,
        async onFailedAttempt({ error, attemptNumber, retriesLeft }) {
          if (!(error instanceof Transient) || retriesLeft === 0) return;
          const delayMs = retryDelayMs(error, attemptNumber, random());
          if (delayMs === null) return;
          log?.warning(`${route.path}: ${error.message}; asking again in ${Math.ceil(delayMs / 1000)} s`);
          await clock.sleep(delayMs);
        },
      });
    } catch (error) {
      if (!(error instanceof Transient)) throw error;
      throw new LedgerUnavailable(`the endpoint ${base} gave no answer to ${route.path}: ${error.message}`, {
        cause: error,
      });
    }
  }

  async function once(route: Route, query: string, body: Packed | null): Promise<Reply> {
    const token = await freshToken();
    let response: Response;
    let bytes: Uint8Array | null;
    try {
      response = await request(`${base}${route.path}${query}`, {
        method: route.method,
        headers: {
          authorization: `Bearer ${token}`,
          accept: `application/json, ${PROBLEM_TYPE}`,
          'user-agent': 'pushback',
          ...(body === null ? {} : { 'content-type': 'application/json' }),
          ...(body?.gzipped === true ? { 'content-encoding': 'gzip' } : {}),
        },
        body: body?.bytes ?? null,
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      });
      bytes = await readWhole(response.body, MAX_UNPACKED_BYTES);
    } catch (error) {
      throw new Transient(whatFailed(error, timeoutMs), { cause: error });
    }
    if (bytes === null) {
      throw new LedgerUnavailable(`the endpoint's answer to ${route.path} is over ${MAX_UNPACKED_BYTES} bytes`);
    }
    return replyOf(response, bytes);
  }

  async function freshToken(): Promise<string> {
    try {
      return await options.idToken();
    } catch (error) {
      if (error instanceof LedgerUnavailable) throw error;
      throw new LedgerUnavailable('no OIDC token of this job could be had to call the endpoint with', { cause: error });
    }
  }

  function replyOf({ status, headers }: Response, bytes: Uint8Array): Reply {
    const body = parse(bytes);
    if (status >= 200 && status < 300) {
      if (body === undefined)
        throw new LedgerUnavailable(`the endpoint ${base} answered ${status} without JSON; is the address right?`);
      return { outcome: 'answered', body };
    }
    if (status >= 300 && status < 400) {
      throw new LedgerUnavailable(
        `the endpoint ${base} redirects (${status}), which is not followed: give its final address`,
      );
    }
    const problem = Problem.safeParse(body).data;
    const said =
      problem === undefined
        ? ''
        : `: ${onOneLine(`${problem.title}${problem.detail === undefined ? '' : `; ${problem.detail}`}`)}`;
    if (status === 401 || status === 403) {
      const rule = problem?.rule === undefined ? '' : `, rule ${onOneLine(problem.rule)}`;
      throw new LedgerForbidden(`the endpoint ${base} does not let this job call (${status}${rule})${said}`);
    }
    if (status === 429 || status >= 500) {
      throw new Transient(`it answered ${status}${said}`, { retryAfterMs: retryAfterMs(headers) });
    }
    if (problem === undefined) {
      // The gateway's own word; the endpoint's names its bound.
      const what =
        status === 413
          ? 'takes no body as large as this one (413)'
          : `answered ${status} in a form that is not this contract's; is the address right?`;
      throw new LedgerUnavailable(`the endpoint ${base} ${what}`);
    }
    return { outcome: 'refused', problem };
  }

  /** Seconds, or an HTTP date; null where neither is said. */
  function retryAfterMs(headers: Headers): number | null {
    const said = headers.get('retry-after');
    if (said === null) return null;
    if (/^[0-9]{1,9}$/.test(said)) return Number(said) * 1000;
    const date = Date.parse(said);
    return Number.isNaN(date) ? null : Math.max(0, date - clock.now() * 1000);
  }
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch {
    return undefined;
  }
}

/** What `fetch` throws: a timeout by name, or an error whose cause has a system error's code. */
const FetchFault = z.object({ name: z.string(), cause: z.object({ code: z.string() }).optional().catch(undefined) });

function whatFailed(error: unknown, timeoutMs: number): string {
  const fault = FetchFault.safeParse(error).data;
  if (fault?.name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s`;
  const code = fault?.cause?.code;
  return `it can not be reached${code === undefined ? '' : ` (${onOneLine(code)})`}`;
}

/** Words of another machine, fit for a log that gives meaning to line starts. */
function onOneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 500);
}
