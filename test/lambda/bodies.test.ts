import { gunzipSync, gzipSync } from 'node:zlib';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MAX_UNPACKED_BYTES } from '../../src/contract/body.ts';
import { ClaimAccepted } from '../../src/core/ledger/commands.ts';
import { claimCommand, seenPullRequest, submitCommand } from './support/commands.ts';
import { startTestEndpoint } from './support/endpoint.ts';

let endpoint: Awaited<ReturnType<typeof startTestEndpoint>>;
beforeAll(async () => {
  endpoint = await startTestEndpoint();
});
afterAll(() => endpoint[Symbol.asyncDispose]());

const GZIP = { 'content-encoding': 'gzip' };
const claims = (raw: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  endpoint.call('POST', '/v1/claims', { raw, headers });

describe('what is no body', () => {
  test.each<[string, number, string, string, Record<string, string>]>([
    ['another type', 415, 'send the body as content-type application/json', '{}', { 'content-type': 'text/plain' }],
    [
      'a form',
      415,
      'send the body as content-type application/json',
      'a=b',
      { 'content-type': 'application/x-www-form-urlencoded' },
    ],
    ['another charset', 415, 'send the body in UTF-8', '{}', { 'content-type': 'application/json; charset=latin1' }],
    ['another packing', 415, 'content-encoding may be gzip, or be left out', '{}', { 'content-encoding': 'br' }],
    ['two packings', 415, 'content-encoding may be gzip, or be left out', '{}', { 'content-encoding': 'gzip, gzip' }],
    ['text that says it is gzip', 400, 'content-encoding says gzip, and the body is not, or is cut off', '{}', GZIP],
    ['nothing', 400, 'the body is not JSON, from position 0 on', '', {}],
    ['a stray word', 400, 'the body is not JSON, from position 6 on', '{"a": secret}', {}],
    ['a comma too many', 400, 'the body is not JSON, from position 7 on', '{"a":1,}', {}],
    ['an end too early', 400, 'the body is not JSON, from position 4 on', '[1,2', {}],
    ['a line feed in a string', 400, 'the body is not JSON, from position 2 on', '"a\n"', {}],
    ['more after the end', 400, 'the body is not JSON, from position 3 on', '{} {}', {}],
  ])('%s', async (_name, status, detail, raw, headers) => {
    const answer = await claims(raw, headers);
    expect({ status: answer.status, body: answer.body }).toMatchObject({ status, body: { status, detail } });
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
  });

  test('bytes that are not UTF-8', async () => {
    const answer = await claims(new Uint8Array([0x22, 0xff, 0x22]));
    expect({ status: answer.status, body: answer.body }).toMatchObject({
      status: 400,
      body: { detail: 'the body is not UTF-8' },
    });
  });

  test('gzip that was cut off', async () => {
    const packed = gzipSync(JSON.stringify(claimCommand()));
    expect((await claims(packed.subarray(0, packed.length - 9), GZIP)).status).toBe(400);
  });
});

describe('sizes', () => {
  test('a bomb ends at the bound, and not in memory', async () => {
    const bomb = gzipSync(Buffer.alloc(400 * 1024 * 1024), { level: 9 });
    expect(bomb.length).toBeLessThan(1024 * 1024);
    let most = 0;
    const before = process.memoryUsage().rss;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 5);
    const answer = await claims(bomb, GZIP);
    clearInterval(watch);
    expect({ status: answer.status, body: answer.body }).toMatchObject({
      status: 413,
      body: {
        type: 'urn:pushback:problem:too-large',
        detail: `a body may be ${MAX_UNPACKED_BYTES} bytes at most when unpacked`,
      },
    });
    expect(most - before).toBeLessThan(200 * 1024 * 1024);
  });

  test('a body over the limit, with its length said or streamed', async () => {
    await using small = await startTestEndpoint({ limits: { maxBodyBytes: 1000 } });
    const long = JSON.stringify(claimCommand({ padding: 'x'.repeat(2000) }));
    const said = await small.call('POST', '/v1/claims', { raw: long });
    expect({ status: said.status, body: said.body }).toMatchObject({
      status: 413,
      body: { detail: 'a body may be 1000 bytes at most' },
    });

    const token = await small.issuer.token();
    const status = await new Promise((resolve, reject) => {
      const streamed = request(`${small.url}/v1/claims`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'transfer-encoding': 'chunked',
        },
      });
      streamed.on('response', (response) => resolve(response.resume().statusCode));
      streamed.on('error', reject);
      streamed.end(long);
    });
    expect(status).toBe(413);
  });

  test('gzip both ways: a large result goes in packed and comes back packed', async () => {
    const claimed = await endpoint.call('POST', '/v1/claims', { body: claimCommand() });
    const { run } = ClaimAccepted.parse(claimed.body).answers[0] ?? {};
    const paths = Array.from({ length: 6000 }, (_, i) => ({
      path: `src/module-${i}/file.ts`,
      reason: 'the budget ran out',
    }));
    const base = submitCommand(run?.runId ?? '');
    const coverage = { versions: [], covered: [], excluded: [], pending: paths };
    const body = JSON.stringify({
      ...base,
      results: base.results.map((result) => ({ ...result, coverage, verdict: 'inconclusive' })),
    });
    expect(body.length).toBeGreaterThan(256 * 1024);
    const submitted = await endpoint.call('POST', '/v1/results', { raw: gzipSync(body), headers: GZIP });
    expect({ status: submitted.status, body: submitted.body }).toMatchObject({
      status: 200,
      body: { results: [{ status: 'recorded' }] },
    });

    const token = await endpoint.issuer.token();
    const path = '/v1/previous?session=acme/shop%2312&repositoryId=100&number=12';
    const raw = (encoding: string) =>
      new Promise<{ encoding: string | undefined; bytes: Buffer }>((resolve, reject) => {
        const options = { headers: { authorization: `Bearer ${token}`, 'accept-encoding': encoding } };
        request(`${endpoint.url}${path}`, options, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () =>
            resolve({ encoding: response.headers['content-encoding'], bytes: Buffer.concat(chunks) }),
          );
        })
          .on('error', reject)
          .end();
      });
    const packed = await raw('gzip');
    const plain = await raw('identity');
    expect([packed.encoding, plain.encoding]).toEqual(['gzip', undefined]);
    expect(gunzipSync(packed.bytes).equals(plain.bytes)).toBe(true);
    expect(JSON.parse(plain.bytes.toString())).toMatchObject({
      outcome: 'found',
      record: { result: { coverage: { pending: paths } } },
    });
  });

  test('a small answer is not packed', async () => {
    const { headers } = await endpoint.call('GET', '/v1/reviews?session=s', { headers: { 'accept-encoding': 'gzip' } });
    expect(headers.get('content-encoding')).toBeNull();
  });
});

describe('fields', () => {
  test('every fault of a body is named, and none of its values', async () => {
    const secret = 'not-a-hash-but-a-secret';
    const { status, body } = await endpoint.call('POST', '/v1/claims', {
      body: claimCommand({
        session: 'two words',
        pullRequests: [seenPullRequest({ headSha: 'abc', number: '12' }), seenPullRequest({ state: 'gone' })],
        holder: { tokenHash: secret },
        leaseSeconds: 1,
      }),
    });
    expect(status).toBe(422);
    const { errors } = body as { errors: { path: string; message: string }[] };
    expect(errors.map(({ path }) => path).toSorted()).toEqual([
      'holder.tokenHash',
      'holder.url',
      'leaseSeconds',
      'pullRequests.0.headSha',
      'pullRequests.0.number',
      'pullRequests.1.state',
      'session',
    ]);
    expect(errors.find(({ path }) => path === 'pullRequests.0.headSha')?.message).toBe(
      'a full commit SHA: 40 or 64 lower-case hexadecimal digits',
    );
    expect(JSON.stringify(body)).not.toContain(secret);
  });

  test('a list of faults ends somewhere', async () => {
    const { body } = await endpoint.call('POST', '/v1/results', {
      body: submitCommand(`run_100_12_${'a'.repeat(40)}`, { findings: Array.from({ length: 300 }, () => ({})) }),
    });
    const { errors } = body as { errors: { message: string }[] };
    expect(errors).toHaveLength(201);
    expect(errors.at(-1)?.message).toMatch(/^and [0-9]+ more$/);
  });

  test('unknown fields are ignored, those of the prototype too', async () => {
    const raw = JSON.stringify(claimCommand({ session: 'extra', later: 1 })).replace(
      '{',
      '{"__proto__": {"force": "full"}, ',
    );
    expect((await claims(raw)).status).toBe(201);
  });

  test.each([
    ['/v1/runs?session=s', ['repositoryId', 'number']],
    ['/v1/runs?session=s&repositoryId=1e2&number=-1', ['repositoryId', 'number']],
    ['/v1/runs?session=s&repositoryId=100&number=12&limit=101', ['limit']],
    ['/v1/runs?session=s&repositoryId=100&number=12&number=13', ['number']],
    ['/v1/previous?session=s&repositoryId=100&number=12&runId=x&attempt=0', ['runId', 'attempt']],
    ['/v1/previous?session=s&repositoryId=100&number=99999999999', ['number']],
    ['/v1/reviews', ['session']],
    ['/v1/reviews?session=%0A', ['session']],
  ])('%s', async (path, fields) => {
    const { status, body } = await endpoint.call('GET', path);
    expect({ status, fields: (body as { errors: { path: string }[] }).errors.map((fault) => fault.path) }).toEqual({
      status: 422,
      fields,
    });
  });

  test.each([`run_99999999999999999999_1_${'a'.repeat(40)}`, `run_1_4294967296_${'a'.repeat(40)}`])(
    'the run id %s is none',
    async (runId) => {
      const { status } = await endpoint.call('POST', '/v1/results', { body: submitCommand(runId) });
      expect(status).toBe(422);
    },
  );

  test('a cursor of somebody else', async () => {
    const { status, body } = await endpoint.call('GET', '/v1/runs?session=s&repositoryId=100&number=12&cursor=abc');
    expect({ status, body }).toMatchObject({
      status: 422,
      body: { type: 'urn:pushback:problem:bad-cursor', errors: [{ path: 'cursor' }] },
    });
  });
});
