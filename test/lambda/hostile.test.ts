import { gzipSync } from 'node:zlib';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createDynamoDbLedger } from '../../src/adapters/ledger-dynamodb/ledger.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { ClaimAccepted } from '../../src/core/ledger/commands.ts';
import { createTestTable, type TestTable } from '../support/dynamodb-local.ts';
import { claimCommand, hashOf, reviewResult, seenPullRequest, submitCommand, TOKEN } from './support/commands.ts';
import { startTestEndpoint } from './support/endpoint.ts';

/**
 * The whole endpoint over DynamoDB, called by people who mean it no good and have a valid token of their own job. Whatever
 * they send: a clear answer below 500, not one item changed, and the endpoint goes on.
 */

const OTHER_TOKEN = 'B'.repeat(43);
const OTHER_OWNER = {
  repository: 'evil/shop',
  repository_id: '100',
  repository_owner: 'evil',
  repository_owner_id: '9',
};
const PATHS = ['claims', 'heartbeats', 'results', 'deliveries', 'releases', 'dismissals'].map((name) => `/v1/${name}`);

let table: TestTable;
let endpoint: Awaited<ReturnType<typeof startTestEndpoint>>;
let run: { runId: string };
let before: string;

beforeAll(async () => {
  table = await createTestTable();
  const { client, tableName } = table;
  endpoint = await startTestEndpoint({ ledgerFor: createDynamoDbLedger({ client, tableName, clock: systemClock }) });
  const claimed = await endpoint.call('POST', '/v1/claims', { body: claimCommand() });
  run = ClaimAccepted.parse(claimed.body).answers[0]!.run!;
  await endpoint.call('POST', '/v1/results', { body: submitCommand(run.runId) });
});
afterAll(async () => {
  await endpoint[Symbol.asyncDispose]();
  await table[Symbol.asyncDispose]();
});

beforeEach(async () => {
  before = await everything();
});
afterEach(async () => {
  expect(await everything()).toBe(before);
  expect(endpoint.events.filter(({ level }) => level === 'error')).toEqual([]);
});

async function everything(): Promise<string> {
  const { Items = [] } = await table.client.send(new ScanCommand({ TableName: table.tableName, ConsistentRead: true }));
  return JSON.stringify(Items.toSorted((a, b) => (String(a['sk']?.S) < String(b['sk']?.S) ? -1 : 1)));
}

type Call = { path: string; body: unknown; claims?: Record<string, unknown> };

const runs = (more: Record<string, unknown>, session = 'acme/shop#12') => ({ session, runs: [{ ...run, ...more }] });
const delivery = { commentId: 1, reviewId: null, checkId: null };

describe('who is not the holder', () => {
  test.each<[string, () => Call, number, unknown]>([
    [
      "another holder's token at a submission",
      () => ({ path: '/v1/results', body: submitCommand(run.runId, { token: OTHER_TOKEN }) }),
      422,
      { errors: [{ path: 'results.0.token' }] },
    ],
    [
      "another holder's token at a delivery",
      () => ({ path: '/v1/deliveries', body: runs({ token: OTHER_TOKEN, ...delivery }) }),
      422,
      { errors: [{ path: 'runs.0.token' }] },
    ],
    [
      "another holder's token at a release",
      () => ({ path: '/v1/releases', body: runs({ token: OTHER_TOKEN, status: 'failed', why: '' }) }),
      422,
      { errors: [{ path: 'runs.0.token' }] },
    ],
    [
      "another holder's token at a heartbeat",
      () => ({ path: '/v1/heartbeats', body: runs({ token: OTHER_TOKEN }) }),
      200,
      { runs: [{ status: 'unknown' }] },
    ],
    [
      "a checkpoint with another holder's token",
      () => ({ path: '/v1/heartbeats', body: runs({ token: OTHER_TOKEN, checkpoint: reviewResult() }) }),
      200,
      { runs: [{ status: 'unknown' }] },
    ],
    [
      'the right token, of a run of another session',
      () => ({ path: '/v1/deliveries', body: runs({ token: TOKEN, ...delivery }, 'another') }),
      422,
      { errors: [{ path: 'runs.0.runId', message: 'no such run in this session' }] },
    ],
    [
      'the right token and run, from another owner',
      () => ({ path: '/v1/deliveries', body: runs({ token: TOKEN, ...delivery }, 'stack'), claims: OTHER_OWNER }),
      422,
      { errors: [{ path: 'runs.0.runId' }] },
    ],
    [
      "another owner in the session of somebody else's pull request",
      () => ({ path: '/v1/deliveries', body: runs({ token: TOKEN, ...delivery }), claims: OTHER_OWNER }),
      403,
      { rule: 'session' },
    ],
    [
      'an altered result of the same attempt',
      () => ({ path: '/v1/results', body: submitCommand(run.runId, { token: TOKEN, summary: 'All is well.' }) }),
      200,
      { results: [{ status: 'stale' }] },
    ],
    [
      'the same result once more',
      () => ({ path: '/v1/results', body: submitCommand(run.runId) }),
      200,
      { results: [{ status: 'replayed' }] },
    ],
    [
      'the claim once more, as whoever read it along the way could send it',
      () => ({ path: '/v1/claims', body: claimCommand({ pullRequests: [seenPullRequest({ headSeenAt: 1 })] }) }),
      201,
      { answers: [{ answer: 'publish' }] },
    ],
    [
      'a claim of the same head by another',
      () => ({
        path: '/v1/claims',
        body: claimCommand({
          holder: { tokenHash: hashOf(OTHER_TOKEN), url: '' },
          pullRequests: [seenPullRequest({ headSeenAt: 1 })],
        }),
      }),
      200,
      { answers: [{ answer: 'wait', reason: 'active-run' }] },
    ],
    [
      'a verdict that the findings do not bear out',
      () => ({ path: '/v1/results', body: submitCommand(run.runId, { verdict: 'changes_requested' }) }),
      422,
      { errors: [{ path: 'results.0.verdict' }] },
    ],
  ])('%s', async (_name, call, status, body) => {
    const { path, ...sent } = call();
    const answer = await endpoint.call('POST', path, sent);
    expect({ status: answer.status, body: answer.body }).toMatchObject({ status, body: body as object });
  });
});

/** Nested as deep as asked for; made as text, for what makes JSON would not survive it either. */
const nested = (depth: number, open: string, close: string, inner = '1'): string =>
  `${open.repeat(depth)}${inner}${close.repeat(depth)}`;

const LONG = 'x'.repeat(10_000);
const hostileBodies: [string, string | Uint8Array<ArrayBuffer>, Record<string, string>][] = [
  ['arrays 10,000 deep', nested(10_000, '[', ']'), {}],
  ['objects 10,000 deep', nested(10_000, '{"a":', '}'), {}],
  ['a session 10,000 arrays deep', `{"session":${nested(10_000, '[', ']')},"runs":[],"results":[]}`, {}],
  ['arrays a million deep', nested(1_000_000, '[', ']'), {}],
  ['a number', '1', {}],
  ['null', 'null', {}],
  ['a list', '[]', {}],
  ['every field of another type', '{"session":1,"runs":{},"results":"x","pullRequests":7,"action":[]}', {}],
  ['a name of 10,000 characters', JSON.stringify({ session: LONG, runs: [], results: [], pullRequests: [] }), {}],
  ['control characters in a name', JSON.stringify({ session: 'a\u0000\u001b[2J\n' }), {}],
  [
    'a session with keys of the prototype',
    '{"__proto__":{"session":"s"},"constructor":{"prototype":{"polluted":1}}}',
    {},
  ],
  ['numbers beyond all bounds', '{"session":"s","leaseSeconds":1e999,"runs":[{"runId":-1e308}]}', {}],
  ['a gzip bomb', gzipSync(Buffer.alloc(64 * 1024 * 1024), { level: 9 }), { 'content-encoding': 'gzip' }],
];

describe.each(hostileBodies)('%s', (_name, raw, headers) => {
  test.each(PATHS)('to %s', async (path) => {
    const answer = await endpoint.call('POST', path, { raw, headers });
    expect([400, 413, 422]).toContain(answer.status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    const text = JSON.stringify(answer.body);
    expect(text.length).toBeLessThan(20_000);
    expect(text).not.toContain('xxxxxxxxxx');
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

const hostileFields: [string, Record<string, unknown>][] = [
  ['a repository name of 10,000 characters', { repository: `acme/${LONG}` }],
  ['a repository name with control characters', { repository: 'acme/shop\u0000' }],
  ['a repository name that climbs', { repository: 'acme/..' }],
  ['a repository name with a key separator', { repository: 'acme/shop#13' }],
  ['a base ref of 10,000 characters', { baseRef: LONG }],
  ['a head that is no SHA', { headSha: '../../etc/passwd' }],
  ['a head in upper case', { headSha: 'A'.repeat(40) }],
  ['a number with a fraction', { number: 12.5 }],
  ['a number below one', { number: -12 }],
  ['a number beyond all bounds', { number: 1e21 }],
  ['a repository id as text', { repositoryId: '100' }],
  ['a sight far in the future', { headSeenAt: 9_999_999_999 }],
  ['a sight that is no time', { headSeenAt: 'now' }],
  ['a state that is none', { state: '__proto__' }],
];

test.each(hostileFields)('a claim with %s', async (_name, fields) => {
  const [field = ''] = Object.keys(fields);
  const body = claimCommand({ pullRequests: [seenPullRequest(fields)] });
  const answer = await endpoint.call('POST', '/v1/claims', { body });
  expect(answer.status).toBe(422);
  const { errors } = answer.body as { errors: { path: string }[] };
  expect(new Set(errors.map(({ path }) => path))).toEqual(new Set([`pullRequests.0.${field}`]));
});
