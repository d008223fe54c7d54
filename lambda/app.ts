import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { Hono, type Context } from 'hono';
import { compress } from 'hono/compress';
import { HEALTHY } from '../src/contract/answers.ts';
import { GZIP_FROM_BYTES, MAX_UNPACKED_BYTES } from '../src/contract/body.ts';
import { openApiDocument } from '../src/contract/openapi.ts';
import { problemOf, PROBLEM_TYPE, type Problem } from '../src/contract/problem.ts';
import { routes, type InputOf, type LedgerRouteName, type Route } from '../src/contract/routes.ts';
import type { Refusal } from '../src/core/authorise.ts';
import type { Caller } from '../src/core/ledger/commands.ts';
import { LedgerForbidden, LedgerUnavailable, type Ledger } from '../src/ports/ledger.ts';
import type { Gatekeeper } from './auth/gatekeeper.ts';
import { IssuerUnavailable } from './auth/verify-token.ts';
import { ledgerCalls, type LedgerCall } from './calls.ts';
import type { EndpointLog } from './log.ts';
import { readInput, type BodyLimits } from './read-input.ts';

export type AppOptions = {
  /** The ledger as this caller may use it. */
  ledgerFor: (caller: Caller) => Ledger;
  gatekeeper: Gatekeeper;
  log: EndpointLog;
  limits?: Partial<BodyLimits>;
};

/** What the application is served with: the id that the host gave the request, where it gave one. */
export type AppBindings = { requestId?: string };

type Env = {
  Bindings: AppBindings;
  Variables: { requestId: string; caller: string | undefined; rule: string | undefined };
};

const DEFAULT_LIMITS: BodyLimits = { maxBodyBytes: 10 * 1024 * 1024, maxUnpackedBytes: MAX_UNPACKED_BYTES };
const RETRY_AFTER_SECONDS = 2;

/** The endpoint: every call of the contract's route table, whatever serves it. */
export function createApp(options: AppOptions): Hono<Env> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const app = new Hono<Env>();

  app.use(async (c, next) => {
    const startedAt = performance.now();
    const bindings: AppBindings | undefined = c.env;
    c.set('requestId', bindings?.requestId ?? randomUUID());
    await next();
    c.header('x-request-id', c.get('requestId'));
    options.log({
      level: c.res.status >= 500 ? 'error' : 'info',
      message: 'request',
      requestId: c.get('requestId'),
      method: c.req.method,
      path: c.req.path.slice(0, 200),
      status: c.res.status,
      durationMs: Math.round(performance.now() - startedAt),
      caller: c.get('caller'),
      rule: c.get('rule'),
    });
  });
  app.use(compress({ threshold: GZIP_FROM_BYTES + 1, encoding: 'gzip' }));

  app.get(routes.health.path, () => respond(200, HEALTHY));
  app.get(routes.openapi.path, () => respond(200, openApiDocument()));
  for (const name of Object.keys(ledgerCalls) as LedgerRouteName[]) {
    app.on(routes[name].method, routes[name].path, (c) => answerLedgerCall(c, name));
  }
  for (const { path, method } of Object.values<Route>(routes)) {
    app.all(path, () => {
      const problem = problemOf('method-not-allowed', { detail: `${path} is called by ${method}` });
      return respondProblem(problem, { allow: method === 'GET' ? 'GET, HEAD' : method });
    });
  }
  app.notFound(() =>
    respondProblem(problemOf('unknown-route', { detail: `the calls are listed at ${routes.openapi.path}` })),
  );
  app.onError((error, c) => {
    options.log({ level: 'error', message: 'fault', requestId: c.get('requestId'), error });
    if (error instanceof LedgerUnavailable || error instanceof LedgerForbidden || error instanceof IssuerUnavailable) {
      const detail = error instanceof IssuerUnavailable ? "the token issuer's keys can not be read" : undefined;
      const problem = problemOf('unavailable', detail === undefined ? {} : { detail });
      return respondProblem(problem, { 'retry-after': String(RETRY_AFTER_SECONDS) });
    }
    return respondProblem(problemOf('internal', { detail: `request ${c.get('requestId')}` }));
  });
  return app;

  async function answerLedgerCall(c: Context<Env>, name: LedgerRouteName): Promise<Response> {
    const identity = await options.gatekeeper(c.req.header('authorization'));
    if (identity.outcome === 'unauthenticated') {
      return respondProblem(problemOf('unauthenticated', { detail: identity.why }), { 'www-authenticate': 'Bearer' });
    }
    c.set('caller', identity.name);
    if (identity.outcome === 'refused') return refuse(c, identity);

    const route: Route = routes[name];
    const read = await readInput(route, c.req.raw, limits);
    if (read.outcome === 'refused') return respondProblem(read.problem);
    const input = read.value as InputOf<LedgerRouteName>;

    // The input was read by this route's own schema, so that it is this call's.
    const call = ledgerCalls[name] as LedgerCall<LedgerRouteName>;
    const authorisation = identity.authorise({
      access: route.access === 'read' ? 'read' : 'write',
      session: input.session,
      pullRequests: call.touches(input),
    });
    if (authorisation.outcome === 'refused') return refuse(c, authorisation);

    const ledger = options.ledgerFor(authorisation.caller);
    const answer = await call.answer(ledger, input, authorisation.visible);
    return 'problem' in answer ? respondProblem(answer.problem) : respond(Number(answer.status), answer.body);
  }
}

function refuse(c: Context<Env>, { rule, why }: Refusal): Response {
  c.set('rule', rule);
  return respondProblem(problemOf('forbidden', { rule, detail: why }));
}

function respond(status: number, body: unknown): Response {
  return jsonResponse(status, body, { 'content-type': 'application/json' });
}

export function respondProblem(problem: Problem, headers: Record<string, string> = {}): Response {
  return jsonResponse(problem.status, problem, { ...headers, 'content-type': PROBLEM_TYPE });
}

/** The length is said, for it decides whether the answer is packed. */
function jsonResponse(status: number, body: unknown, headers: Record<string, string>): Response {
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  return new Response(bytes, {
    status,
    headers: {
      ...headers,
      'content-length': String(bytes.byteLength),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
  });
}
