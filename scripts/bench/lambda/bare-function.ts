import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { readEnvironment } from '../../../lambda/environment.ts';
import { createSignedCalls } from '../../../src/adapters/ledger-dynamodb/signed/calls.ts';
import { RECORDED, SESSION_HEADER, type ClaimCalls } from './bare-orders.ts';

/**
 * What a claim asks of DynamoDB, and nothing else: what any function pays for those two calls under this runtime, on this
 * machine. Made into a bundle of its own by the benchmark.
 */
const { dynamodb } = readEnvironment(process.env);
const calls = createSignedCalls({ ...dynamodb, connectionTimeoutMs: 1_000, requestTimeoutMs: 5_000 });
const recorded = JSON.parse(process.env[RECORDED] ?? '') as ClaimCalls;
/** As long as what answers a claim. */
const ANSWER = 'x'.repeat(700);

export async function handler(event: APIGatewayProxyEventV2) {
  const pk = `${recorded.pk}${event.headers[SESSION_HEADER] ?? ''}`;
  await calls.batchGetItem({
    RequestItems: Object.fromEntries(
      Object.entries(recorded.read.RequestItems ?? {}).map(([table, { Keys = [], ...rest }]) => [
        table,
        {
          ...rest,
          Keys: Keys.map((key) => ({ ...key, pk: { S: key['pk']?.S === recorded.pk ? pk : (key['pk']?.S ?? '') } })),
        },
      ]),
    ),
  });
  await calls.transactWriteItems({
    TransactItems: (recorded.write.TransactItems ?? []).map(({ Put: put }) => ({
      Put: { TableName: put?.TableName, ...put, Item: { ...put?.Item, pk: { S: pk } } },
    })),
  });
  return { statusCode: 201, headers: { 'content-type': 'application/json' }, body: ANSWER };
}
