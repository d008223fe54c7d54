import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createTokenVerifier, IssuerUnavailable } from '../../lambda/auth/verify-token.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { AUDIENCE, startTokenIssuer } from './support/token-issuer.ts';

/** The issuer's keys over time: how long they are believed, how often they are asked for, and what an outage does. */

const realNow = Date.now.bind(Date);
let later = 0;
let issuer: Awaited<ReturnType<typeof startTokenIssuer>>;
let verify: ReturnType<typeof createTokenVerifier>;

beforeEach(async () => {
  later = 0;
  jest.spyOn(Date, 'now').mockImplementation(() => realNow() + later);
  issuer = await startTokenIssuer();
  const { issuer: name, jwksUrl } = issuer;
  verify = createTokenVerifier({ issuer: name, jwksUrl, audience: AUDIENCE }, systemClock);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await issuer[Symbol.asyncDispose]();
});

const outcomeOf = async (token: Promise<string>) => {
  const verification = await verify(await token);
  return verification.outcome === 'verified' ? 'verified' : verification.why;
};
const NO_KEY = 'no key of the issuer fits the token';

test('a new key is taken up after it is seen first, the old one then refused', async () => {
  expect(await outcomeOf(issuer.token())).toBe('verified');
  const old = await issuer.rotate();
  later = 31_000;
  expect(await outcomeOf(issuer.token())).toBe('verified');
  expect(await outcomeOf(issuer.token({ key: old.key, header: { kid: old.kid } }))).toBe(NO_KEY);
});

test('a key that the issuer took back is refused ten minutes later at the latest', async () => {
  expect(await outcomeOf(issuer.token())).toBe('verified');
  const old = await issuer.rotate();
  const signedByOld = () => outcomeOf(issuer.token({ key: old.key, header: { kid: old.kid } }));
  later = 599_000;
  expect(await signedByOld()).toBe('verified');
  later = 601_000;
  expect(await signedByOld()).toBe(NO_KEY);
});

test('unknown key ids do not make the issuer be asked each time', async () => {
  await outcomeOf(issuer.token());
  for (let each = 0; each < 20; each += 1) {
    expect(await outcomeOf(issuer.token({ header: { kid: `made-up-${each}` } }))).toBe(NO_KEY);
  }
  expect(issuer.reads).toBe(1);
});

test('simultaneous first calls ask for the keys once', async () => {
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => outcomeOf(issuer.token())));
  expect(new Set(outcomes)).toEqual(new Set(['verified']));
  expect(issuer.reads).toBe(1);
});

test('an outage is nothing to whom the keys are known, no reason to let anybody in, and ends with the outage', async () => {
  expect(await outcomeOf(issuer.token())).toBe('verified');
  issuer.break();
  later = 300_000;
  expect(await outcomeOf(issuer.token())).toBe('verified');
  later = 601_000;
  await expect(outcomeOf(issuer.token())).rejects.toThrow(IssuerUnavailable);
  issuer.mend();
  expect(await outcomeOf(issuer.token())).toBe('verified');
});

test('keys that are elsewhere are not fetched from there', async () => {
  const leading = createServer((_request, response) => {
    response.writeHead(302, { location: issuer.jwksUrl.href }).end();
  });
  leading.listen(0, '127.0.0.1');
  await once(leading, 'listening');
  const jwksUrl = new URL(`http://127.0.0.1:${(leading.address() as AddressInfo).port}/`);
  verify = createTokenVerifier({ issuer: issuer.issuer, jwksUrl, audience: AUDIENCE }, systemClock);
  await expect(outcomeOf(issuer.token())).rejects.toThrow(IssuerUnavailable);
  expect(issuer.reads).toBe(0);
  leading.close();
  leading.closeAllConnections();
});
