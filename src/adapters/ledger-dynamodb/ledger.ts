import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Caller } from '../../core/ledger/commands.ts';
import { createLedger, type LedgerOptions } from '../../ledger/ledger.ts';
import type { Ledger } from '../../ports/ledger.ts';
import { createDynamoDbStore } from './store.ts';

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

/** The ledger in DynamoDB: of the endpoint, or straight from the action. */
export function createDynamoDbLedger({
  client,
  tableName,
  time = 'clock',
  ...options
}: DynamoDbLedgerOptions): (caller: Caller) => Ledger {
  return (caller) =>
    createLedger({ ...options, caller, store: createDynamoDbStore({ client, tableName, time }, caller.ownerId) });
}
