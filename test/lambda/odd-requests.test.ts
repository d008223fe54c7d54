import { request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createApp } from '../../lambda/app.ts';
import { createOpenGatekeeper } from '../../lambda/auth/gatekeeper.ts';
import { handlerOf } from '../../lambda/create-handler.ts';
import { createJsonLog } from '../../lambda/log.ts';
import { createMemoryLedger } from '../../src/adapters/ledger-memory/ledger.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { OwnerId } from '../../src/core/ids.ts';
import { claimCommand, seenPullRequest } from './support/commands.ts';
import { startTestEndpoint } from './support/endpoint.ts';
import { eventOf } from './support/event.ts';

/** Requests that no client of ours sends: odd paths, headers, names and paces. */

let endpoint: Awaited<ReturnType<typeof startTestEndpoint>>;
const lines: string[] = [];
const log = createJsonLog((line) => void lines.push(line));
beforeAll(async () => {
  endpoint = await startTestEndpoint({ log });
});
afterAll(() => endpoint[Symbol.asyncDispose]());

/** As it stands: `fetch` would put the path in order first. */
function raw(path: string, options: { method?: string; headers?: Record<string, string>; body?: string } = {}) {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
    const { hostname, port } = new URL(endpoint.url);
    const { method = 'POST', headers = {}, body = '{}' } = options;
    const sent = request({ hostname, port, path, method, headers: { 'content-type': 'application/json', ...headers } });
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const { statusCode = 0 } = response;
        resolve({ status: statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() });
      });
    });
    sent.on('error', reject);
    sent.end(method === 'GET' ? undefined : body);
  });
}

/** All that an answer may say in headers. */
const HEADERS = new Set([
  'allow',
  'cache-control',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'date',
  'keep-alive',
  'retry-after',
  'vary',
  'www-authenticate',
  'x-content-type-options',
  'x-request-id',
]);
const PATHS: [string, number[]][] = [
  ['/v1/../v1/claims', [401]],
  ['/v1/health/../claims', [401]],
  ['/v1/%2e%2e/v1/claims', [401]],
  ['/v1/health/%2e%2e/claims', [401]],
  ['//v1/claims', [404]],
  ['/v1//claims', [404]],
  ['/v1/claims//', [404]],
  ['/v1/claims%00', [404]],
  ['/v1/claims%0d%0aset-cookie:x', [404]],
  ['/v1/claims%2f..%2fhealth', [404]],
  ['/v1/health;/claims', [404]],
  ['/v1/health%3b', [404]],
  ['/V1/CLAIMS', [404]],
  ['/v1\\claims', [400]],
  ['/v1/%63laims', [401, 404]],
  ['/v1/%ff%fe', [404]],
  ['/v1/%zz', [404]],
  ['/v1/constructor', [404]],
  ['/__proto__', [404]],
  ['/v1/claims?a=%00&b=%zz', [401]],
  [`/v1/${'a'.repeat(8000)}`, [404]],
  [`/v1/claims?${'a=1&'.repeat(2000)}`, [401]],
  ['http://evil.test/v1/claims', [401]],
];

describe('paths', () => {
  test.each(PATHS)('%s, without a token: no way in', async (path, statuses) => {
    lines.length = 0;
    const answer = await raw(path);
    expect(statuses).toContain(answer.status);
    // Not HTTP at all: the server itself says so, and nothing of ours was asked.
    if (answer.status === 400) return;
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(Object.keys(answer.headers).filter((name) => !HEADERS.has(name))).toEqual([]);
    expect(lines).toHaveLength(1);
    expect(lines[0]?.length).toBeLessThan(1000);
  });

  test.each([...PATHS, [':99999/', []], ['@evil.test/', []], ['', []]] as [string, number[]][])(
    '%s, as the gateway would pass it on',
    async (path) => {
      const gatekeeper = createOpenGatekeeper({
        ownerId: OwnerId.parse('7'),
        workflowRun: null,
        trust: 'protected',
      });
      const app = createApp({ ledgerFor: createMemoryLedger({ clock: systemClock }), gatekeeper, log });
      const answer = await handlerOf(app)(eventOf('DELETE', path));
      expect([404, 405]).toContain(answer.statusCode);
    },
  );
});

test.each<[string, Record<string, string>]>([
  ['authorization', { authorization: 'Bearer a\r\nx-forged: 1' }],
  ['authorization', { authorization: `Bearer ${'a'.repeat(100_000)}` }],
  ['content-type', { 'content-type': 'application/json\r\nx-forged: 1' }],
  ['content-encoding', { 'content-encoding': 'gzip\u0000' }],
  ['accept-encoding', { 'accept-encoding': 'gzip\nx-forged: 1' }],
  ['one that nobody knows', { 'x-forged\r\nset-cookie': 'x', '': 'x', __proto__: 'x' }],
])('a header that holds more than one: %s', async (_name, headers) => {
  const gatekeeper = createOpenGatekeeper({ ownerId: OwnerId.parse('7'), workflowRun: null, trust: 'protected' });
  const app = createApp({ ledgerFor: createMemoryLedger({ clock: systemClock }), gatekeeper, log });
  const body = JSON.stringify(claimCommand());
  const answer = await handlerOf(app)(eventOf('POST', '/v1/claims', { headers, body }));
  expect([201, 415]).toContain(answer.statusCode);
  const told = Object.entries(answer.headers ?? {});
  expect(told.filter(([name]) => !HEADERS.has(name))).toEqual([]);
  expect(told.filter(([, value]) => /[\r\n]|forged/u.test(String(value)))).toEqual([]);
});

describe('names', () => {
  /** Alike to the eye, or the same once somebody puts them in order. */
  const ALIKE: [string, string][] = [
    ['a letter of another script', 'acme/sh\u043ep#12'],
    ['a letter of full width', 'acme\uff0fshop#12'],
    ['an accent of its own', 'cafe\u0301'],
    ['the accent in the letter', 'caf\u00e9'],
    ['a ligature', 'o\ufb03ce'],
    ['nothing to be seen', 'acme/shop\u200b#12'],
    ['another direction', '\u202eacme/shop#12'],
    ['a blank at its end', 'acme/shop#12 '],
    ['a blank that does not break', 'acme/shop\u00a0#12'],
    ['a line feed', 'acme/shop#12\n'],
    ['half a character', 'a\ud800'],
    ['nothing', ''],
  ];

  test.each(ALIKE)('a session with %s is refused', async (_name, session) => {
    const answer = await endpoint.call('POST', '/v1/claims', { body: claimCommand({ session }) });
    expect({ status: answer.status, body: answer.body }).toMatchObject({
      status: 422,
      body: { type: 'urn:pushback:problem:rejected' },
    });
    const { errors } = answer.body as { errors: { path: string }[] };
    expect(new Set(errors.map(({ path }) => path))).toEqual(new Set(['session']));
  });

  test.each(ALIKE.map(([name, text]) => [name, `acme/${text}`]))(
    'a repository with %s is refused',
    async (_name, repository) => {
      const body = claimCommand({ pullRequests: [seenPullRequest({ repository })] });
      const answer = await endpoint.call('POST', '/v1/claims', { body });
      expect({ status: answer.status, body: answer.body }).toMatchObject({
        status: 422,
        body: { errors: [{ path: 'pullRequests.0.repository' }] },
      });
    },
  );

  test.each(['ACME/shop#12', 'acme/SHOP#12', 'OWNER#7#SESSION#x', 'x#SESSION', 'a|b', "a'b", 'PR#100#12'])(
    'two names never share a key: %s is a session of its own',
    async (session) => {
      const claims = { event_name: 'workflow_dispatch', ref: 'refs/heads/main', ref_protected: 'true' };
      const claimed = await endpoint.call('POST', '/v1/claims', { body: claimCommand({ session }), claims });
      expect([claimed.status, claimed.body]).toMatchObject([201, { session }]);
      const sessions = [session, session.toLowerCase(), session.toUpperCase(), `${session}#`, session.slice(1)];
      for (const other of new Set(sessions)) {
        const query = `/v1/reviews?session=${encodeURIComponent(other)}`;
        const { status, body } = await endpoint.call('GET', query, { claims });
        // Named like a pull request of another repository.
        if (status === 403) continue;
        const { reviews } = body as { reviews: unknown[] };
        expect({ other, reviews: reviews.length }).toEqual({ other, reviews: other === session ? 1 : 0 });
      }
    },
  );
});

test('a line of the log is one line, and commands nobody', () => {
  const written: string[] = [];
  const path = '/v1/\r\n{"level":"error"}\u2028\u2029\u0085\u009b2J\u001b[2J\u202e\u200b\ufeff\u007f';
  createJsonLog((line) => void written.push(line))({
    level: 'info',
    message: 'request',
    requestId: 'r\n',
    method: 'GET',
    path,
    status: 404,
    durationMs: 1,
    caller: 'acme/shop\u2028',
    rule: undefined,
  });
  expect(written).toHaveLength(1);
  expect(written[0]).toMatch(/^[\x20-\x7e]+\n$/u);
  expect(JSON.parse(written[0] ?? '')).toMatchObject({ path, requestId: 'r\n', caller: 'acme/shop\u2028' });
});

describe('paces', () => {
  test('a body over the limit is answered, and its connection is not torn off before that is read', async () => {
    const body = 'x'.repeat(12 * 1024 * 1024);
    const authorization = `Bearer ${await endpoint.issuer.token()}`;
    for (let time = 0; time < 8; time += 1) {
      const chunked = time % 2 === 0 ? { 'transfer-encoding': 'chunked' } : {};
      const answer = await raw('/v1/claims', { body, headers: { authorization, ...chunked } });
      expect(answer).toMatchObject({ status: 413 });
      expect(JSON.parse(answer.body)).toMatchObject({ detail: 'a body may be 10485760 bytes at most' });
    }
  });

  const NEVER_ENDING = [
    ['headers', 'x-slow: '],
    ['bodies', 'content-type: application/json\r\ncontent-length: 1000\r\n\r\n{'],
  ];

  test.each(NEVER_ENDING)('%s that never end are ended, and others are served meanwhile', async (_what, rest) => {
    await using patient = await startTestEndpoint({ requestTimeoutMs: 1_000 });
    const { port, hostname } = new URL(patient.url);
    const socket = connect(Number(port), hostname);
    let said = '';
    socket.setEncoding('utf8').on('data', (text: string) => (said += text));
    socket.on('error', () => undefined);
    const authorization = `Bearer ${await patient.issuer.token()}`;
    socket.write(`POST /v1/claims HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: ${authorization}\r\n${rest}`);
    const dripping = new AbortController();
    const drip = async (): Promise<void> => {
      while (!dripping.signal.aborted && socket.writable) {
        socket.write(' ');
        await delay(20);
      }
    };
    const ended = new Promise((resolve) => void socket.once('close', resolve));
    const dripped = drip();
    expect((await patient.call('GET', '/v1/health')).status).toBe(200);
    await ended;
    dripping.abort();
    await dripped;
    expect(said).toMatch(/^(?:HTTP\/1\.1 408 .*)?$/su);
  });
});
