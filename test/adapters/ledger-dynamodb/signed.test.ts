import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { isLostRace, ledgerFault } from '../../../src/adapters/ledger-dynamodb/faults.ts';
import { createSignedCalls } from '../../../src/adapters/ledger-dynamodb/signed/calls.ts';
import { LedgerForbidden, LedgerUnavailable } from '../../../src/ports/ledger.ts';

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';

type Seen = { operation: string; body: string; headers: IncomingMessage['headers']; genuine: boolean };
type Reply = (response: ServerResponse) => void;

/** DynamoDB as far as these tests need it: checks signatures as AWS does, and answers what it is told to. */
async function startService(replies: Reply[]) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const [, operation = ''] = String(request.headers['x-amz-target']).split('.');
      seen.push({ operation, body, headers: request.headers, genuine: isGenuine(request, body) });
      (replies.shift() ?? answer({}))(response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const calls = (more: Partial<Parameters<typeof createSignedCalls>[0]> = {}) =>
    createSignedCalls({
      endpoint,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET },
      connectionTimeoutMs: 5_000,
      requestTimeoutMs: 5_000,
      ...more,
    });
  return {
    seen,
    calls,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const answer =
  (body: unknown, status = 200): Reply =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
const refusal = (name: string, status = 400, more: object = {}): Reply =>
  answer({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'no', ...more }, status);
const hangUp: Reply = (response) => void response.destroy();
const cutOff: Reply = (response) => {
  response.writeHead(200, { 'content-length': '1000' }).write('{"Items": [');
  setImmediate(() => response.destroy());
};
const silence: Reply = () => undefined;

/** Signature Version 4 from the other side: by its specification, and not by the library that signs. */
function isGenuine(request: IncomingMessage, body: string): boolean {
  const told =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/((\d{8})\/([^/]+)\/dynamodb\/aws4_request), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/;
  const parts = told.exec(request.headers.authorization ?? '');
  if (parts === null) return false;
  const [, , scope = '', day = '', region = '', names = '', signature = ''] = parts;
  const headers = names.split(';').map((name) => `${name}:${String(request.headers[name])}\n`);
  const canonical = `${request.method}\n/\n\n${headers.join('')}\n${names}\n${sha256(body)}`;
  const text = `AWS4-HMAC-SHA256\n${String(request.headers['x-amz-date'])}\n${scope}\n${sha256(canonical)}`;
  const key = [day, region, 'dynamodb', 'aws4_request'].reduce<Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    Buffer.from(`AWS4${SECRET}`),
  );
  return createHmac('sha256', key).update(text).digest('hex') === signature;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const put = { TableName: 'ledger', Item: { pk: { S: 'a' }, sk: { S: 'b' } } };
const page = { TableName: 'ledger', KeyConditionExpression: 'pk = :pk' };

test('every request is signed: its target, its body, and the session token that goes with the keys', async () => {
  await using service = await startService([]);
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET, sessionToken: 'the/session=' };
  const calls = service.calls({ credentials });
  await calls.putItem({ ...put, Item: { ...put.Item, text: { S: 'Käse, “ja”, 日本' } } });
  await calls.batchGetItem({ RequestItems: {} });
  await calls.query(page);
  await calls.transactWriteItems({ TransactItems: [{ Put: put }] });
  expect(service.seen.map(({ operation, genuine }) => [operation, genuine])).toEqual([
    ['PutItem', true],
    ['BatchGetItem', true],
    ['Query', true],
    ['TransactWriteItems', true],
  ]);
  for (const { headers } of service.seen) {
    expect(headers['x-amz-security-token']).toBe('the/session=');
    expect(headers.authorization).toContain('x-amz-security-token');
    expect(headers.authorization).toContain('x-amz-target');
  }
});

test('binary values travel as base64, as deep as they lie', async () => {
  const item: Record<string, AttributeValue> = {
    chunk: { B: Uint8Array.from([0, 1, 254, 255]) },
    list: { L: [{ B: Uint8Array.from([7]) }, { M: { inner: { B: new Uint8Array(0) } } }, { N: '1' }, { NULL: true }] },
  };
  await using service = await startService([]);
  await service.calls().putItem({ TableName: 'ledger', Item: item });
  const sent = JSON.parse(service.seen[0]?.body ?? '') as { Item: Record<string, unknown> };
  expect(sent.Item).toEqual({
    chunk: { B: 'AAH+/w==' },
    list: { L: [{ B: 'Bw==' }, { M: { inner: { B: '' } } }, { N: '1' }, { NULL: true }] },
  });
  await using other = await startService([answer({ Items: [sent.Item], LastEvaluatedKey: { pk: { S: 'a' } } })]);
  expect(await other.calls().query(page)).toEqual({ Items: [item], LastEvaluatedKey: { pk: { S: 'a' } } });
});

test.each<[string, Reply]>([
  ['an internal error', refusal('InternalServerError', 500)],
  ['a proxy that is out', (response) => void response.writeHead(503).end('<html>')],
  ['throttling', refusal('ProvisionedThroughputExceededException')],
  ['a transaction that is still going on', refusal('TransactionInProgressException')],
  ['a connection that breaks', hangUp],
  ['an answer that breaks off', cutOff],
])('after %s the same request goes out again', async (_case, reply) => {
  await using service = await startService([reply, reply]);
  await service.calls().transactWriteItems({ TransactItems: [{ Put: put }] });
  expect(service.seen).toHaveLength(3);
  const bodies = service.seen.map(({ body }) => JSON.parse(body) as { ClientRequestToken: string });
  expect(bodies[0]?.ClientRequestToken).toMatch(/^[0-9a-f-]{36}$/);
  expect(new Set(service.seen.map(({ body }) => body)).size).toBe(1);
});

test('a server that stays silent is left, and asked again', async () => {
  await using service = await startService([silence]);
  await service.calls({ requestTimeoutMs: 500 }).putItem(put);
  expect(service.seen).toHaveLength(2);
});

test('four times and no more: then it is an outage of the ledger', async () => {
  await using service = await startService(Array.from({ length: 9 }, () => hangUp));
  const failed = await service
    .calls()
    .putItem(put)
    .catch((error: unknown) => error);
  expect(service.seen).toHaveLength(4);
  const fault = ledgerFault(failed, 'ledger');
  expect(fault).toBeInstanceOf(LedgerUnavailable);
  expect(fault.message).toBe('The DynamoDB table ledger could not be used (ECONNRESET).');
});

test.each<[string, Reply, boolean]>([
  ['a condition that fails', refusal('ConditionalCheckFailedException'), true],
  [
    'a transaction that others were faster than',
    refusal('TransactionCanceledException', 400, {
      CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }],
    }),
    true,
  ],
  [
    'a transaction with a fault of its own',
    refusal('TransactionCanceledException', 400, { CancellationReasons: [{ Code: 'ValidationError' }] }),
    false,
  ],
  ['a request that is none', refusal('ValidationException'), false],
])('%s is not asked again', async (_case, reply, lost) => {
  await using service = await startService([reply]);
  const failed = await service
    .calls()
    .putItem(put)
    .catch((error: unknown) => error);
  expect(service.seen).toHaveLength(1);
  expect(isLostRace(failed)).toBe(lost);
});

test('credentials that AWS refuses, and none at all, are named as such', async () => {
  await using service = await startService([refusal('UnrecognizedClientException')]);
  for (const calls of [service.calls(), service.calls({ credentials: null })]) {
    const fault = ledgerFault(await calls.putItem(put).catch((error: unknown) => error), 'ledger');
    expect(fault).toBeInstanceOf(LedgerForbidden);
    expect(fault.message).toMatch(/^AWS refused the credentials for the DynamoDB table ledger \([A-Za-z]+\)\.$/);
    expect(fault.message).not.toContain(SECRET);
  }
  expect(service.seen).toHaveLength(1);
});

test('the time of an answer is told by its Date', async () => {
  const dated: Reply = (response) => void response.writeHead(200, { date: 'Thu, 01 Jan 2026 00:00:07 GMT' }).end('{}');
  await using service = await startService([dated]);
  const told: number[] = [];
  await service.calls().batchGetItem({ RequestItems: {} }, (date) => told.push(date));
  expect(told).toEqual([1_767_225_607]);
});
