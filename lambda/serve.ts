import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { problemOf } from '../src/contract/problem.ts';
import type { EndpointPolicy } from '../src/core/authorise.ts';
import type { OwnerId } from '../src/core/ids.ts';
import type { Caller } from '../src/core/ledger/commands.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { Ledger } from '../src/ports/ledger.ts';
import { respondProblem } from './answers.ts';
import { createApp } from './app.ts';
import { createOpenGatekeeper, createTokenGatekeeper, type Gatekeeper } from './auth/gatekeeper.ts';
import type { TokenIssuer } from './auth/verify-token.ts';
import type { EndpointLog } from './log.ts';
import type { BodyLimits } from './read-input.ts';
import { responseOf, webOf } from './web.ts';

/** Who may call: jobs with tokens, or anybody on this machine as one owner. */
export type EndpointAuth =
  | { kind: 'tokens'; issuer: TokenIssuer; policy: EndpointPolicy }
  | { kind: 'insecure-owner'; ownerId: OwnerId };

export type EndpointOptions = {
  /** 0 takes a free one. */
  port: number;
  /** Loopback by default. */
  host?: string;
  ledgerFor: (caller: Caller) => Ledger;
  auth: EndpointAuth;
  clock: Pick<Clock, 'now'>;
  log: EndpointLog;
  limits?: Partial<BodyLimits>;
  /** For a whole request to arrive; 60 s by default. */
  requestTimeoutMs?: number;
};

export type RunningEndpoint = { url: string; close(): Promise<void> };

/** The way the endpoint was asked to start is not a safe one. */
export class UnsafeEndpoint extends Error {
  override readonly name = 'UnsafeEndpoint';
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', '[::1]', 'localhost']);
const REQUEST_TIMEOUT_MS = 60_000;

/** Serves the endpoint over plain HTTP from this process, until `close`. */
export async function startEndpoint(options: EndpointOptions): Promise<RunningEndpoint> {
  const { auth, host = '127.0.0.1' } = options;
  const open = auth.kind === 'insecure-owner';
  if (open && !LOOPBACK.has(host)) {
    throw new UnsafeEndpoint(
      `without tokens the endpoint listens on loopback only (127.0.0.1, ::1 or localhost), not on ${host}`,
    );
  }
  const answered = webOf(createApp({ ...options, gatekeeper: gatekeeperOf(auth, options.clock) }));
  const answer = async (request: Request): Promise<Response> =>
    open && !isForLoopback(request) ? misdirected() : answered(request);
  return listen(answer, { ...options, host });
}

/** Answers HTTP on a port of this machine, until `close`. */
export async function listen(
  answer: (request: Request) => Response | Promise<Response>,
  { port, host, requestTimeoutMs = REQUEST_TIMEOUT_MS }: { port: number; host: string; requestTimeoutMs?: number },
): Promise<RunningEndpoint> {
  const serverOptions = {
    requestTimeout: requestTimeoutMs,
    headersTimeout: requestTimeoutMs,
    // How often Node looks for those that are late.
    connectionsCheckingInterval: Math.ceil(requestTimeoutMs / 10),
  };
  const server = createAdaptorServer({ fetch: async (request) => partingFrom(await answer(request)), serverOptions });
  server.listen(port, host);
  await once(server, 'listening');
  const bound = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound.port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
    },
  };
}

/** These are said before a body is read to its end, if at all. */
const UNREAD: ReadonlySet<number> = new Set([401, 403, 404, 405, 413, 415, 421]);

/** What is left of a body would stand before the connection's next request: so there is none. */
function partingFrom(response: Response): Response {
  if (UNREAD.has(response.status)) response.headers.set('connection', 'close');
  return response;
}

function gatekeeperOf(auth: EndpointAuth, clock: Pick<Clock, 'now'>): Gatekeeper {
  if (auth.kind === 'tokens') return createTokenGatekeeper({ issuer: auth.issuer, policy: auth.policy, clock });
  return createOpenGatekeeper({ ownerId: auth.ownerId, workflowRun: null, trust: 'protected' });
}

/** A page in a browser can make any name point here, but it can't choose the name that the browser then sends. */
function isForLoopback(request: Request): boolean {
  return LOOPBACK.has(new URL(request.url).hostname);
}

function misdirected(): Response {
  const detail = 'without tokens, only requests for a loopback name are answered';
  return responseOf(respondProblem(problemOf('misdirected', { detail })));
}
