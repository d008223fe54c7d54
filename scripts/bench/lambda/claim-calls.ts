import type { BatchGetItemInput, TransactWriteItemsInput } from '@aws-sdk/client-dynamodb';
import { createTableLedger } from '../../../src/adapters/ledger-dynamodb/table-ledger.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { ClaimCommand } from '../../../src/core/ledger/commands.ts';
import { claimCommand } from '../../../test/lambda/support/commands.ts';

/** What the first claim of a pull request asks of DynamoDB, and the partition that it asks for. */
export type ClaimCalls = { pk: string; read: BatchGetItemInput; write: TransactWriteItemsInput };

/** Variable that the bare function finds them in, and header that makes its partition another one. */
export const RECORDED = 'BARE_CALLS';
export const SESSION_HEADER = 'x-bare-session';

/** Recorded by the ledger itself, with nothing found in the table. */
export async function callsOfClaim(tableName: string): Promise<ClaimCalls> {
  let read: BatchGetItemInput | null = null;
  let write: TransactWriteItemsInput | null = null;
  const ledgerFor = createTableLedger({
    tableName,
    clock: systemClock,
    calls: {
      batchGetItem: (input) => {
        read = input;
        return Promise.resolve({});
      },
      transactWriteItems: (input) => {
        write = input;
        return Promise.resolve();
      },
      putItem: () => Promise.reject(new Error('a claim puts nothing by itself')),
      query: () => Promise.reject(new Error('a claim queries nothing')),
    },
  });
  await ledgerFor({ ownerId: '7', workflowRun: null, trust: 'protected' }).claim(ClaimCommand.parse(claimCommand()));
  const recorded = { read, write } as { read: BatchGetItemInput | null; write: TransactWriteItemsInput | null };
  const pk = recorded.write?.TransactItems?.[0]?.Put?.Item?.['pk']?.S;
  if (recorded.read === null || recorded.write === null || pk === undefined) {
    throw new Error('a claim did not ask DynamoDB for what it must');
  }
  return { pk, read: recorded.read, write: recorded.write };
}
