import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { createHttpLedger, type HttpLedgerOptions } from '../../../src/adapters/ledger-http/ledger.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { problemOf } from '../../../src/contract/problem.ts';
import { EpochSeconds, SessionName } from '../../../src/core/ids.ts';
import { ClaimCommand, SubmitCommand } from '../../../src/core/ledger/commands.ts';
import { BadCursor, LedgerForbidden, LedgerUnavailable } from '../../../src/ports/ledger.ts';
import { claimCommand, submitCommand } from '../../lambda/support/commands.ts';
import { startTestEndpoint } from '../../lambda/support/endpoint.ts';

const SESSION = SessionName.parse('s');
const query = { session: SESSION, repositoryId: 100, number: 12 } as never;
const TOKEN = 'header.payload.signature';

type Answer = (request: IncomingMessage & { number: number }, response: ServerResponse) => void;

/** Something on a real port that answers as a test wants; every request and every wait is written down. */
async function against(answer: Answer, overrides: Partial<HttpLedgerOptions> = {}) {
  const requests: { url: string; headers: IncomingMessage['headers']; body: Buffer }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requests.push({ url: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) });
      answer(Object.assign(request, { number: requests.length }), response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const waits: number[] = [];
  const warnings: string[] = [];
  let tokens = 0;
  const ledger = createHttpLedger({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    idToken: async () => {
      tokens += 1;
      return `${TOKEN}${tokens}`;
    },
    clock: { ...systemClock, now: () => EpochSeconds.parse(1_800_000_000), sleep: async (ms) => void waits.push(ms) },
    random: () => 0,
    log: { warning: (message) => void warnings.push(message) },
    ...overrides,
  });
  return {
    ledger,
    requests,
    waits,
    warnings,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (_request, response) => void response.writeHead(status, headers).end(JSON.stringify(body));
}

const emptyList = { session: 's', reviews: [] };

async function faultOf(call: Promise<unknown>): Promise<Error> {
  return call.then(
    () => new Error('nothing was thrown'),
    (error: unknown) => error as Error,
  );
}

describe('retries', () => {
  test('asks again after a fault, with a fresh token and growing waits', async () => {
    await using there = await against((request, response) =>
      request.number < 4
        ? json(500, problemOf('internal'))(request, response)
        : json(200, emptyList)(request, response),
    );
    expect(await there.ledger.list(SESSION)).toEqual([]);
    expect(there.requests.map(({ headers }) => headers.authorization)).toEqual(
      [1, 2, 3, 4].map((n) => `Bearer ${TOKEN}${n}`),
    );
    expect(there.waits).toEqual([250, 500, 1000]);
    expect(there.warnings[0]).toBe('/v1/reviews: it answered 500: The endpoint failed; asking again in 1 s');
    expect(there.warnings.join()).not.toContain(TOKEN);
  });

  test('jitter spreads the waits over the upper half', async () => {
    await using there = await against(json(502, ''), { random: () => 0.999 });
    await faultOf(there.ledger.list(SESSION));
    expect(there.waits.map(Math.round)).toEqual([500, 1000, 1999]);
  });

  test('gives up after so many, and says what it saw', async () => {
    await using there = await against(json(503, problemOf('unavailable', { detail: 'line\n::error::injected' })), {
      attempts: 2,
    });
    const fault = await faultOf(there.ledger.claim(ClaimCommand.parse(claimCommand())));
    expect(fault).toBeInstanceOf(LedgerUnavailable);
    expect(fault.message).toMatch(
      /gave no answer to \/v1\/claims: it answered 503: The ledger can not be reached; line ::error::injected$/,
    );
    expect(there.requests).toHaveLength(2);
  });

  test.each([
    ['3', 3250],
    [new Date((1_800_000_000 + 5) * 1000).toUTCString(), 5250],
    [new Date(0).toUTCString(), 250],
    ['soon', 250],
  ])('waits as long as Retry-After %s asks', async (value, expected) => {
    await using there = await against(json(429, {}, { 'retry-after': value }), { attempts: 2 });
    await faultOf(there.ledger.list(SESSION));
    expect(there.waits).toEqual([expected]);
  });

  test('does not wait for what takes too long', async () => {
    await using there = await against(json(503, {}, { 'retry-after': '3600' }));
    await faultOf(there.ledger.list(SESSION));
    expect([there.requests.length, there.waits]).toEqual([1, []]);
  });

  test('a connection that breaks, before and within the answer', async () => {
    await using there = await against((request, response) => {
      if (request.number === 1) request.socket.destroy();
      else if (request.number === 2) {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{"session"', () => request.socket.destroy());
      } else json(200, emptyList)(request, response);
    });
    expect(await there.ledger.list(SESSION)).toEqual([]);
    expect(there.requests).toHaveLength(3);
  });

  test('an answer that does not come', async () => {
    await using there = await against(() => undefined, { attempts: 2, timeoutMs: 50 });
    expect((await faultOf(there.ledger.list(SESSION))).message).toMatch(/no answer within 0.05 s$/);
    expect(there.requests).toHaveLength(2);
  });

  test('nobody there', async () => {
    const there = await against(() => undefined, { attempts: 2 });
    await there[Symbol.asyncDispose]();
    const fault = await faultOf(there.ledger.list(SESSION));
    expect(fault).toBeInstanceOf(LedgerUnavailable);
    expect(fault.message).toMatch(/it can not be reached \(ECONNREFUSED\)$/);
  });
});

describe('answers', () => {
  test.each([
    [401, { message: 'Unauthorized' }, LedgerForbidden, /does not let this job call \(401\)$/],
    [
      403,
      problemOf('forbidden', { rule: 'owner', detail: 'not an owner' }),
      LedgerForbidden,
      /\(403, rule owner\): The token does not allow this; not an owner$/,
    ],
    [
      404,
      { message: 'Not Found' },
      LedgerUnavailable,
      /answered 404 in a form that is not this contract's; is the address right\?$/,
    ],
    [413, { message: 'Request Entity Too Large' }, LedgerUnavailable, /takes no body as large as this one \(413\)$/],
    [404, problemOf('unknown-route'), LedgerUnavailable, /refused \/v1\/reviews \(404\): There is no such call$/],
    [
      413,
      problemOf('too-large', { detail: 'at most 5' }),
      LedgerUnavailable,
      /\(413\): The body is too large; at most 5$/,
    ],
    [
      422,
      problemOf('rejected', { errors: [{ path: 'session', message: 'bad' }] }),
      LedgerUnavailable,
      /rejected whole; session: bad$/,
    ],
    [200, 'text', LedgerUnavailable, /does not fit the contract: the body: /],
    [200, { session: 's' }, LedgerUnavailable, /does not fit the contract: reviews: /],
    [
      200,
      { session: 's', reviews: [{ state: 'new-state' }] },
      LedgerUnavailable,
      /does not fit the contract: reviews\.0\./,
    ],
  ])('%i %j', async (status, body, kind, message) => {
    await using there = await against(json(status, body));
    const fault = await faultOf(there.ledger.list(SESSION));
    expect(fault).toBeInstanceOf(kind);
    expect(fault.message).toMatch(message);
    expect(fault.message).not.toContain(TOKEN);
    expect(there.requests).toHaveLength(1);
  });

  test('a page of HTML is no answer', async () => {
    await using there = await against((_request, response) => void response.end('<html>'));
    expect((await faultOf(there.ledger.list(SESSION))).message).toMatch(
      /answered 200 without JSON; is the address right\?$/,
    );
  });

  test('a redirect is not followed, and gets no token', async () => {
    await using elsewhere = await against(json(200, emptyList));
    await using there = await against(json(307, {}, { location: 'http://127.0.0.1:1/v1/reviews' }));
    expect((await faultOf(there.ledger.list(SESSION))).message).toMatch(/redirects \(307\), which is not followed/);
    expect(elsewhere.requests).toHaveLength(0);
  });

  test('fields that this version does not know are ignored', async () => {
    await using there = await against(json(200, { outcome: 'none', later: true }));
    expect(await there.ledger.previous(query)).toEqual({ outcome: 'none' });
  });

  test('an endless answer ends at the bound', async () => {
    await using there = await against((_request, response) => {
      const chunk = Buffer.alloc(1024 * 1024, 0x20);
      const more = (): void => {
        while (!response.destroyed && response.write(chunk));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    expect((await faultOf(there.ledger.list(SESSION))).message).toMatch(/is over 33554432 bytes$/);
  });

  test('a token that can not be had is said so, and nothing is sent', async () => {
    await using there = await against(json(200, emptyList), {
      idToken: () => Promise.reject(new Error('secret words')),
    });
    expect((await faultOf(there.ledger.list(SESSION))).message).toBe(
      'no OIDC token of this job could be had to call the endpoint with',
    );
    expect(there.requests).toHaveLength(0);
  });
});

describe('packing', () => {
  const large = () => {
    const pending = Array.from({ length: 9000 }, (_, i) => ({ path: `src/module-${i}/file.ts`, reason: 'left over' }));
    const coverage = { versions: [], covered: [], excluded: [], pending };
    return SubmitCommand.parse(submitCommand(`run_100_12_${'a'.repeat(40)}`, { coverage, verdict: 'inconclusive' }));
  };

  test('large commands go packed, small ones plain', async () => {
    await using there = await against(json(200, { results: [] }));
    await there.ledger.submit(large());
    await there.ledger.submit(SubmitCommand.parse(submitCommand(`run_100_12_${'a'.repeat(40)}`)));
    expect(there.requests.map(({ headers }) => headers['content-encoding'])).toEqual(['gzip', undefined]);
  });

  test('where something in between spoils the packing, the same goes plain', async () => {
    await using there = await against((request, response) =>
      (request.headers['content-encoding'] === 'gzip'
        ? json(400, problemOf('malformed-gzip'))
        : json(200, { results: [] }))(request, response),
    );
    expect(await there.ledger.submit(large())).toEqual({ outcome: 'answered', results: [] });
    expect(JSON.parse(there.requests[1]?.body.toString() ?? '')).toEqual(large());
  });
});

describe('addresses', () => {
  const make = (endpoint: string) =>
    createHttpLedger({ endpoint, idToken: async () => TOKEN, clock: systemClock, random: () => 0 });

  test.each([
    'https://x.test',
    'https://x.test/base/',
    'http://127.0.0.1:8080',
    'http://localhost:1',
    'http://[::1]:1',
  ])('%s is good', (endpoint) => {
    expect(() => make(endpoint)).not.toThrow();
  });

  test.each([
    ['http://x.test', /must be https \(http is for loopback only\), and is http:\/\/x\.test$/],
    ['http://127.0.0.1.evil.test', /must be https/],
    ['http://localhost.evil.test', /must be https/],
    ['ftp://x.test', /must be https/],
    ['x.test', /is not a URL/],
    ['https://user:secret@x.test', /must be a plain address: no user, password, query or fragment$/],
    ['https://x.test/?a=b', /must be a plain address/],
  ])('%s is not', (endpoint, message) => {
    expect(() => make(endpoint)).toThrow(message);
  });

  test('a base path stays', async () => {
    const seen: string[] = [];
    const ledger = createHttpLedger({
      endpoint: 'https://x.test/pushback/',
      idToken: async () => TOKEN,
      clock: systemClock,
      random: () => 0,
      fetch: async (url) => {
        seen.push(new Request(url).url);
        return Response.json(emptyList);
      },
    });
    await ledger.list(SESSION);
    expect(seen).toEqual(['https://x.test/pushback/v1/reviews?session=s']);
  });
});

describe('with the real endpoint', () => {
  test('what the endpoint rejects, does not know or forbids comes back as the port says it', async () => {
    await using endpoint = await startTestEndpoint();
    const ledger = createHttpLedger({
      endpoint: endpoint.url,
      idToken: () => endpoint.issuer.token(),
      clock: systemClock,
      random: Math.random,
    });
    const future = ClaimCommand.parse(claimCommand());
    const [first] = future.pullRequests;
    const rejected = await ledger.claim({
      ...future,
      pullRequests: [{ ...first, headSeenAt: EpochSeconds.parse(4_000_000_000) } as never],
    });
    expect(rejected).toMatchObject({ outcome: 'rejected', faults: [{ path: 'pullRequests.0.headSeenAt' }] });
    expect(await faultOf(ledger.history({ ...(query as object), cursor: 'abc', limit: 5 } as never))).toBeInstanceOf(
      BadCursor,
    );
    const pullRequest = { repository: 'acme/shop', repositoryId: 100, number: 12 } as never;
    expect(
      await ledger.dismiss({ action: 'pause', session: SESSION, pullRequest, paused: true, by: 'me', why: '' }),
    ).toEqual({
      outcome: 'unknown-pull-request',
    });
    expect(await faultOf(ledger.previous({ ...(query as object), number: 13 } as never))).toBeInstanceOf(
      LedgerForbidden,
    );
    expect(await ledger.previous(query)).toEqual({ outcome: 'none' });
    expect(await ledger.list(SESSION)).toEqual([]);
  });
});
