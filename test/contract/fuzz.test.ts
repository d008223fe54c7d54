import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createDynamoDbLedger } from '../../src/adapters/ledger-dynamodb/ledger.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { openApiDocument } from '../../src/contract/openapi.ts';
import { HEAD, hashOf, reviewResult, seenPullRequest, TOKEN } from '../lambda/support/commands.ts';
import { PUSH_TO_MAIN, startTestEndpoint } from '../lambda/support/endpoint.ts';
import { createTestTable, type TestTable } from '../support/dynamodb-local.ts';
import { valueOf, type Known } from '../support/openapi/arbitrary.ts';
import { answerChecker, type Document, type Operation } from '../support/openapi/check.ts';

/**
 * Requests made from the OpenAPI document, most of them right but for a field or two, against the endpoint over
 * DynamoDB: whatever they hold, each answer is one that the document describes, and none is a failure.
 */

const REQUESTS = Number(process.env['PUSHBACK_FUZZ_REQUESTS'] ?? '400');
const PER_RUN = 20;
const document = openApiDocument() as unknown as Document;
const check = answerChecker(document);

let table: TestTable;
let endpoint: Awaited<ReturnType<typeof startTestEndpoint>>;
let tokens: string[];
beforeAll(async () => {
  table = await createTestTable();
  const { client, tableName } = table;
  endpoint = await startTestEndpoint({ ledgerFor: createDynamoDbLedger({ client, tableName, clock: systemClock }) });
  const callers = [{}, PUSH_TO_MAIN, { event_name: 'merge_group' }, { run_attempt: '2' }];
  tokens = await Promise.all(callers.map((claims) => endpoint.issuer.token({ claims, lifetimeSeconds: 36_000 })));
});
afterAll(async () => {
  await endpoint[Symbol.asyncDispose]();
  await table[Symbol.asyncDispose]();
});

const mostly = <T>(usual: T, other: T) => fc.constantFrom(...Array<T>(15).fill(usual), other);
const shas = [HEAD, HEAD, HEAD, 'b'.repeat(40), 'c'.repeat(64)];
const sha = fc.constantFrom(...shas);
const known: Known = {
  schemas: document.components.schemas,
  likely: {
    session: fc.oneof(
      fc.constantFrom('acme/shop#12', 'stack'),
      fc.nat({ max: 30 }).map((each) => `s${each}`),
    ),
    repository: mostly('acme/shop', 'acme/api'),
    repositoryId: mostly(100, 200),
    number: mostly(12, 13),
    headSha: sha,
    baseSha: sha,
    mergeBaseSha: sha,
    headSeenAt: fc.nat({ max: 100_000 }).map((ago) => seenPullRequest().headSeenAt - ago),
    pullRequest: fc.constantFrom({ repository: 'acme/shop', repositoryId: 100, number: 12 }),
    pullRequests: sha.map((headSha) => [seenPullRequest({ headSha })]),
    runId: sha.map((head) => `run_100_12_${head}`),
    token: fc.constant(TOKEN),
    tokenHash: fc.constant(hashOf(TOKEN)),
    verdict: fc.constantFrom('approved', 'approved', 'inconclusive', 'changes_requested'),
    findings: fc.constant([]),
    remembered: fc.constant([]),
    coverage: fc.constant(reviewResult().coverage),
    previousSha: fc.constant(null),
  },
};

type Sent = {
  operation: Operation | null;
  method: string;
  path: string;
  query: Record<string, unknown>;
  body: unknown;
  caller: number;
  dress: 'plain' | 'gzip' | 'odd-type' | 'odd-encoding' | 'cut';
};

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
);

/** How many of a hundred fields are wrong: none in every other request, then ever more. */
const FAULTS = [0, 0, 0, 1, 3, 20];
const dress = fc.constantFrom<Sent['dress']>(
  'plain',
  'plain',
  'plain',
  'plain',
  'plain',
  'gzip',
  'odd-type',
  'odd-encoding',
  'cut',
);

function toCallOf({ path, method, operation }: (typeof operations)[number], wrong: number): fc.Arbitrary<Sent> {
  const schema = operation.requestBody?.content['application/json']?.schema;
  const parameters = operation.parameters ?? [];
  const query = {
    type: 'object',
    properties: Object.fromEntries(parameters.map(({ name, schema: of }) => [name, of] as const)),
    required: parameters.filter((each) => each.required).map(({ name }) => name),
  };
  return fc.record({
    operation: fc.constant(operation),
    method: fc.constant(method),
    path: fc.constant(path),
    query: valueOf(query, known, 0) as fc.Arbitrary<Record<string, unknown>>,
    body: schema === undefined ? fc.constant(undefined) : valueOf(schema, known, wrong),
    caller: fc.constantFrom(1, 1, 1, 0, 2, 3),
    dress,
  });
}
// Made once: putting an arbitrary together takes longer than drawing from it.
const toACall = fc.oneof(...operations.flatMap((each) => FAULTS.map((wrong) => toCallOf(each, wrong))));

const toNoCall: fc.Arbitrary<Sent> = fc.record({
  operation: fc.constant(null),
  method: fc.constantFrom('PUT', 'DELETE', 'PATCH', 'OPTIONS'),
  path: fc.oneof(
    fc.constantFrom('/v1/claims', '/v1/../v1/claims', '/v1/claims/', '//v1/claims', '/v2/claims', '/v1/__proto__'),
    fc.webPath(),
  ),
  query: fc.constant({}),
  body: fc.constant(undefined),
  caller: fc.nat({ max: 3 }),
  dress: fc.constant('plain'),
});

const request = fc.oneof({ arbitrary: toACall, weight: 30 }, { arbitrary: toNoCall, weight: 1 });

async function send({ method, path, query, body, caller, dress: as }: Sent) {
  const entries = Object.entries(query).map(([name, value]) => [name, String(value)] as [string, string]);
  const search = new URLSearchParams(entries.map(([name, value]) => [name, value.toWellFormed()]));
  const text = body === undefined ? null : JSON.stringify(body);
  const raw =
    text === null ? null : as === 'gzip' ? new Uint8Array(gzipSync(text)) : as === 'cut' ? text.slice(0, -3) : text;
  const headers: Record<string, string> = {
    authorization: `Bearer ${tokens[caller] ?? ''}`,
    ...(raw === null ? {} : { 'content-type': as === 'odd-type' ? 'text/xml; charset=utf-7' : 'application/json' }),
    ...(as === 'gzip' || as === 'odd-encoding' ? { 'content-encoding': 'gzip' } : {}),
  };
  const response = await fetch(`${endpoint.url}${path}${search.size === 0 ? '' : `?${search}`}`, {
    method,
    headers,
    body: raw,
    redirect: 'manual',
  });
  const answer = await response.text();
  const type = response.headers.get('content-type') ?? '';
  return { status: response.status, type, body: answer === '' ? null : (JSON.parse(answer) as unknown) };
}

test(
  `${REQUESTS} requests made from the document are answered as it says`,
  async () => {
    const statuses = new Map<string, number>();
    const property = fc.asyncProperty(
      fc.array(request, { minLength: PER_RUN, maxLength: PER_RUN }),
      async (sequence) => {
        for (const each of sequence) {
          const answered = await send(each);
          const wrong = check(each.operation, answered);
          if (wrong !== null) throw new Error(`${each.method} ${each.path}: ${wrong}`);
          const name = `${each.operation?.operationId ?? 'none'} ${answered.status}`;
          statuses.set(name, (statuses.get(name) ?? 0) + 1);
        }
      },
    );
    await fc.assert(property, { numRuns: Math.ceil(REQUESTS / PER_RUN), endOnFailure: true });

    const sent = [...statuses.values()].reduce((sum, count) => sum + count, 0);
    expect(sent).toBeGreaterThanOrEqual(REQUESTS);
    // What is made reaches the ledger, and not only the first check.
    for (const reached of ['claims 201', 'reviews 200', 'previous 200', 'heartbeats 200']) {
      expect([...statuses.keys()]).toContain(reached);
    }
    if (process.env['PUSHBACK_DEEP'] !== undefined)
      process.stderr.write(`${JSON.stringify(Object.fromEntries(statuses))}\n`);
    expect(endpoint.events.filter(({ level }) => level === 'error')).toEqual([]);
  },
  Math.max(60_000, REQUESTS * 60),
);
