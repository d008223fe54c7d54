import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import {
  anthropicExchange,
  federatedToken,
  openaiExchange,
} from '../../../../src/adapters/reviewers/model/federation.ts';
import { oracle } from '../../../support/models/oracle.ts';
import { startModelServer } from '../../../support/models/server.ts';
import { aRequest, aSmallPullRequest } from '../requests.ts';
import { reviewed, reviewerOver } from './support.ts';

let server: Server;
let url = '';
let asked: { path: string; headers: Record<string, unknown>; body: unknown }[] = [];
let answer = { status: 200, body: { access_token: 'access-1', expires_in: 600 } as object };

beforeAll(async () => {
  const grant = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    asked.push({
      path: request.url ?? '',
      headers: request.headers,
      body: JSON.parse(Buffer.concat(chunks).toString()),
    });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
  };
  server = createServer((request, response) => void grant(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  asked = [];
  answer = { status: 200, body: { access_token: 'access-1', expires_in: 600 } };
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const ANTHROPIC = {
  ANTHROPIC_FEDERATION_RULE_ID: 'fdrl_1',
  ANTHROPIC_ORGANIZATION_ID: 'org_1',
  ANTHROPIC_SERVICE_ACCOUNT_ID: 'svac_1',
};
const OPENAI = { OPENAI_IDENTITY_PROVIDER_ID: 'idp_1', OPENAI_SERVICE_ACCOUNT_ID: 'sa_1' };
const idToken = async (audience: string): Promise<string> => `jwt for ${audience}`;

test('Anthropic: the job’s token for one of theirs', async () => {
  const exchange = anthropicExchange(ANTHROPIC, `${url}/v1`);
  if (exchange === null) throw new Error('nothing is set');
  expect(await federatedToken(exchange, idToken, () => 0)()).toBe('access-1');
  expect(asked).toEqual([
    {
      path: '/v1/oauth/token',
      headers: expect.objectContaining({ 'anthropic-beta': 'oauth-2025-04-20,oidc-federation-2026-04-01' }),
      body: {
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: 'jwt for https://api.anthropic.com',
        federation_rule_id: 'fdrl_1',
        organization_id: 'org_1',
        service_account_id: 'svac_1',
      },
    },
  ]);
});

test('OpenAI: the same in its words', async () => {
  const exchange = openaiExchange(OPENAI, `${url}/oauth/token`);
  if (exchange === null) throw new Error('nothing is set');
  expect(await federatedToken(exchange, idToken, () => 0)()).toBe('access-1');
  expect(asked[0]).toMatchObject({
    path: '/oauth/token',
    body: {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: 'jwt for https://api.openai.com/v1',
      identity_provider_id: 'idp_1',
      service_account_id: 'sa_1',
    },
  });
});

test.each([
  [anthropicExchange({}, null)],
  [anthropicExchange({ ANTHROPIC_ORGANIZATION_ID: 'org_1' }, null)],
  [openaiExchange({ OPENAI_SERVICE_ACCOUNT_ID: 'sa_1' })],
])('half of it is none of it', (exchange) => {
  expect(exchange).toBeNull();
});

test('one token serves all who ask at once, until shortly before its end', async () => {
  let now = 0;
  const token = federatedToken(openaiExchange(OPENAI, url) ?? fail(), idToken, () => now);
  expect(await Promise.all([token(), token(), token()])).toEqual(['access-1', 'access-1', 'access-1']);
  now = 470_000;
  await token();
  expect(asked).toHaveLength(1);
  now = 490_000;
  answer = { status: 200, body: { access_token: 'access-2', expires_in: 600 } };
  expect(await token()).toBe('access-2');
});

test('a refusal says what to compare, holds no token, and is not kept', async () => {
  answer = { status: 401, body: { error: 'jwt for https://api.openai.com/v1 is not welcome' } };
  const token = federatedToken(openaiExchange(OPENAI, url) ?? fail(), idToken, () => 0);
  const refused = await token().catch((error: unknown) => String(error));
  expect(refused).toMatch(/no access token for this job's identity \(status 401\): compare its federation rule/);
  expect(refused).not.toContain('jwt for');
  answer = { status: 200, body: { access_token: 'access-1' } };
  expect(await token()).toBe('access-1');
});

test('a review without any key, by the identity of the job', async () => {
  await using models = await startModelServer(oracle());
  const target = { provider: 'anthropic' as const, id: 'claude-sonnet-5-5' };
  const env = { ...ANTHROPIC };
  const reviewer = reviewerOver(models, { target, apiKey: null, env, idToken });
  expect(await reviewer.review(aRequest(aSmallPullRequest), new AbortController().signal)).toMatchObject({
    outcome: 'failed',
    why: expect.stringContaining("no access token for this job's identity (status 404)"),
  });
  expect(models.strays).toEqual(['POST /v1/oauth/token']);
  models.grant = { path: '/v1/oauth/token', body: { access_token: 'access-1', expires_in: 600 } };
  await reviewed(reviewerOver(models, { target, apiKey: null, env, idToken }), aRequest(aSmallPullRequest));
  expect(models.requests[0]?.headers).toMatchObject({ authorization: 'Bearer access-1' });
  expect(models.requests[0]?.headers['anthropic-beta']).toContain('oauth-2025-04-20');
});

function fail(): never {
  throw new Error('nothing is set');
}
