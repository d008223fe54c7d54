import type { BatchGetItemInput, TransactWriteItemsInput } from '@aws-sdk/client-dynamodb';
import { createTableLedger } from '../../../src/adapters/ledger-dynamodb/table-ledger.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { ClaimCommand } from '../../../src/core/ledger/commands.ts';
import { claimCommand } from '../../../test/lambda/support/commands.ts';
import type { ClaimCalls } from './bare-orders.ts';

/** Recorded by the ledger itself, with nothing found in the table. */
export async function callsOfClaim(tableName: string): Promise<ClaimCalls> {
  const reads: BatchGetItemInput[] = [];
  const writes: TransactWriteItemsInput[] = [];
  const ledgerFor = createTableLedger({
    tableName,
    clock: systemClock,
    calls: {
      batchGetItem: (input) => {
        reads.push(input);
        return Promise.resolve({});
      },
      transactWriteItems: (input) => {
        writes.push(input);
        return Promise.resolve();
      },
      putItem: () => Promise.reject(new Error('a claim puts nothing by itself')),
      query: () => Promise.reject(new Error('a claim queries nothing')),
    },
  });
  await ledgerFor({ ownerId: '7', workflowRun: null, trust: 'protected' }).claim(ClaimCommand.parse(claimCommand()));
  const [read] = reads;
  const [write] = writes;
  const pk = write?.TransactItems?.[0]?.Put?.Item?.['pk']?.S;
  if (read === undefined || write === undefined || pk === undefined || reads.length + writes.length !== 2) {
    throw new Error('a claim asked DynamoDB for something else than one read and one write');
  }
  return { pk, read, write };
}
