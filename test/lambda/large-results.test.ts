import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { createApp } from '../../lambda/app.ts';
import { createOpenGatekeeper } from '../../lambda/auth/gatekeeper.ts';
import { handlerOf } from '../../lambda/create-handler.ts';
import { createDynamoDbLedger } from '../../src/adapters/ledger-dynamodb/ledger.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { ClaimAccepted } from '../../src/core/ledger/commands.ts';
import { CommitSha, OwnerId } from '../../src/core/ids.ts';
import { aFinding } from '../support/builders.ts';
import { createTestTable } from '../support/dynamodb-local.ts';
import { claimCommand, HEAD, reviewResult, submitCommand } from './support/commands.ts';
import { eventOf } from './support/event.ts';

/** Lambda's bound on an event and on an answer, each as JSON. */
const LAMBDA_BYTES = 6 * 1024 * 1024;
const FILES = 10_000;
const FINDINGS = 2_500;

/** Words in no order, always the same: text that packs about as well as prose does. */
function words(seed: number, count: number): string {
  let state = seed + 1;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8).toString(36).slice(0, 5);
  }).join(' ');
}

const paths = Array.from(
  { length: FILES },
  (_, index) => `packages/${index % 40}/src/${words(index, 2).replace(' ', '/')}-${index}.ts`,
);
const findings = Array.from({ length: FINDINGS }, (_, index) =>
  aFinding({
    id: `f${String(index).padStart(23, '0')}`,
    shortId: index + 1,
    path: paths[index]!,
    title: words(index, 10),
    body: words(index + 1e6, 300),
    firstSeenSha: CommitSha.parse(HEAD),
  }),
);
const result = {
  ...reviewResult(),
  verdict: 'changes_requested',
  findings,
  coverage: {
    ...reviewResult().coverage,
    covered: paths.map((path) => ({ path, previousPath: null, version: 0 })),
  },
};

test('5 MB of findings and 10,000 files of coverage go in and out through events of 6 MB', async () => {
  await using table = await createTestTable();
  const { client, tableName } = table;
  const handler = handlerOf(
    createApp({
      ledgerFor: createDynamoDbLedger({ client, tableName, clock: systemClock }),
      gatekeeper: createOpenGatekeeper({ ownerId: OwnerId.parse('7'), workflowRun: null, trust: 'protected' }),
      log: () => undefined,
    }),
  );
  const headers = { 'content-type': 'application/json', 'accept-encoding': 'gzip' };
  const claimed = await handler(eventOf('POST', '/v1/claims', { headers, body: JSON.stringify(claimCommand()) }));
  const runId = ClaimAccepted.parse(JSON.parse(claimed.body ?? '')).answers[0]?.run?.runId ?? '';
  expect(Buffer.byteLength(JSON.stringify(findings))).toBeGreaterThan(5_000_000);

  const text = JSON.stringify(submitCommand(runId, result));
  expect(Buffer.byteLength(JSON.stringify(eventOf('POST', '/v1/results', { headers, body: text })))).toBeGreaterThan(
    LAMBDA_BYTES,
  );
  const event = eventOf('POST', '/v1/results', {
    headers: { ...headers, 'content-encoding': 'gzip' },
    body: gzipSync(text).toString('base64'),
    isBase64Encoded: true,
  });
  expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(LAMBDA_BYTES);
  const submitted = await handler(event);
  expect(submitted).toMatchObject({ statusCode: 200 });
  expect(JSON.parse(submitted.body ?? '')).toMatchObject({ results: [{ runId, status: 'recorded' }] });

  const { Items: chunks = [] } = await client.send(
    new QueryCommand({
      TableName: tableName,
      ProjectionExpression: 'sk',
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
      ExpressionAttributeValues: { ':pk': { S: 'OWNER#7#SESSION#acme/shop#12' }, ':sk': { S: 'DATA#' } },
    }),
  );
  expect(chunks.length).toBeGreaterThan(1);

  const target = '/v1/previous?session=acme%2Fshop%2312&repositoryId=100&number=12';
  const read = await handler(eventOf('GET', target, { headers }));
  expect(Buffer.byteLength(JSON.stringify(read))).toBeLessThan(LAMBDA_BYTES);
  expect(read).toMatchObject({ statusCode: 200, isBase64Encoded: true, headers: { 'content-encoding': 'gzip' } });
  const answer = JSON.parse(gunzipSync(Buffer.from(read.body ?? '', 'base64')).toString()) as {
    record: { result: unknown };
  };
  expect(answer.record.result).toEqual(result);
});
