import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { HEALTHY } from '../src/contract/answers.ts';
import { MAX_UNPACKED_BYTES } from '../src/contract/body.ts';
import { openApiDocument } from '../src/contract/openapi.ts';
import { problemOf } from '../src/contract/problem.ts';
import { routes, type InputOf, type LedgerRouteName, type Route, type RouteName } from '../src/contract/routes.ts';
import type { Refusal } from '../src/core/authorise.ts';
import type { Caller } from '../src/core/ledger/commands.ts';
import { LedgerForbidden, LedgerUnavailable, type Ledger } from '../src/ports/ledger.ts';
import { outgoing, respond, respondProblem } from './answers.ts';
import type { Gatekeeper } from './auth/gatekeeper.ts';
import { IssuerUnavailable } from './auth/verify-token.ts';
import { ledgerCalls, type LedgerCall } from './calls.ts';
import type { HttpAnswer, HttpRequest } from './http.ts';
import type { EndpointLog } from './log.ts';
import { readInput, type BodyLimits } from './read-input.ts';

export type AppOptions = {
  /** The ledger as this caller may use it. */
  ledgerFor: (caller: Caller) => Ledger;
  gatekeeper: Gatekeeper;
  log: EndpointLog;
  limits?: Partial<BodyLimits>;
};

/** The endpoint: every call of the contract's route table, whatever serves it. */
export type App = (request: HttpRequest) => Promise<HttpAnswer>;

const DEFAULT_LIMITS: BodyLimits = { maxBodyBytes: 10 * 1024 * 1024, maxUnpackedBytes: MAX_UNPACKED_BYTES };
const RETRY_AFTER_SECONDS = 2;

const NAME_BY_PATH: ReadonlyMap<string, RouteName> = new Map(
  (Object.keys(routes) as RouteName[]).map((name) => [routes[name].path, name]),
);

/** What the log tells of a call besides its request and its answer. */
type Told = { caller?: string; rule?: string };

export function createApp(options: AppOptions): App {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };

  return async (request) => {
    const startedAt = performance.now();
    const requestId = request.requestId ?? randomUUID();
    const told: Told = {};
    const { status, headers, body } = await answerTo(request, told)
      .then((answer) => outgoing(answer, request.header('accept-encoding')))
      .catch((error: unknown) => {
        options.log({ level: 'error', message: 'fault', requestId, error });
        return outgoing(fault(error, requestId), undefined);
      });
    options.log({
      level: status >= 500 ? 'error' : 'info',
      message: 'request',
      requestId,
      method: request.method,
      path: request.path.slice(0, 200),
      status,
      durationMs: Math.round(performance.now() - startedAt),
      caller: told.caller,
      rule: told.rule,
    });
    const whole = { status, headers: { ...headers, 'x-request-id': requestId }, body };
    return request.method === 'HEAD' ? { ...whole, body: '' } : whole;
  };

  async function answerTo(request: HttpRequest, told: Told): Promise<HttpAnswer> {
    const name = NAME_BY_PATH.get(request.path);
    if (name === undefined) {
      return respondProblem(problemOf('unknown-route', { detail: `the calls are listed at ${routes.openapi.path}` }));
    }
    const { path, method }: Route = routes[name];
    if (request.method !== method && !(request.method === 'HEAD' && method === 'GET')) {
      const problem = problemOf('method-not-allowed', { detail: `${path} is called by ${method}` });
      return respondProblem(problem, { allow: method === 'GET' ? 'GET, HEAD' : method });
    }
    switch (name) {
      case 'health':
        return respond(200, HEALTHY);
      case 'openapi':
        return respond(200, openApiDocument());
      default:
        return answerLedgerCall(request, name, told);
    }
  }

  async function answerLedgerCall(request: HttpRequest, name: LedgerRouteName, told: Told): Promise<HttpAnswer> {
    const identity = await options.gatekeeper(request.header('authorization'));
    if (identity.outcome === 'unauthenticated') {
      return respondProblem(problemOf('unauthenticated', { detail: identity.why }), { 'www-authenticate': 'Bearer' });
    }
    told.caller = identity.name;
    if (identity.outcome === 'refused') return refuse(told, identity);

    const route: Route = routes[name];
    const read = await readInput(route, request, limits);
    if (read.outcome === 'refused') return respondProblem(read.problem);
    const input = read.value as InputOf<LedgerRouteName>;

    // The input was read by this route's own schema, so that it is this call's.
    const call = ledgerCalls[name] as LedgerCall<LedgerRouteName>;
    const authorisation = identity.authorise({
      access: route.access === 'read' ? 'read' : 'write',
      session: input.session,
      pullRequests: call.touches(input),
    });
    if (authorisation.outcome === 'refused') return refuse(told, authorisation);

    const ledger = options.ledgerFor(authorisation.caller);
    const answer = await call.answer(ledger, input, authorisation.visible);
    return 'problem' in answer ? respondProblem(answer.problem) : respond(Number(answer.status), answer.body);
  }
}

function refuse(told: Told, { rule, why }: Refusal): HttpAnswer {
  told.rule = rule;
  return respondProblem(problemOf('forbidden', { rule, detail: why }));
}

function fault(error: unknown, requestId: string): HttpAnswer {
  if (error instanceof LedgerUnavailable || error instanceof LedgerForbidden || error instanceof IssuerUnavailable) {
    const detail = error instanceof IssuerUnavailable ? "the token issuer's keys can not be read" : undefined;
    const problem = problemOf('unavailable', detail === undefined ? {} : { detail });
    return respondProblem(problem, { 'retry-after': String(RETRY_AFTER_SECONDS) });
  }
  return respondProblem(problemOf('internal', { detail: `request ${requestId}` }));
}
