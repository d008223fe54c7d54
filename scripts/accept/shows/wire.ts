import assert from 'node:assert/strict';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { startDynamoDbLocal, type DynamoDbLocal } from '../../../src/adapters/dynamodb-local/server.ts';
import { createDynamoDbLedger } from '../../../src/adapters/ledger-dynamodb/ledger.ts';
import { tableDefinition } from '../../../src/adapters/ledger-dynamodb/table.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { countingClient } from '../../bench/counting-client.ts';
import { aBatchOfReviews } from '../../bench/reviews.ts';

/** One read and one transaction for a claim of one PR, and for a submission of one small result. */
export async function twoRequestsEach(database?: DynamoDbLocal): Promise<string> {
  await using stack = new AsyncDisposableStack();
  const { endpoint } = database ?? stack.use(await startDynamoDbLocal());
  const counting = stack.use(countingClient(endpoint, { units: false }));
  const { client, wire } = counting;
  const tableName = `wire-${Math.random().toString(36).slice(2)}`;
  await client.send(new CreateTableCommand({ ...tableDefinition, TableName: tableName }));
  const ledgerFor = createDynamoDbLedger({ client, tableName, clock: systemClock });
  const ledger = ledgerFor({ ownerId: '4242', workflowRun: null, trust: 'contributor' });
  const { claim, submit } = aBatchOfReviews('acme/shop#1', 1, systemClock.now());

  counting.reset();
  const claimed = await ledger.claim(claim);
  const ofClaim = wire.requests;
  assert.equal(claimed.outcome === 'answered' && claimed.answers[0]?.answer, 'review');

  counting.reset();
  const submitted = await ledger.submit(submit);
  const ofSubmission = wire.requests;
  assert.equal(submitted.outcome === 'answered' && submitted.results[0]?.status, 'recorded');

  assert.deepEqual(
    [ofClaim, ofSubmission],
    [
      ['BatchGetItem', 'TransactWriteItems'],
      ['BatchGetItem', 'TransactWriteItems'],
    ],
  );
  return `claim: ${ofClaim.join(', ')}; submission: ${ofSubmission.join(', ')}`;
}
