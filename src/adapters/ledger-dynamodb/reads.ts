import type { EpochSeconds } from '../../core/ids.ts';
import type { ItemKey } from '../../ledger/keys.ts';
import { LedgerUnavailable } from '../../ports/ledger.ts';
import { fromAttributes, keyAttributes, type Attributes } from './attributes.ts';
import type { Table } from './calls.ts';

export type ItemsRead = {
  /** By `pk` and `sk` joined with a line feed. */
  items: Map<string, Record<string, unknown>>;
  /** The `Date` of the last answer, where the table was asked for it and an answer had one. */
  at: EpochSeconds | null;
};

/** DynamoDB takes this many keys at once. */
const MAX_KEYS = 100;
const MAX_ROUNDS = 100;

/**
 * Strongly consistent, one request for up to 100 keys; another only for what DynamoDB left over (more than 16 MB, or
 * throttled).
 */
export async function getItems(table: Table, keys: readonly ItemKey[]): Promise<ItemsRead> {
  const found = new Map<string, Record<string, unknown>>();
  let at: EpochSeconds | null = null;
  let waiting: Attributes[] = keys.map(keyAttributes);
  for (let round = 1; waiting.length > 0; round += 1) {
    if (round > MAX_ROUNDS) throw new LedgerUnavailable('DynamoDB kept leaving items out of its answers.');
    const request = { [table.tableName]: { Keys: waiting.slice(0, MAX_KEYS), ConsistentRead: true } };
    const tellDate = table.time === 'answers' ? (date: EpochSeconds) => (at = date) : undefined;
    const answer = await table.calls.batchGetItem({ RequestItems: request }, tellDate);
    for (const attributes of answer.Responses?.[table.tableName] ?? []) {
      const { key, item } = fromAttributes(attributes);
      found.set(keyText(key), item);
    }
    waiting = [...(answer.UnprocessedKeys?.[table.tableName]?.Keys ?? []), ...waiting.slice(MAX_KEYS)];
  }
  return { items: found, at };
}

/** Every item of a partition whose sort key starts so, over all pages, strongly consistent. */
export async function queryPrefix(table: Table, prefix: ItemKey): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  let from: Attributes | undefined;
  do {
    const page = await table.calls.query({
      TableName: table.tableName,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
      ExpressionAttributeValues: { ':pk': { S: prefix.pk }, ':sk': { S: prefix.sk } },
      ...(from === undefined ? {} : { ExclusiveStartKey: from }),
    });
    for (const attributes of page.Items ?? []) items.push(fromAttributes(attributes).item);
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return items;
}

export function keyText({ pk, sk }: ItemKey): string {
  return `${pk}\n${sk}`;
}
