import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { createSignedCalls } from '../src/adapters/ledger-dynamodb/signed/calls.ts';
import { createTableLedger } from '../src/adapters/ledger-dynamodb/table-ledger.ts';
import { createApp, type App } from './app.ts';
import { createTokenGatekeeper } from './auth/gatekeeper.ts';
import { lambdaClock } from './clock.ts';
import { readEnvironment } from './environment.ts';
import { requestOf, resultOf } from './event.ts';
import { announcing } from './events/announce.ts';
import { createEventBus } from './events/event-bus.ts';
import { createJsonLog } from './log.ts';

export type Handler = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

/** The endpoint as a handler of API Gateway's HTTP API events. */
export function handlerOf(app: App): Handler {
  return async (event) => resultOf(await app(requestOf(event)));
}

const CONNECTION_TIMEOUT_MS = 1_000;
const REQUEST_TIMEOUT_MS = 5_000;

/** The endpoint as these variables describe it; throws `BadEnvironment` where they do not. */
export function composeHandler(variables: Record<string, string | undefined>, write: (line: string) => void): Handler {
  const { tableName, issuer, policy, retention, eventBus, dynamodb } = readEnvironment(variables);
  const calls = createSignedCalls({
    ...dynamodb,
    connectionTimeoutMs: CONNECTION_TIMEOUT_MS,
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
  });
  const ledgerFor = createTableLedger({ calls, tableName, clock: lambdaClock, retention });
  const announce = eventBus === null ? null : createEventBus(eventBus);
  const app = createApp({
    ledgerFor: announce === null ? ledgerFor : (caller) => announcing(ledgerFor(caller), announce),
    gatekeeper: createTokenGatekeeper({ issuer, policy, clock: lambdaClock }),
    log: createJsonLog(write),
  });
  return handlerOf(app);
}
