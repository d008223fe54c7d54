import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Caller } from '../../core/ledger/commands.ts';
import type { LedgerOptions } from '../../ledger/ledger.ts';
import type { Ledger } from '../../ports/ledger.ts';
import { sdkCalls } from './sdk-calls.ts';
import { createTableLedger } from './table-ledger.ts';

export type DynamoDbLedgerOptions = LedgerOptions & {
  /** Its retries, time limits, region and credentials are whoever made it's. */
  client: DynamoDBClient;
  tableName: string;
  /**
   * Whose time decides. `clock`: ours, where one clock serves all callers, as the endpoint's does. `answers`: the `Date`
   * of DynamoDB's answers, where callers are machines whose clocks nobody compares.
   */
  time?: 'clock' | 'answers';
};

/** The ledger in DynamoDB by AWS's own client: straight from the action, and from people's machines. */
export function createDynamoDbLedger({ client, ...options }: DynamoDbLedgerOptions): (caller: Caller) => Ledger {
  return createTableLedger({ ...options, calls: sdkCalls(client) });
}
