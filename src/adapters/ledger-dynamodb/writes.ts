import type { Put, TransactWriteItem, Update } from '@aws-sdk/client-dynamodb';
import type { EpochSeconds } from '../../core/ids.ts';
import type { LedgerChange, SupersededRun } from '../../core/ledger/state.ts';
import { dataSk, pullRequestSk, runSk, SESSION_SK, type ItemKey } from '../../ledger/keys.ts';
import type { DataBlob } from '../../ports/ledger-store.ts';
import { keyAttributes, toAttributes } from './attributes.ts';
import type { Table } from './calls.ts';

/** A transaction takes 100 items and 4 MB; data rides in it as long as there is ample room, else it goes before. */
const MAX_ITEMS = 100;
const MAX_DATA_BYTES_INSIDE = 1_000_000;
const PUTS_AT_ONCE = 4;

/** An expired item that DynamoDB has not removed yet is no obstacle. */
const ABSENT = 'attribute_not_exists(pk) OR expiresAt <= :now';

export async function writeChange(
  table: Table,
  pk: string,
  change: LedgerChange,
  data: readonly DataBlob[],
  now: EpochSeconds,
): Promise<void> {
  const { tableName } = table;
  const items: TransactWriteItem[] = [
    ...change.pullRequests.map(({ item, readVersion }) => {
      const key = { pk, sk: pullRequestSk(item.pullRequest) };
      return { Put: putIf(tableName, key, item, 'version', readVersion, now) };
    }),
    ...change.runs.map(({ item, readRevision }) => {
      return { Put: putIf(tableName, { pk, sk: runSk(item.runId) }, item, 'revision', readRevision, now) };
    }),
    ...change.superseded.map((run) => ({ Update: supersede(tableName, { pk, sk: runSk(run.runId) }, run) })),
    // Whoever writes it writes the same but for times that nothing rests on.
    ...(change.session === null ? [] : [{ Put: putAlways(tableName, { pk, sk: SESSION_SK }, change.session) }]),
  ];
  const puts = data.flatMap((blob) => dataPuts(tableName, pk, blob));
  const bytes = data.flatMap(({ chunks }) => chunks).reduce((sum, chunk) => sum + chunk.length, 0);
  const inside = bytes <= MAX_DATA_BYTES_INSIDE && items.length + puts.length <= MAX_ITEMS;
  if (!inside) await putAll(table, puts);
  await writeTogether(table, inside ? [...items, ...puts.map((put) => ({ Put: put }))] : items);
}

async function writeTogether({ calls }: Table, items: readonly TransactWriteItem[]): Promise<void> {
  const [only] = items;
  if (items.length === 1 && only?.Put !== undefined) {
    // One conditional put is as atomic as a transaction of one, at half its price.
    await calls.putItem(only.Put);
    return;
  }
  await calls.transactWriteItems({ TransactItems: [...items] });
}

async function putAll({ calls }: Table, puts: readonly Put[]): Promise<void> {
  for (let start = 0; start < puts.length; start += PUTS_AT_ONCE) {
    const some = puts.slice(start, start + PUTS_AT_ONCE);
    await Promise.all(some.map((put) => calls.putItem(put)));
  }
}

function dataPuts(tableName: string, pk: string, { ref, chunks }: DataBlob): Put[] {
  return chunks.map((chunk, index) => {
    return putAlways(tableName, { pk, sk: dataSk(ref, index) }, { schema: 1, chunk, expiresAt: ref.expiresAt });
  });
}

/** Only where the item still has the number it was read with; null: where it still is absent. */
function putIf(
  tableName: string,
  key: ItemKey,
  item: Record<string, unknown>,
  attribute: 'version' | 'revision',
  read: number | null,
  now: EpochSeconds,
): Put {
  const put = putAlways(tableName, key, item);
  if (read === null) {
    return { ...put, ConditionExpression: ABSENT, ExpressionAttributeValues: { ':now': { N: String(now) } } };
  }
  return {
    ...put,
    ConditionExpression: '#number = :read',
    ExpressionAttributeNames: { '#number': attribute },
    ExpressionAttributeValues: { ':read': { N: String(read) } },
  };
}

function putAlways(tableName: string, key: ItemKey, item: Record<string, unknown>): Put {
  return { TableName: tableName, Item: toAttributes(key, item) };
}

/** The run was not read: its PR item, written in the same transaction, is what guards it. */
function supersede(tableName: string, key: ItemKey, run: SupersededRun): Update {
  return {
    TableName: tableName,
    Key: keyAttributes(key),
    ConditionExpression: 'attribute_exists(pk)',
    UpdateExpression: 'SET #status = :superseded, why = :why, supersededBy = :by, revision = :revision',
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: {
      ':superseded': { S: 'superseded' },
      ':why': { S: run.why },
      ':by': { S: run.supersededBy },
      ':revision': { N: String(run.revision) },
    },
  };
}
