import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { exportSPKI, generateKeyPair, importJWK, SignJWT, UnsecuredJWT } from 'jose';
import { createApp } from '../../lambda/app.ts';
import { createTokenGatekeeper } from '../../lambda/auth/gatekeeper.ts';
import { handlerOf, type Handler } from '../../lambda/create-handler.ts';
import { createDynamoDbLedger } from '../../src/adapters/ledger-dynamodb/ledger.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { EndpointPolicy } from '../../src/core/authorise.ts';
import { createTestTable, type TestTable } from '../support/dynamodb-local.ts';
import { claimCommand, HEAD, seenPullRequest, submitCommand, TOKEN } from './support/commands.ts';
import { PUSH_TO_MAIN, startTestEndpoint } from './support/endpoint.ts';
import { eventOf } from './support/event.ts';
import { AUDIENCE, startTokenIssuer, type TokenChanges } from './support/token-issuer.ts';

/**
 * Everybody who has no business here, by really signed tokens: over HTTP, and through the Lambda handler, where the gateway
 * says each time that the claims are those of a job that may call. All are refused, and the table stays as it is.
 */

const PINNED = 'acme/workflows/.github/workflows/review.yml@refs/heads/main';
const policy = EndpointPolicy.parse({
  owners: ['7'],
  repositoryGroups: [
    [
      { id: 100, name: 'acme/shop' },
      { id: 200, name: 'acme/api' },
    ],
  ],
  pinnedWorkflows: [PINNED],
  refs: ['refs/heads/reviews'],
  environments: ['review'],
});
const WELCOME = { environment: 'review' };

let table: TestTable;
let issuer: Awaited<ReturnType<typeof startTokenIssuer>>;
let stranger: Awaited<ReturnType<typeof startTokenIssuer>>;
let endpoint: Awaited<ReturnType<typeof startTestEndpoint>>;
let handler: Handler;
let before: string;

beforeAll(async () => {
  table = await createTestTable();
  issuer = await startTokenIssuer();
  stranger = await startTokenIssuer();
  const { client, tableName } = table;
  const ledgerFor = createDynamoDbLedger({ client, tableName, clock: systemClock });
  const trusted = { issuer: issuer.issuer, jwksUrl: issuer.jwksUrl, audience: AUDIENCE };
  endpoint = await startTestEndpoint({ ledgerFor, auth: { kind: 'tokens', issuer: trusted, policy } });
  const gatekeeper = createTokenGatekeeper({ issuer: trusted, policy, clock: systemClock });
  handler = handlerOf(createApp({ ledgerFor, gatekeeper, log: () => undefined }));
  const claimed = await overHttp(await issuer.token({ claims: WELCOME }), claim());
  if (claimed.status !== 201) throw new Error(`who is welcome is not let in: ${asText(claimed)}`);
  before = await everything();
});
afterAll(async () => {
  await endpoint[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
  await stranger[Symbol.asyncDispose]();
  await table[Symbol.asyncDispose]();
});

async function everything(): Promise<string> {
  const { Items = [] } = await table.client.send(new ScanCommand({ TableName: table.tableName, ConsistentRead: true }));
  return JSON.stringify(Items.toSorted((a, b) => (String(a['sk']?.S) < String(b['sk']?.S) ? -1 : 1)));
}

type Sent = { method: 'GET' | 'POST'; target: string; body?: unknown };
type Answer = { status: number; type: string; rule?: string; detail?: string };

const claim = (overrides: Record<string, unknown> = {}): Sent => ({
  method: 'POST',
  target: '/v1/claims',
  body: claimCommand(overrides),
});
const claimOf = (pull: Record<string, unknown>, more: Record<string, unknown> = {}): Sent =>
  claim({ pullRequests: [seenPullRequest(pull)], session: 'stack', ...more });
const read = (query: string): Sent => ({ method: 'GET', target: `/v1/${query}` });
const write = (path: string, body: unknown): Sent => ({ method: 'POST', target: `/v1/${path}`, body });

async function overHttp(token: string | null, { method, target, body }: Sent): Promise<Answer> {
  const answer = await endpoint.call(method, target, { token, ...(body === undefined ? {} : { body }) });
  return { status: answer.status, ...(answer.body as Omit<Answer, 'status'>) };
}

/** The gateway's own word on who calls is that of a welcome caller, whatever the token. */
async function throughLambda(token: string | null, { method, target, body }: Sent): Promise<Answer> {
  const event = eventOf(method, target, {
    headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const claims = {
    ...welcomeClaims,
    aud: AUDIENCE,
    iss: issuer.issuer,
    repository_owner_id: '7',
    environment: 'review',
  };
  const requestContext = { ...event.requestContext, authorizer: { jwt: { claims, scopes: [] } } };
  const result: APIGatewayProxyStructuredResultV2 = await handler({ ...event, requestContext });
  return { ...(JSON.parse(result.body ?? '') as Answer), status: Number(result.statusCode) };
}
const welcomeClaims = { repository: 'acme/shop', repository_id: '100', event_name: 'pull_request', run_id: '1' };

const now = (): number => Math.floor(Date.now() / 1000);

/** Whose token, what it is sent with, and why it is refused. */
type Case = [name: string, token: () => Promise<string | null>, sent: Sent, refusal: string];
const signed = (changes: TokenChanges) => () => issuer.token({ ...changes, claims: { ...WELCOME, ...changes.claims } });
const job = (claims: Record<string, unknown>) => signed({ claims });
const NO_TOKEN = 'send an OIDC token of the job';
const AUDIENCE_WRONG = 'the token is for another audience';

const tokens: Case[] = [
  ['no token', async () => null, claim(), NO_TOKEN],
  ['a word', async () => 'secret', claim(), 'not a signed JWT'],
  ['three words', async () => 'a.b.c', claim(), 'not a signed JWT'],
  ['a token with a comma after it', async () => `${await issuer.token()},x`, claim(), NO_TOKEN],
  ['a token of five parts', async () => `${await issuer.token()}.x.y`, claim(), 'not a signed JWT'],
  ['expired long ago', signed({ issuedAt: now() - 9_000 }), claim(), 'has expired'],
  ['expired just now', signed({ issuedAt: now() - 310 }), claim(), 'has expired'],
  ['without an end', signed({ lifetimeSeconds: null }), claim(), 'claim exp'],
  ['not yet valid', signed({ notBefore: now() + 60 }), claim(), 'claim nbf'],
  [
    'of another issuer, by its own key',
    () => stranger.token({ claims: WELCOME }),
    claim(),
    'no key of the issuer fits|signature|claim iss',
  ],
  ['of another issuer, by our key', signed({ issuer: 'https://token.elsewhere.test' }), claim(), 'claim iss'],
  ['of our issuer with a slash more', async () => issuer.token({ issuer: `${issuer.issuer}/` }), claim(), 'claim iss'],
  [
    "by a stranger's key that says it is ours",
    async () => issuer.token({ key: (await generateKeyPair('RS256')).privateKey }),
    claim(),
    'signature is wrong',
  ],
  ['for another deployment', signed({ audience: 'https://pushback.other.test' }), claim(), AUDIENCE_WRONG],
  [
    'for this deployment and another',
    signed({ audience: [AUDIENCE, 'https://pushback.other.test'] }),
    claim(),
    AUDIENCE_WRONG,
  ],
  ['for this deployment, as a list', signed({ audience: [AUDIENCE] }), claim(), AUDIENCE_WRONG],
  ['for AWS', signed({ audience: 'sts.amazonaws.com' }), claim(), AUDIENCE_WRONG],
  ['for an address that begins alike', signed({ audience: `${AUDIENCE}.evil.test` }), claim(), AUDIENCE_WRONG],
  ['for the same in capitals', signed({ audience: AUDIENCE.toUpperCase() }), claim(), AUDIENCE_WRONG],
  ["for GitHub's own default audience", signed({ audience: 'https://github.com/acme' }), claim(), AUDIENCE_WRONG],
  ['unsigned', async () => unsigned(), claim(), 'not signed with RS256|not a signed JWT'],
  [
    'said to be signed by none',
    async () => withHeader({ alg: 'none' }),
    claim(),
    'not signed with RS256|not a signed JWT',
  ],
  [
    'said to be signed by nOnE',
    async () => withHeader({ alg: 'nOnE', kid: 'key-1' }),
    claim(),
    'not signed with RS256|not a signed JWT',
  ],
  ['signed by HS256 with the public key', confused, claim(), 'not signed with RS256'],
  ['signed by RS384', async () => asymmetric('RS384'), claim(), 'not signed with RS256'],
  ['signed by PS256', async () => asymmetric('PS256'), claim(), 'not signed with RS256'],
  ['signed by ES256', async () => asymmetric('ES256'), claim(), 'not signed with RS256'],
  ['with a key of its own in the header', embedded, claim(), 'signature is wrong'],
  ['of an unknown key', signed({ header: { kid: 'key-9' } }), claim(), 'no key of the issuer fits'],
  ['with a key id that climbs', signed({ header: { kid: '../../key-1' } }), claim(), 'no key of the issuer fits'],
  [
    'with critical extensions',
    () => withHeader({ alg: 'RS256', kid: 'key-1', crit: ['exp'], exp: 1 }),
    claim(),
    'not a signed JWT',
  ],
  ['with another payload than was signed', tampered, claim(), 'signature is wrong'],
  ['with its signature cut', async () => (await issuer.token()).slice(0, -8), claim(), 'signature is wrong'],
  ['without a repository', job({ repository: undefined }), claim(), 'see its claims repository'],
  ['with a repository that is none', job({ repository: 'acme/../evil' }), claim(), 'see its claims repository'],
  ['with a repository in other letters', job({ repository: 'acmе/shop' }), claim(), 'see its claims repository'],
  ['with an id that is no number', job({ repository_id: '100abc' }), claim(), 'see its claims repository_id'],
  ['with an id that begins with nought', job({ repository_id: '0100' }), claim(), 'see its claims repository_id'],
  ['with an id as a number', job({ repository_id: 100 }), claim(), 'see its claims repository_id'],
  ['with an owner as a list', job({ repository_owner_id: ['7'] }), claim(), 'see its claims repository_owner_id'],
  ['with a protected ref that is neither', job({ ref_protected: true }), claim(), 'see its claims ref_protected'],
];

const PULL_300 = { repository: 'acme/other', repositoryId: 300 };
const run = (id: number, number: number): { runId: string; token: string } => ({
  runId: `run_${id}_${number}_${HEAD}`,
  token: TOKEN,
});
const delivery = { commentId: 1, reviewId: null, checkId: null };
const MAIN = { ...PUSH_TO_MAIN, ...WELCOME };
const EVIL = { repository: 'evil/shop', repository_id: '666', repository_owner: 'evil', repository_owner_id: '8' };

const requests: Case[] = [
  ["a fork's own job, on its own pull request", job(EVIL), claim(), 'owner'],
  ["a fork's own job, from its default branch", job({ ...MAIN, ...EVIL }), claim(), 'owner'],
  ["another owner under our owner's name", job({ repository_owner_id: '77' }), claim(), 'owner'],
  ['a push', job({ ...MAIN, event_name: 'push' }), claim(), 'event'],
  ['a release', job({ ...MAIN, event_name: 'release' }), claim(), 'event'],
  ['an event in capitals', job({ ...MAIN, event_name: 'PULL_REQUEST' }), claim(), 'event'],
  ['an event of the prototype', job({ ...MAIN, event_name: '__proto__' }), claim(), 'event'],
  [
    'a privileged event from a branch of anybody',
    job({ ...MAIN, ref: 'refs/heads/x', ref_protected: 'false' }),
    claim(),
    'ref',
  ],
  [
    'a ref that begins like a listed one',
    job({ ...MAIN, ref: 'refs/heads/reviews2', ref_protected: 'false' }),
    claim(),
    'ref',
  ],
  [
    'a comment, from a tag',
    job({ ...MAIN, event_name: 'issue_comment', ref: 'refs/tags/v1', ref_protected: 'false' }),
    claim(),
    'ref',
  ],
  ['a job that names no environment', job({ environment: undefined }), claim(), 'environment'],
  ['a job of another environment', job({ environment: 'production' }), claim(), 'environment'],
  ['a job of an environment that begins alike', job({ environment: 'review ' }), claim(), 'environment'],
  [
    'a merge group that claims',
    job({ event_name: 'merge_group', ref: 'refs/heads/gh-readonly-queue/main/pr-12' }),
    claim(),
    'read-only',
  ],
  ["another repository's session", job(MAIN), claim({ session: 'acme/other#12' }), 'session'],
  ["another repository's session, to read", job(MAIN), read('reviews?session=acme/other%2312'), 'session'],
  ["another owner's session", job({}), read('reviews?session=evil/shop%231'), 'session'],
  ['another repository', job(MAIN), claimOf(PULL_300), 'repository'],
  [
    'another repository among its own',
    job(MAIN),
    claim({ session: 's', pullRequests: [seenPullRequest(), seenPullRequest(PULL_300)] }),
    'repository',
  ],
  ["another repository under its own's name", job(MAIN), claimOf({ repositoryId: 300 }), 'repository'],
  ["its own repository under another's name", job(MAIN), claimOf({ repository: 'acme/other' }), 'repository'],
  [
    'a repository outside the group, from inside',
    job({ ...MAIN, repository: 'acme/api', repository_id: '200' }),
    claimOf(PULL_300),
    'repository',
  ],
  [
    'the group, from outside',
    job({ ...MAIN, repository: 'acme/other', repository_id: '300' }),
    claimOf({}),
    'repository',
  ],
  ['another pull request', job({}), claimOf({ number: 13 }), 'pull-request'],
  [
    "a pull request of the group, from a pull request's job",
    job({}),
    claimOf({ repository: 'acme/api', repositoryId: 200 }),
    'pull-request',
  ],
  ['a pull request from the head of its branch', job({ ref: 'refs/heads/topic' }), claim(), 'pull-request'],
  ['a pull request by its head ref', job({ ref: 'refs/pull/12/head' }), claim(), 'pull-request'],
  ['a pull request whose number begins alike', job({ ref: 'refs/pull/1/merge' }), claim(), 'pull-request'],
  [
    'a reply in a thread of another pull request',
    job({ event_name: 'pull_request_review_comment', ref: 'refs/pull/13/merge' }),
    claim(),
    'pull-request',
  ],
  [
    "a heartbeat for another pull request's run",
    job({}),
    write('heartbeats', { session: 's', runs: [run(100, 13)] }),
    'pull-request',
  ],
  ["another pull request's result", job({}), write('results', submitCommand(run(100, 13).runId)), 'pull-request'],
  ["another repository's result", job(MAIN), write('results', submitCommand(run(300, 12).runId)), 'repository'],
  [
    "another pull request's delivery",
    job({}),
    write('deliveries', { session: 's', runs: [{ ...run(100, 13), ...delivery }] }),
    'pull-request',
  ],
  [
    "another pull request's release",
    job({}),
    write('releases', { session: 's', runs: [{ ...run(100, 13), status: 'failed', why: '' }] }),
    'pull-request',
  ],
  [
    'a pause of another pull request',
    job({}),
    write('dismissals', {
      action: 'pause',
      session: 's',
      pullRequest: { repository: 'acme/shop', repositoryId: 100, number: 13 },
      paused: true,
      by: 'me',
    }),
    'pull-request',
  ],
  ['the history of another pull request', job({}), read('runs?session=s&repositoryId=100&number=13'), 'pull-request'],
  ['the history of another repository', job({}), read('runs?session=s&repositoryId=300&number=12'), 'repository'],
  ['the review of another repository', job(MAIN), read('previous?session=s&repositoryId=300&number=12'), 'repository'],
  [
    'the review of another pull request',
    job({}),
    read('previous?session=s&repositoryId=100&number=13'),
    'pull-request',
  ],
];

const asText = (answer: Answer): string => JSON.stringify(answer);

describe.each([
  ['over HTTP', overHttp],
  ['through the Lambda handler', throughLambda],
] as const)('%s', (_way, send) => {
  test.each(tokens)('401: a token %s', async (_name, token, sent, why) => {
    const text = await token();
    const answer = await send(text, sent);
    expect(answer).toMatchObject({ status: 401, type: 'urn:pushback:problem:unauthenticated' });
    expect(answer.detail).toMatch(new RegExp(why));
    if (text !== null && text.length > 20) expect(asText(answer)).not.toContain(text.slice(-20));
  });

  test.each(requests)('403: %s', async (_name, token, sent, rule) => {
    expect(await send(await token(), sent)).toMatchObject({
      status: 403,
      type: 'urn:pushback:problem:forbidden',
      rule,
    });
  });

  test('and the table is as it was', async () => {
    expect(await everything()).toBe(before);
  });

  test('while who is welcome is let in', async () => {
    expect(await send(await issuer.token({ claims: WELCOME }), read('reviews?session=stack'))).toMatchObject({
      status: 200,
    });
  });
});

test.each([
  ['a pull request', {}, 'contributor'],
  ['a protected branch', MAIN, 'protected'],
  ['a pinned workflow on a pull request', { job_workflow_ref: PINNED }, 'pinned'],
  ['the pinned workflow at another ref', { job_workflow_ref: `${PINNED}-2` }, 'contributor'],
  ['the pinned workflow of a fork', { job_workflow_ref: PINNED.replace('acme', 'evil') }, 'contributor'],
])('a run keeps the trust of %s', async (name, claims, trust) => {
  const body = claimCommand({ session: name.replaceAll(' ', '-') });
  const token = await issuer.token({ claims: { ...WELCOME, ...claims } });
  const { body: answered } = await endpoint.call('POST', '/v1/claims', { token, body });
  expect(answered).toMatchObject({ answers: [{ answer: 'review', run: { trust } }] });
});

test('there are enough of them', () => {
  expect(tokens.length + requests.length).toBeGreaterThanOrEqual(60);
});

function unsigned(): string {
  return new UnsecuredJWT({ ...welcomeClaims })
    .setIssuer(issuer.issuer)
    .setAudience(AUDIENCE)
    .setExpirationTime('5m')
    .encode();
}

async function withHeader(header: Record<string, unknown>): Promise<string> {
  const [, payload] = (await issuer.token({ claims: WELCOME })).split('.');
  return `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${payload}.AAAA`;
}

async function confused(): Promise<string> {
  const key = await importJWK(issuer.publicJwk, 'RS256', { extractable: true });
  const secret = new TextEncoder().encode(await exportSPKI(key as Parameters<typeof exportSPKI>[0]));
  return issuer.token({ header: { alg: 'HS256' }, key: secret, claims: WELCOME });
}

async function asymmetric(alg: string): Promise<string> {
  return issuer.token({ header: { alg }, key: (await generateKeyPair(alg)).privateKey, claims: WELCOME });
}

/** The header brings the key along that the token is signed with. */
async function embedded(): Promise<string> {
  const { privateKey } = await generateKeyPair('RS256');
  return new SignJWT({ ...welcomeClaims })
    .setProtectedHeader({ alg: 'RS256', kid: 'key-1', jwk: { ...stranger.publicJwk }, jku: stranger.jwksUrl.href })
    .setIssuer(issuer.issuer)
    .setAudience(AUDIENCE)
    .setExpirationTime('5m')
    .sign(privateKey);
}

async function tampered(): Promise<string> {
  const [header, payload = '', signature] = (await issuer.token({ claims: { environment: 'none' } })).split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  return `${header}.${Buffer.from(JSON.stringify({ ...claims, ...WELCOME })).toString('base64url')}.${signature}`;
}
