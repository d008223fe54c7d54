import { paginateScan } from '@aws-sdk/client-dynamodb';
import type { EpochSeconds } from '../../../core/ids.ts';
import { SessionItem } from '../../../core/ledger/items.ts';
import { SESSION_SK, sessionPrefix } from '../../../ledger/keys.ts';
import { parseItem } from '../../../ledger/parse-item.ts';
import { fromAttributes } from '../attributes.ts';
import { ledgerFault } from '../faults.ts';
import type { AdministeredTable } from './flags.ts';

/**
 * Every session of one owner, in no order. No index holds them: the whole table is read, and paid for by its size,
 * whatever is found.
 */
export async function listSessions(
  table: AdministeredTable,
  ownerId: string,
  now: EpochSeconds,
): Promise<SessionItem[]> {
  try {
    return (await scanSessions(table, ownerId)).filter(({ expiresAt }) => expiresAt > now);
  } catch (error) {
    throw ledgerFault(error, table.tableName);
  }
}

async function scanSessions({ client, tableName }: AdministeredTable, ownerId: string): Promise<SessionItem[]> {
  const pages = paginateScan(
    { client },
    {
      TableName: tableName,
      ConsistentRead: true,
      FilterExpression: 'sk = :sk AND begins_with(pk, :pk)',
      ExpressionAttributeValues: { ':sk': { S: SESSION_SK }, ':pk': { S: sessionPrefix(ownerId) } },
    },
  );
  const sessions: SessionItem[] = [];
  for await (const page of pages) {
    for (const attributes of page.Items ?? []) {
      sessions.push(parseItem(SessionItem, fromAttributes(attributes).item, 'session'));
    }
  }
  return sessions;
}
