import { createDynamoDbLedger } from '../../src/adapters/ledger-dynamodb/ledger.ts';
import { createTestTable } from '../support/dynamodb-local.ts';
import { steeredClock } from './ledger-harness.ts';
import { ledgerContract } from './ledger.contract.ts';

ledgerContract('DynamoDB', async () => {
  const clock = steeredClock();
  const table = await createTestTable();
  const ledgerFor = createDynamoDbLedger({ client: table.client, tableName: table.tableName, clock });
  return {
    ledgerFor,
    clock,
    [Symbol.asyncDispose]: () => table[Symbol.asyncDispose](),
  };
});
