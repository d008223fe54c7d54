import { DeleteItemCommand, paginateScan, PutItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Flags } from '../../../core/ledger/flags.ts';
import { FlagItem, ITEM_SCHEMA, type FlagSetting } from '../../../core/ledger/items.ts';
import { DEPLOYMENT_FLAG, ownerFlag, ownerOfFlag, type ItemKey } from '../../../ledger/keys.ts';
import { parseItem } from '../../../ledger/parse-item.ts';
import { LedgerUnavailable } from '../../../ports/ledger.ts';
import { fromAttributes, keyAttributes, toAttributes } from '../attributes.ts';
import { ledgerFault } from '../faults.ts';
import { getItems, keyText } from '../reads.ts';
import { sdkCalls } from '../sdk-calls.ts';

/** Whose setting of the incremental rollout: null for the deployment's. */
export type FlagOwner = string | null;

/** The incremental rollout as people set it, straight in the table and with credentials of their own. */
export type FlagTable = {
  read(ownerId: FlagOwner): Promise<Flags>;
  /** Every owner that has a setting of its own. Reads the whole table, which costs accordingly. */
  owners(): Promise<{ ownerId: string; item: FlagItem }[]>;
  /** Null takes the setting away. */
  write(ownerId: FlagOwner, setting: FlagSetting | null): Promise<void>;
};

/** The table as AWS's own client reaches it. */
export type AdministeredTable = { client: DynamoDBClient; tableName: string };

export function createFlagTable(table: AdministeredTable): FlagTable {
  const { client, tableName } = table;
  const calls = sdkCalls(client);
  const asFault = (error: unknown): never => {
    throw faultOf(error, tableName);
  };
  return {
    async read(ownerId) {
      const keys = [DEPLOYMENT_FLAG, ...(ownerId === null ? [] : [ownerFlag(ownerId)])];
      const { items: found } = await getItems({ calls, tableName }, keys).catch(asFault);
      const flagAt = (key: ItemKey | null): FlagItem | null => {
        const raw = key === null ? undefined : found.get(keyText(key));
        return raw === undefined ? null : parseItem(FlagItem, raw, 'flag');
      };
      return { deployment: flagAt(DEPLOYMENT_FLAG), owner: flagAt(ownerId === null ? null : ownerFlag(ownerId)) };
    },
    owners: () => scanOwners(table).catch(asFault),
    async write(ownerId, setting) {
      const key = ownerId === null ? DEPLOYMENT_FLAG : ownerFlag(ownerId);
      const sending =
        setting === null
          ? client.send(new DeleteItemCommand({ TableName: tableName, Key: keyAttributes(key), ...unlessNewer }))
          : client.send(
              new PutItemCommand({
                TableName: tableName,
                Item: toAttributes(key, { schema: ITEM_SCHEMA, setting }),
                ...unlessNewer,
              }),
            );
      await sending.catch(asFault);
    },
  };
}

/** A setting that a newer version wrote may say more than this one knows. */
const unlessNewer = {
  ConditionExpression: 'attribute_not_exists(#schema) OR #schema <= :schema',
  ExpressionAttributeNames: { '#schema': 'schema' },
  ExpressionAttributeValues: { ':schema': { N: String(ITEM_SCHEMA) } },
};

function faultOf(error: unknown, tableName: string): Error {
  if (error instanceof Error && error.name === 'ConditionalCheckFailedException') {
    return new LedgerUnavailable('The flag was set by a newer version of Pushback. Update Pushback.', { cause: error });
  }
  return ledgerFault(error, tableName);
}

async function scanOwners({ client, tableName }: AdministeredTable): Promise<{ ownerId: string; item: FlagItem }[]> {
  const pages = paginateScan(
    { client },
    {
      TableName: tableName,
      ConsistentRead: true,
      FilterExpression: 'sk = :sk',
      ExpressionAttributeValues: { ':sk': { S: DEPLOYMENT_FLAG.sk } },
    },
  );
  const owners: { ownerId: string; item: FlagItem }[] = [];
  for await (const page of pages) {
    for (const attributes of page.Items ?? []) {
      const { key, item } = fromAttributes(attributes);
      const ownerId = ownerOfFlag(key);
      if (ownerId !== null) owners.push({ ownerId, item: parseItem(FlagItem, item, 'flag') });
    }
  }
  return owners.toSorted((a, b) => a.ownerId.localeCompare(b.ownerId, 'en', { numeric: true }));
}
