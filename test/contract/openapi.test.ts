import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { openApiDocument } from '../../src/contract/openapi.ts';
import { routes } from '../../src/contract/routes.ts';
import { CONTRACT_VERSION } from '../../src/contract/version.ts';
import { ClaimAccepted, ClaimCommand } from '../../src/core/ledger/commands.ts';
import { claimCommand, submitCommand, TOKEN } from '../lambda/support/commands.ts';
import { startTestEndpoint } from '../lambda/support/endpoint.ts';

type Schema = { [key: string]: unknown };
type Operation = {
  operationId: string;
  security?: unknown[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  parameters?: { name: string; required: boolean }[];
  responses: Record<string, { content: Record<string, { schema: Schema }> }>;
};
const document = openApiDocument() as {
  paths: Record<string, Record<string, Operation>>;
  info: Schema;
  components: Schema;
};

/** Checks one schema of the document as any other client would: with ajv. */
function faultsIn(schema: Schema | undefined, value: unknown): unknown {
  if (schema === undefined) return 'the document has no schema for this';
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  const check = ajv.compile({ ...schema, components: document.components });
  return check(value) ? null : check.errors;
}

test('docs/openapi.json is what the schemas say', async () => {
  const written = await readFile('docs/openapi.json', 'utf8');
  if (written !== `${JSON.stringify(document, null, 2)}\n`)
    throw new Error('docs/openapi.json is not current: run npm run openapi');
});

test('is a valid document of OpenAPI 3.1', async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(structuredClone(document));
  expect({ valid, errors, version: validator.version }).toEqual({ valid: true, errors: undefined, version: '3.1' });
});

test('lists every call of the route table, and no other', () => {
  const listed = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(listed.toSorted()).toEqual(
    Object.values(routes)
      .map(({ method, path }) => `${method} ${path}`)
      .toSorted(),
  );
  expect(document.info['version']).toBe(CONTRACT_VERSION);
});

test('only health and the document need no token', () => {
  const open = Object.values(document.paths)
    .flatMap((methods) => Object.values(methods))
    .filter(({ security }) => security?.length === 0);
  expect(open.map(({ operationId }) => operationId).toSorted()).toEqual(['health', 'openapi']);
});

test('the schema of a body refuses what the endpoint refuses, and takes what it takes', () => {
  const schema = document.paths['/v1/claims']?.['post']?.requestBody?.content['application/json']?.schema;
  expect(faultsIn(schema, claimCommand({ fromALaterVersion: 1 }))).toBeNull();
  expect(faultsIn(schema, claimCommand({ session: 'two words' }))).not.toBeNull();
  expect(ClaimCommand.safeParse(claimCommand({ session: 'two words' })).success).toBe(false);
});

describe('what the endpoint answers is what the document says', () => {
  let endpoint: Awaited<ReturnType<typeof startTestEndpoint>>;
  let runId: string;
  beforeAll(async () => {
    endpoint = await startTestEndpoint();
    const claimed = await endpoint.call('POST', '/v1/claims', { body: claimCommand() });
    runId = ClaimAccepted.parse(claimed.body).answers[0]?.run?.runId ?? '';
  });
  afterAll(() => endpoint[Symbol.asyncDispose]());

  const session = 'acme/shop#12';
  const pullRequest = { repository: 'acme/shop', repositoryId: 100, number: 12 };
  const onPullRequest = `?session=acme/shop%2312&repositoryId=100&number=12`;
  const run = (more: Schema) => ({ session, runs: [{ runId, token: TOKEN, ...more }] });
  test.each<[string, number, string, (() => unknown) | null]>([
    ['POST /v1/claims', 201, '', () => claimCommand({ session: 'new' })],
    ['POST /v1/claims', 200, '', () => claimCommand({ holder: { tokenHash: 'b'.repeat(64), url: '' } })],
    ['POST /v1/heartbeats', 200, '', () => run({})],
    ['POST /v1/results', 200, '', () => submitCommand(runId)],
    ['GET /v1/reviews', 200, '?session=acme/shop%2312', null],
    ['GET /v1/previous', 200, onPullRequest, null],
    ['GET /v1/previous', 200, onPullRequest.replace('shop%2312', 'none'), null],
    ['GET /v1/runs', 200, onPullRequest, null],
    ['POST /v1/deliveries', 200, '', () => run({ commentId: 1, reviewId: null, checkId: null })],
    ['POST /v1/releases', 200, '', () => run({ status: 'failed', why: 'late' })],
    ['POST /v1/dismissals', 200, '', () => ({ action: 'pause', session, pullRequest, paused: true, by: 'me' })],
    ['POST /v1/dismissals', 404, '', () => ({ action: 'pause', session: 'none', pullRequest, paused: true, by: 'me' })],
    ['POST /v1/claims', 422, '', () => ({})],
    ['POST /v1/claims', 403, '', () => claimCommand({ session: 'acme/other#1' })],
    ['GET /v1/health', 200, '', null],
    ['GET /v1/openapi.json', 200, '', null],
  ])('%s %i', async (name, status, query, body) => {
    const [method = '', path = ''] = name.split(' ');
    const answer = await endpoint.call(method, `${path}${query}`, body === null ? {} : { body: body() });
    expect({ status: answer.status, body: answer.body }).toMatchObject({ status });
    const content = document.paths[path]?.[method.toLowerCase()]?.responses[String(status)]?.content;
    const type = answer.headers.get('content-type') ?? '';
    expect(faultsIn(content?.[type]?.schema, answer.body)).toBeNull();
  });
});
