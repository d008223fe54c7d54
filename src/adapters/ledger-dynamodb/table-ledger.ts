import type { Caller } from '../../core/ledger/commands.ts';
import { createLedger, type LedgerOptions } from '../../ledger/ledger.ts';
import type { Ledger } from '../../ports/ledger.ts';
import type { Table } from './calls.ts';
import { createDynamoDbStore } from './store.ts';

/** The ledger in a table of DynamoDB, whoever carries the calls there. */
export function createTableLedger({
  calls,
  tableName,
  time = 'clock',
  ...options
}: LedgerOptions & Table): (caller: Caller) => Ledger {
  return (caller) =>
    createLedger({ ...options, caller, store: createDynamoDbStore({ calls, tableName, time }, caller.ownerId) });
}
