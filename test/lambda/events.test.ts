import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { composeHandler, type Handler } from '../../lambda/create-handler.ts';
import { ClaimAccepted } from '../../src/core/ledger/commands.ts';
import { createTestTable, type TestTable } from '../support/dynamodb-local.ts';
import { claimCommand, HEAD, seenPullRequest, submitCommand, TOKEN } from './support/commands.ts';
import { eventOf } from './support/event.ts';
import { AUDIENCE, startTokenIssuer } from './support/token-issuer.ts';

/** The composed handler over DynamoDB, and an EventBridge of our own that keeps what it is sent. */

const ISSUER = 'https://issuer.test';
const MAIN = { event_name: 'workflow_dispatch', ref: 'refs/heads/main', ref_protected: 'true' };
const stack: AsyncDisposableStack[] = [];
let table: TestTable;
let issuer: Awaited<ReturnType<typeof startTokenIssuer>>;
let bus: Awaited<ReturnType<typeof startBus>>;
const kept = { ...process.env };

beforeEach(async () => {
  const disposables = new AsyncDisposableStack();
  stack.push(disposables);
  table = disposables.use(await createTestTable());
  issuer = disposables.use(await startTokenIssuer());
  bus = disposables.use(await startBus());
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
    AWS_ENDPOINT_URL_EVENTBRIDGE: bus.url,
    AWS_REGION: 'local',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
});
afterEach(async () => {
  for (const name of Object.keys(process.env)) if (!(name in kept)) delete process.env[name];
  await stack.pop()?.disposeAsync();
});

async function startBus() {
  const events: { Source: string; DetailType: string; EventBusName: string; Detail: unknown }[] = [];
  let failing: 'no' | 'status' | 'entry' = 'no';
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { Entries } = JSON.parse(Buffer.concat(chunks).toString()) as { Entries: { Detail: string }[] };
    response.writeHead(failing === 'status' ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
    if (failing === 'status') return response.end('{"__type":"ValidationException","message":"no such bus"}');
    if (failing === 'entry')
      return response.end('{"FailedEntryCount":1,"Entries":[{"ErrorCode":"ThrottlingException"}]}');
    for (const entry of Entries)
      events.push({ ...entry, Detail: JSON.parse(entry.Detail) as unknown } as (typeof events)[number]);
    return response.end('{"FailedEntryCount":0,"Entries":[{"EventId":"1"}]}');
  };
  const server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    events,
    fail: (how: typeof failing) => (failing = how),
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function handlerWith(environment: Record<string, string>): Handler {
  return composeHandler(
    {
      ...process.env,
      PUSHBACK_TABLE: table.tableName,
      PUSHBACK_AUDIENCE: AUDIENCE,
      PUSHBACK_OWNERS: '7',
      PUSHBACK_ISSUER: ISSUER,
      PUSHBACK_JWKS_URL: issuer.jwksUrl.href,
      ...environment,
    },
    () => undefined,
  );
}

async function call(handler: Handler, path: string, body: unknown) {
  const authorization = `Bearer ${await issuer.token({ issuer: ISSUER, claims: MAIN })}`;
  const headers = { authorization, 'content-type': 'application/json' };
  const answer = await handler(eventOf('POST', `/v1/${path}`, { headers, body: JSON.stringify(body) }));
  return { status: answer.statusCode, body: JSON.parse(answer.body ?? '') as unknown };
}

const runOf = (number: number) => `run_100_${number}_${HEAD}`;
const deliveryOf = (number: number) => ({
  session: 'stack',
  runs: [{ runId: runOf(number), token: TOKEN, commentId: 1, reviewId: null, checkId: null }],
});

/** Two pull requests claimed at once and recorded, and nothing delivered yet. */
async function recordTwo(handler: Handler): Promise<string> {
  const pullRequests = [seenPullRequest(), seenPullRequest({ number: 13 })];
  const claimed = await call(handler, 'claims', claimCommand({ session: 'stack', pullRequests }));
  for (const number of [12, 13]) {
    await call(handler, 'results', { ...submitCommand(runOf(number)), session: 'stack' });
  }
  return ClaimAccepted.parse(claimed.body).batchId;
}

test('one event with ids and verdicts when the last run of a batch is delivered', async () => {
  const handler = handlerWith({ PUSHBACK_EVENT_BUS: 'reviews' });
  const batchId = await recordTwo(handler);
  expect(await call(handler, 'deliveries', deliveryOf(12))).toMatchObject({ status: 200 });
  expect(bus.events).toEqual([]);
  expect(await call(handler, 'deliveries', deliveryOf(13))).toMatchObject({ status: 200 });
  const runs = [12, 13].map((number) => ({
    runId: runOf(number),
    repositoryId: 100,
    number,
    headSha: HEAD,
    verdict: 'approved',
  }));
  expect(bus.events).toEqual([
    {
      EventBusName: 'reviews',
      Source: 'pushback',
      DetailType: 'review.completed',
      Detail: { id: `review.completed:${batchId}`, session: 'stack', batchId, runs },
    },
  ]);
});

test.each(['status', 'entry'] as const)(
  'a bus that fails (%s): the delivery is to be repeated, and then announced',
  async (how) => {
    const handler = handlerWith({ PUSHBACK_EVENT_BUS: 'reviews' });
    const batchId = await recordTwo(handler);
    await call(handler, 'deliveries', deliveryOf(12));
    bus.fail(how);
    expect(await call(handler, 'deliveries', deliveryOf(13))).toMatchObject({ status: 503 });
    bus.fail('no');
    expect(await call(handler, 'deliveries', deliveryOf(13))).toMatchObject({
      status: 200,
      body: { runs: [{ status: 'replayed' }] },
    });
    expect(await call(handler, 'deliveries', deliveryOf(13))).toMatchObject({ status: 200 });
    const ids = bus.events.map(({ Detail }) => (Detail as { id: string }).id);
    expect(ids).toEqual([`review.completed:${batchId}`, `review.completed:${batchId}`]);
  },
);

test('a review that is outdated before it could be announced is announced all the same', async () => {
  const handler = handlerWith({ PUSHBACK_EVENT_BUS: 'reviews' });
  const batchId = await recordTwo(handler);
  await call(handler, 'deliveries', deliveryOf(12));
  bus.fail('entry');
  expect(await call(handler, 'deliveries', deliveryOf(13))).toMatchObject({ status: 503 });
  bus.fail('no');
  const next = seenPullRequest({ number: 13, headSha: '9'.repeat(40), headSeenAt: seenPullRequest().headSeenAt + 2 });
  const theirs = claimCommand({
    session: 'stack',
    pullRequests: [next],
    holder: { tokenHash: 'e'.repeat(64), url: '' },
  });
  expect(await call(handler, 'claims', theirs)).toMatchObject({ status: 201 });
  expect(await call(handler, 'deliveries', deliveryOf(13))).toMatchObject({
    status: 200,
    body: { runs: [{ status: 'replayed' }] },
  });
  expect(bus.events).toMatchObject([
    { Detail: { batchId, runs: [{ runId: runOf(12) }, { runId: runOf(13), verdict: 'approved' }] } },
  ]);
});

test('without a bus nothing is put', async () => {
  const handler = handlerWith({});
  await recordTwo(handler);
  await call(handler, 'deliveries', deliveryOf(12));
  expect(await call(handler, 'deliveries', deliveryOf(13))).toMatchObject({ status: 200 });
  expect(bus.events).toEqual([]);
});
