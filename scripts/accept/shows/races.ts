import assert from 'node:assert/strict';
import { CreateTableCommand, paginateScan, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  dynamoDbLocalClient,
  startDynamoDbLocal,
  type DynamoDbLocal,
} from '../../../src/adapters/dynamodb-local/server.ts';
import { createDynamoDbLedger } from '../../../src/adapters/ledger-dynamodb/ledger.ts';
import { tableDefinition } from '../../../src/adapters/ledger-dynamodb/table.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import type { ClaimAnswer } from '../../../src/core/ledger/commands.ts';
import type { Ledger } from '../../../src/ports/ledger.ts';
import type * as z from 'zod';
import { aBatchOfReviews } from '../../bench/reviews.ts';

const CLAIMERS = 16;
/** Races under way at once. */
const AT_ONCE = 2;

type Answer = z.infer<typeof ClaimAnswer>;

/** In each race 16 holders claim one head of one pull request at once; each race is about another one. */
export async function oneWinnerEach(races: number, database?: DynamoDbLocal): Promise<string> {
  await using stack = new AsyncDisposableStack();
  const { endpoint } = database ?? stack.use(await startDynamoDbLocal());
  const client = dynamoDbLocalClient(endpoint);
  stack.defer(() => client.destroy());
  const tableName = `races-${Math.random().toString(36).slice(2)}`;
  await client.send(new CreateTableCommand({ ...tableDefinition, TableName: tableName }));
  const ledgerFor = createDynamoDbLedger({ client, tableName, clock: systemClock });
  const ledger = ledgerFor({ ownerId: '4242', workflowRun: null, trust: 'contributor' });
  const names = Array.from({ length: races }, (_, index) => `race-${index}`).values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      // One iterator for all of them: each takes the next.
      for (const name of names) await race(ledger, name);
    }),
  );
  const stored = await storedRuns(client, tableName);
  assert.deepEqual(stored, { runs: races, claims: races });
  const waited = races * (CLAIMERS - 1);
  return `${races} races of ${CLAIMERS}: ${races} winners, ${waited} wait and name the winner; the table holds ${stored.runs} runs of one attempt each`;
}

async function race(ledger: Ledger, name: string): Promise<void> {
  const now = systemClock.now();
  const outcomes = await Promise.all(
    Array.from({ length: CLAIMERS }, () => ledger.claim(aBatchOfReviews(name, 1, now).claim)),
  );
  const answers: Answer[] = outcomes.flatMap((outcome) => (outcome.outcome === 'answered' ? outcome.answers : []));
  assert.equal(answers.length, CLAIMERS, `${name}: a claim was refused`);
  const winners = answers.filter(({ answer }) => answer === 'review');
  assert.equal(winners.length, 1, `${name}: ${answers.map(({ answer }) => answer).join(' ')}`);
  const won = winners[0]?.run;
  for (const { answer, run } of answers.filter((each) => each !== winners[0])) {
    assert.deepEqual([answer, run?.runId, run?.batchId], ['wait', won?.runId, won?.batchId], name);
  }
}

/** How many runs there are, and how many attempts at all of them. */
async function storedRuns(client: DynamoDBClient, tableName: string): Promise<{ runs: number; claims: number }> {
  const pages = paginateScan(
    { client },
    {
      TableName: tableName,
      ConsistentRead: true,
      FilterExpression: 'begins_with(sk, :run)',
      ExpressionAttributeValues: { ':run': { S: 'RUN#' } },
    },
  );
  const counted = { runs: 0, claims: 0 };
  for await (const { Items = [] } of pages) {
    counted.runs += Items.length;
    counted.claims += Items.reduce((sum, item) => sum + (item['attempts']?.L?.length ?? 0), 0);
  }
  return counted;
}
