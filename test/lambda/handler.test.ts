import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { createApp } from '../../lambda/app.ts';
import { createTokenGatekeeper } from '../../lambda/auth/gatekeeper.ts';
import { handlerOf } from '../../lambda/create-handler.ts';
import { createMemoryLedger } from '../../src/adapters/ledger-memory/ledger.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { ClaimAccepted } from '../../src/core/ledger/commands.ts';
import { claimCommand, submitCommand } from './support/commands.ts';
import { policy } from './support/endpoint.ts';
import { eventOf } from './support/event.ts';
import { AUDIENCE, startTokenIssuer } from './support/token-issuer.ts';

async function startHandler() {
  const issuer = await startTokenIssuer();
  const gatekeeper = createTokenGatekeeper({
    issuer: { issuer: issuer.issuer, jwksUrl: issuer.jwksUrl, audience: AUDIENCE },
    policy,
    clock: systemClock,
  });
  const handler = handlerOf(
    createApp({ ledgerFor: createMemoryLedger({ clock: systemClock }), gatekeeper, log: () => undefined }),
  );
  return {
    async call(
      method: string,
      target: string,
      more: Partial<APIGatewayProxyEventV2> = {},
    ): Promise<APIGatewayProxyStructuredResultV2> {
      const authorization = `Bearer ${await issuer.token()}`;
      const headers = {
        authorization,
        ...(more.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...more.headers,
      };
      return handler(eventOf(method, target, { ...more, headers }));
    },
    [Symbol.asyncDispose]: () => issuer[Symbol.asyncDispose](),
  };
}

describe('events of API Gateway', () => {
  test('a claim as text, and the same as base64', async () => {
    await using handler = await startHandler();
    const text = JSON.stringify(claimCommand());
    const plain = await handler.call('POST', '/v1/claims', { body: text });
    const encoded = await handler.call('POST', '/v1/claims', {
      body: Buffer.from(text).toString('base64'),
      isBase64Encoded: true,
    });
    expect([plain.statusCode, encoded.statusCode]).toEqual([201, 201]);
    expect(plain).toMatchObject({
      isBase64Encoded: false,
      headers: { 'content-type': 'application/json', 'x-request-id': 'JKJaXmPLvHcESHA=' },
    });
    expect(JSON.parse(encoded.body ?? '')).toEqual(JSON.parse(plain.body ?? ''));
  });

  test('gzip goes in as base64 and comes out as base64', async () => {
    await using handler = await startHandler();
    const claimed = await handler.call('POST', '/v1/claims', { body: JSON.stringify(claimCommand()) });
    const runId = ClaimAccepted.parse(JSON.parse(claimed.body ?? '')).answers[0]?.run?.runId ?? '';
    const pending = Array.from({ length: 9000 }, (_, i) => ({ path: `src/módulo-${i}.ts`, reason: 'left over' }));
    const result = submitCommand(runId, {
      coverage: { versions: [], covered: [], excluded: [], pending },
      verdict: 'inconclusive',
    });
    const submitted = await handler.call('POST', '/v1/results', {
      body: gzipSync(JSON.stringify(result)).toString('base64'),
      isBase64Encoded: true,
      headers: { 'content-encoding': 'gzip' },
    });
    expect(submitted).toMatchObject({ statusCode: 200 });
    const target = '/v1/previous?session=acme%2Fshop%2312&repositoryId=100&number=12';
    const read = await handler.call('GET', target, { headers: { 'accept-encoding': 'gzip' } });
    expect(read).toMatchObject({ statusCode: 200, isBase64Encoded: true, headers: { 'content-encoding': 'gzip' } });
    const record: unknown = JSON.parse(gunzipSync(Buffer.from(read.body ?? '', 'base64')).toString());
    expect(record).toMatchObject({ record: { result: { coverage: { pending } } } });
  });

  test('text that is not ASCII, and a query as it was sent', async () => {
    await using handler = await startHandler();
    const answer = await handler.call('POST', '/v1/claims', {
      body: JSON.stringify(claimCommand({ session: 'größe' })),
    });
    expect(answer).toMatchObject({ statusCode: 422 });
    const read = await handler.call('GET', '/v1/runs?session=a%2Bb&repositoryId=100&number=12&limit=0');
    expect(JSON.parse(read.body ?? '')).toMatchObject({ status: 422, errors: [{ path: 'limit' }] });
  });

  test('the gateway’s own check does not stand in for ours', async () => {
    await using handler = await startHandler();
    const refused = await handler.call('GET', '/v1/reviews?session=s', {
      headers: { authorization: 'Bearer forged.by.someone' },
    });
    expect(refused).toMatchObject({ statusCode: 401, headers: { 'www-authenticate': 'Bearer' } });
    const odd = await handler.call('GET', '/v1/reviews?session=s', {
      headers: { authorization: 'Bearer \u2603', 'x-odd': '\u2603' },
    });
    expect(odd).toMatchObject({ statusCode: 401 });
    const none = await handler.call('POST', '/v1/claims');
    expect(none).toMatchObject({ statusCode: 415 });
    expect(await handler.call('GET', '/v1/health')).toMatchObject({ statusCode: 200 });
  });
});
