import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoDbLedger } from '../adapters/ledger-dynamodb/ledger.ts';
import { timeLimits } from '../adapters/ledger-dynamodb/time-limits.ts';
import { systemClock } from '../adapters/system/clock.ts';
import type { TableConfig } from '../core/config.ts';
import type { Caller } from '../core/ledger/commands.ts';
import type { Ledger } from '../ports/ledger.ts';

const LIMITS = { connectionMs: 5_000, requestMs: 10_000 };

/** The ledger in a table of its own, with AWS credentials from the environment. */
export function openTableLedger({ table, region }: TableConfig, caller: Caller): Ledger {
  const client = new DynamoDBClient({ region, maxAttempts: 4, requestHandler: timeLimits(LIMITS) });
  return createDynamoDbLedger({ client, tableName: table, clock: systemClock, time: 'answers' })(caller);
}
