import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { bundleLambda } from '../../scripts/build/bundle.ts';
import { lambdaRuntime } from '../../scripts/lambda-runtime.ts';
import { ClaimAccepted } from '../../src/core/ledger/commands.ts';
import { createTestTable, type TestTable } from '../support/dynamodb-local.ts';
import { startGate } from '../support/lambda/gate.ts';
import { PAYLOAD_BYTES } from '../support/lambda/runtime-api.ts';
import { createSandbox } from '../support/lambda/sandbox.ts';
import { claimCommand, hashOf, submitCommand } from './support/commands.ts';
import { eventOf } from './support/event.ts';
import { AUDIENCE, startTokenIssuer } from './support/token-issuer.ts';

/** The bundle that is deployed, under AWS's own runtime client, which asks a Runtime API of this machine for events. */

const runtime = await lambdaRuntime();
if ('missing' in runtime) {
  process.stderr.write(`SKIPPED: the real Lambda runtime (aws-lambda-ric) is not to be had: ${runtime.missing}\n`);
}
const program = 'program' in runtime ? runtime.program : '';

const ISSUER = 'https://issuer.test';
let code: string;
let table: TestTable;
let issuer: Awaited<ReturnType<typeof startTokenIssuer>>;
let gate: Awaited<ReturnType<typeof startGate>>;

beforeAll(async () => {
  code = await mkdtemp(join(tmpdir(), 'pushback-runtime-'));
  await bundleLambda(code);
  table = await createTestTable();
  issuer = await startTokenIssuer();
  gate = await startGate(table.endpoint);
});
afterAll(async () => {
  await gate[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
  await table[Symbol.asyncDispose]();
  await rm(code, { recursive: true, force: true });
});

function sandbox(changes: { environment?: Record<string, string>; timeoutMs?: number } = {}) {
  const environment = {
    PUSHBACK_TABLE: table.tableName,
    PUSHBACK_AUDIENCE: AUDIENCE,
    PUSHBACK_OWNERS: '7',
    PUSHBACK_ISSUER: ISSUER,
    PUSHBACK_JWKS_URL: issuer.jwksUrl.href,
    AWS_ENDPOINT_URL_DYNAMODB: gate.url,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    ...changes.environment,
  };
  return createSandbox({ program, code, environment, timeoutMs: changes.timeoutMs ?? 20_000 });
}

async function eventWith(
  method: string,
  target: string,
  more: Partial<APIGatewayProxyEventV2> & { claims?: Record<string, unknown> } = {},
): Promise<APIGatewayProxyEventV2> {
  const { claims = {}, headers, ...rest } = more;
  const authorization = `Bearer ${await issuer.token({ issuer: ISSUER, claims })}`;
  return eventOf(method, target, {
    ...rest,
    headers: { authorization, 'content-type': 'application/json', ...headers },
  });
}

const claimOf = (session: string, more: Record<string, unknown> = {}) =>
  eventWith('POST', '/v1/claims', { body: JSON.stringify(claimCommand({ session, ...more })) });

type Sandbox = ReturnType<typeof sandbox>;

async function answerOf(box: Sandbox, event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  const invoked = await box.invoke(event);
  if (invoked.outcome !== 'answered') throw new Error(`not answered: ${JSON.stringify(invoked)}`);
  return invoked.answer as APIGatewayProxyStructuredResultV2;
}

(program === '' ? describe.skip : describe)('the bundle under the real runtime client', () => {
  test('a cold start, then warm calls in the same process, each a line of JSON in the log', async () => {
    await using box = sandbox();
    const first = await answerOf(box, await claimOf('cold'));
    const again = await answerOf(box, await claimOf('cold'));
    const health = await answerOf(box, eventOf('GET', '/v1/health'));
    expect([first.statusCode, again.statusCode, health.statusCode]).toEqual([201, 201, 200]);
    expect(first.headers).toMatchObject({ 'content-type': 'application/json', 'x-request-id': 'JKJaXmPLvHcESHA=' });
    expect(JSON.parse(again.body ?? '')).toEqual(JSON.parse(first.body ?? ''));
    expect(box.starts).toBe(1);
    const logged = box.lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as unknown);
    expect(logged).toMatchObject([
      { path: '/v1/claims', status: 201 },
      { path: '/v1/claims', status: 201 },
      { path: '/v1/health', status: 200 },
    ]);
  });

  test('an event that is none of ours is an error of its own, and the next one is answered', async () => {
    await using box = sandbox();
    expect(await box.invoke({ Records: [] })).toMatchObject({ outcome: 'failed', errorType: 'TypeError' });
    expect(await answerOf(box, eventOf('GET', '/v1/health'))).toMatchObject({ statusCode: 200 });
    expect(box.starts).toBe(1);
  });

  test('an environment that describes no deployment ends it at its start', async () => {
    await using box = sandbox({ environment: { PUSHBACK_OWNERS: '' } });
    await expect(box.init()).rejects.toThrow(/BadEnvironment.*PUSHBACK_OWNERS|ended with/);
    expect(box.lines.join(' ')).toContain('PUSHBACK_OWNERS');
  });

  test('a call that outlasts its time ends the sandbox; the same claim to the next one gets the answer', async () => {
    await using box = sandbox({ timeoutMs: 3_000 });
    await box.init();
    gate.shut();
    const event = await claimOf('late');
    expect(await box.invoke(event)).toEqual({ outcome: 'timed-out' });
    gate.unlock();
    expect(await answerOf(box, event)).toMatchObject({ statusCode: 201 });
    expect(box.starts).toBe(2);
  });

  test('of claims to several sandboxes at once, one is ours and the others wait', async () => {
    await using stack = new AsyncDisposableStack();
    const boxes = [1, 2, 3].map(() => stack.use(sandbox()));
    await Promise.all(boxes.map((box) => box.init()));
    const rounds = await Promise.all(
      boxes.map(async (box, index) => {
        const answers: string[] = [];
        for (let round = 0; round < 5; round += 1) {
          const holder = { tokenHash: hashOf(`${index}`), url: '' };
          const { body } = await answerOf(box, await claimOf(`race-${round}`, { holder }));
          answers.push(ClaimAccepted.parse(JSON.parse(body ?? '')).answers[0]?.answer ?? 'none');
        }
        return answers;
      }),
    );
    for (let round = 0; round < 5; round += 1) {
      const answers = rounds.map((answered) => String(answered[round]));
      expect(answers.toSorted()).toEqual(['review', 'wait', 'wait']);
    }
  });

  test('an event at the limit of 6 MB is read whole, and its answer comes back packed', async () => {
    await using box = sandbox();
    const claimed = await answerOf(box, await claimOf('large'));
    const runId = ClaimAccepted.parse(JSON.parse(claimed.body ?? '')).answers[0]?.run?.runId ?? '';
    const pending = Array.from({ length: 9_000 }, (_, index) => ({ path: `src/módulo-${index}.ts`, reason: 'later' }));
    const coverage = { versions: [], covered: [], excluded: [], pending };
    const body = { ...submitCommand(runId, { coverage, verdict: 'inconclusive' }), session: 'large', padding: '' };
    const size = async (padding: string) => {
      const sent = Buffer.from(JSON.stringify({ ...body, padding })).toString('base64');
      return eventWith('POST', '/v1/results', { body: sent, isBase64Encoded: true });
    };
    const room = PAYLOAD_BYTES - Buffer.byteLength(JSON.stringify(await size('')));
    const event = await size('x'.repeat(Math.floor((room - 8) * 0.75)));
    expect(PAYLOAD_BYTES - Buffer.byteLength(JSON.stringify(event))).toBeLessThan(16);
    expect(await answerOf(box, event)).toMatchObject({ statusCode: 200 });

    const target = '/v1/previous?session=large&repositoryId=100&number=12';
    const read = await answerOf(box, await eventWith('GET', target, { headers: { 'accept-encoding': 'gzip' } }));
    expect(read).toMatchObject({ statusCode: 200, isBase64Encoded: true, headers: { 'content-encoding': 'gzip' } });
    const record: unknown = JSON.parse(gunzipSync(Buffer.from(read.body ?? '', 'base64')).toString());
    expect(record).toMatchObject({ record: { result: { coverage: { pending } } } });
  });

  test('bodies in base64, packed bodies, and headers that are odd', async () => {
    await using box = sandbox();
    const command = JSON.stringify(claimCommand({ session: 'bodies' }));
    const encoded = { body: Buffer.from(command).toString('base64'), isBase64Encoded: true };
    const packed = {
      body: gzipSync(command).toString('base64'),
      isBase64Encoded: true,
      headers: { 'content-encoding': 'gzip' },
    };
    const odd = {
      body: command,
      headers: {
        'x-odd': '\u2603\r\nx-forged: 1',
        '': 'nameless',
        __proto__: 'x',
        cookie: 'a=b',
        'accept-encoding': '\u0000',
      },
    };
    for (const more of [encoded, packed, odd]) {
      expect(await answerOf(box, await eventWith('POST', '/v1/claims', more))).toMatchObject({ statusCode: 201 });
    }
    const notBase64 = await answerOf(
      box,
      await eventWith('POST', '/v1/claims', { body: '%%%', isBase64Encoded: true }),
    );
    expect(notBase64).toMatchObject({ statusCode: 400 });
    const token = await answerOf(
      box,
      eventOf('GET', '/v1/reviews?session=s', { headers: { authorization: 'Bearer \u2603' } }),
    );
    expect(token).toMatchObject({ statusCode: 401 });
  });
});
