import { expect, test } from '@jest/globals';
import { BatchWriteItemCommand, ScanCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { createDynamoDbLedger } from '../../../src/adapters/ledger-dynamodb/ledger.ts';
import {
  aCaller,
  aHolder,
  aSession,
  aSight,
  claimOne,
  reviewWhole,
  steeredClock,
} from '../../contracts/ledger-harness.ts';
import { aKey, sha } from '../../support/builders.ts';
import { createTestTable, type TestTable } from '../../support/dynamodb-local.ts';

/** As `aws dynamodb scan` writes it, and as it is put back. */
async function exported({ client, tableName }: TestTable): Promise<string> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName }));
  return JSON.stringify(Items, (_key, value: unknown) =>
    value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value,
  );
}

async function putBack(json: string, { client, tableName }: TestTable): Promise<void> {
  const items = JSON.parse(json, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && 'base64' in value
      ? new Uint8Array(Buffer.from(String(value.base64), 'base64'))
      : value,
  ) as Record<string, AttributeValue>[];
  const requests = items.map((Item) => ({ PutRequest: { Item } }));
  await client.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: requests } }));
}

test('what was exported from one table and put into another goes on there as it was', async () => {
  await using lost = await createTestTable();
  await using restored = await createTestTable();
  const clock = steeredClock();
  const over = ({ client, tableName }: TestTable) => createDynamoDbLedger({ client, tableName, clock })(aCaller());
  const anna = aHolder('anna');
  const query = { session: aSession, repositoryId: aKey.repositoryId, number: aKey.number };

  const first = await reviewWhole(over(lost), anna, aSight({ clock }));
  await putBack(await exported(lost), restored);

  const ledger = over(restored);
  expect(await ledger.previous(query)).toEqual(await over(lost).previous(query));
  expect(await claimOne(ledger, aHolder('ben'), aSight({ clock }))).toMatchObject({
    answer: 'skip',
    reason: 'already-reviewed',
  });
  clock.advance(60);
  const next = await claimOne(ledger, anna, aSight({ clock }, { headSha: sha('b') }));
  expect(next).toMatchObject({ answer: 'review', previous: { runId: first.run?.runId } });
});
