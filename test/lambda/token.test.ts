import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exportSPKI, generateKeyPair, importJWK, UnsecuredJWT } from 'jose';
import { startTestEndpoint } from './support/endpoint.ts';
import { AUDIENCE, startTokenIssuer, type TokenChanges } from './support/token-issuer.ts';

let endpoint: Awaited<ReturnType<typeof startTestEndpoint>>;
beforeAll(async () => {
  endpoint = await startTestEndpoint();
});
afterAll(() => endpoint[Symbol.asyncDispose]());

const READ = '/v1/reviews?session=acme/shop%2312';
const now = () => Math.floor(Date.now() / 1000);

async function statusOf(token: string | null, headers: Record<string, string> = {}) {
  const { status, body } = await endpoint.call('GET', READ, { token, headers });
  return { status, detail: (body as { detail?: string }).detail };
}

describe('tokens that are not good', () => {
  test.each<[string, TokenChanges, string]>([
    ['expired', { issuedAt: now() - 1000 }, 'the token has expired; ask for a fresh one per call'],
    ['without an end', { lifetimeSeconds: null }, "the token's claim exp is not as it must be"],
    ['of another issuer', { issuer: 'https://elsewhere.test' }, "the token's claim iss is not as it must be"],
    [
      'for another audience',
      { audience: 'https://other.test' },
      `the token is for another audience; ask for one for ${AUDIENCE}`,
    ],
    [
      'for several audiences',
      { audience: [AUDIENCE, 'https://other.test'] },
      `the token is for another audience; ask for one for ${AUDIENCE}`,
    ],
    [
      'for an audience that begins alike',
      { audience: `${AUDIENCE}.evil` },
      `the token is for another audience; ask for one for ${AUDIENCE}`,
    ],
    ['of an unknown key', { header: { kid: 'key-2' } }, 'no key of the issuer fits the token'],
    [
      'not of a job',
      { claims: { repository_id: undefined, run_id: 'x' } },
      "the token is not a GitHub Actions job's: see its claims repository_id, run_id",
    ],
  ])('%s', async (_name, changes, why) => {
    expect(await statusOf(await endpoint.issuer.token(changes))).toEqual({ status: 401, detail: why });
  });

  test("signed by another's key under our key's name", async () => {
    const { privateKey } = await generateKeyPair('RS256');
    const token = await endpoint.issuer.token({ key: privateKey });
    expect(await statusOf(token)).toEqual({ status: 401, detail: "the token's signature is wrong" });
  });

  test('signed with RS512 by the right key, or with HS256 by the public key, or not at all', async () => {
    const otherAlgorithm = await endpoint.issuer.token({
      header: { alg: 'PS256' },
      key: (await generateKeyPair('PS256')).privateKey,
    });
    const publicKey = await importJWK(endpoint.issuer.publicJwk, 'RS256', { extractable: true });
    const secret = new TextEncoder().encode(await exportSPKI(publicKey as Parameters<typeof exportSPKI>[0]));
    const confused = await endpoint.issuer.token({ header: { alg: 'HS256' }, key: secret });
    const unsigned = new UnsecuredJWT({ repository: 'acme/shop' })
      .setAudience(AUDIENCE)
      .setIssuedAt()
      .setExpirationTime('5m')
      .encode();
    for (const token of [otherAlgorithm, confused]) {
      expect(await statusOf(token)).toEqual({ status: 401, detail: 'the token is not signed with RS256' });
    }
    expect((await statusOf(unsigned)).status).toBe(401);
  });

  test('with a changed payload', async () => {
    const [header, payload = '', signature] = (await endpoint.issuer.token()).split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
    const forged = Buffer.from(JSON.stringify({ ...claims, repository_owner_id: '9' })).toString('base64url');
    expect((await statusOf(`${header}.${forged}.${signature}`)).status).toBe(401);
  });

  test.each([
    ['none', {}],
    ['another scheme', { authorization: 'Basic Zm9vOmJhcg==' }],
    ['no JWT', { authorization: 'Bearer abc' }],
    ['an empty one', { authorization: 'Bearer ' }],
  ])('%s', async (_name, headers) => {
    const { status, headers: answered, body } = await endpoint.call('GET', READ, { token: null, headers });
    expect(status).toBe(401);
    expect(answered.get('www-authenticate')).toBe('Bearer');
    expect(answered.get('content-type')).toBe('application/problem+json');
    expect(body).toMatchObject({ type: 'urn:pushback:problem:unauthenticated', status: 401, errors: [] });
  });
});

test('a good token is answered, and its issuer asked for keys once', async () => {
  const before = endpoint.issuer.reads;
  for (let i = 0; i < 5; i += 1) expect((await statusOf(await endpoint.issuer.token())).status).toBe(200);
  expect(endpoint.issuer.reads - before).toBeLessThanOrEqual(1);
});

test('an issuer that fails is no fault of the token', async () => {
  const issuer = await startTokenIssuer();
  issuer.break();
  await using own = await startTestEndpoint({
    auth: {
      kind: 'tokens',
      issuer: { issuer: issuer.issuer, jwksUrl: issuer.jwksUrl, audience: AUDIENCE },
      policy: (await import('./support/endpoint.ts')).policy,
    },
  });
  const { status, headers, body } = await own.call('GET', READ, { token: await issuer.token() });
  await issuer[Symbol.asyncDispose]();
  expect(status).toBe(503);
  expect(headers.get('retry-after')).toBe('2');
  expect(body).toMatchObject({
    type: 'urn:pushback:problem:unavailable',
    detail: "the token issuer's keys can not be read",
  });
});

test('neither answers nor log hold a token', async () => {
  const token = await endpoint.issuer.token({ issuedAt: now() - 1000 });
  const { body } = await endpoint.call('GET', READ, { token });
  const said = JSON.stringify([body, endpoint.events]);
  expect(said).not.toContain(token);
  expect(said).not.toContain(token.split('.')[2]);
  expect(said).not.toContain('session=');
});
