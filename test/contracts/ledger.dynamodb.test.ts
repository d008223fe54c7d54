import { createDynamoDbLedger } from '../../src/adapters/ledger-dynamodb/ledger.ts';
import { createTableLedger } from '../../src/adapters/ledger-dynamodb/table-ledger.ts';
import { createTestTable, signedCallsOf } from '../support/dynamodb-local.ts';
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

ledgerContract('DynamoDB, by signed requests', async () => {
  const clock = steeredClock();
  const table = await createTestTable();
  const ledgerFor = createTableLedger({ calls: signedCallsOf(table), tableName: table.tableName, clock });
  return {
    ledgerFor,
    clock,
    [Symbol.asyncDispose]: () => table[Symbol.asyncDispose](),
  };
});
