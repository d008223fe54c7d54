import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoDbLedger } from '../adapters/ledger-dynamodb/ledger.ts';
import { systemClock } from '../adapters/system/clock.ts';
import type { TableConfig } from '../core/config.ts';
import type { Caller } from '../core/ledger/commands.ts';
import type { Ledger } from '../ports/ledger.ts';

/** The ledger in a table of its own, with AWS credentials from the environment. */
export function openTableLedger({ table, region }: TableConfig, caller: Caller): Ledger {
  const client = new DynamoDBClient({ region, maxAttempts: 4 });
  return createDynamoDbLedger({ client, tableName: table, clock: systemClock, time: 'answers' })(caller);
}
