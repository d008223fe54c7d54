import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from '@jest/globals';
import { createDynamoDbLedger } from '../../src/adapters/ledger-dynamodb/ledger.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { ClaimAccepted } from '../../src/core/ledger/commands.ts';
import { createTestTable } from '../support/dynamodb-local.ts';
import { claimCommand, hashOf } from './support/commands.ts';
import { PUSH_TO_MAIN, startTestEndpoint } from './support/endpoint.ts';

const CLAIMS = 64;

test(`of ${CLAIMS} simultaneous claims of one head, one is ours to review and all others wait for it`, async () => {
  await using table = await createTestTable();
  await using endpoint = await startTestEndpoint({
    ledgerFor: createDynamoDbLedger({ client: table.client, tableName: table.tableName, clock: systemClock }),
  });
  const claim = async (number: number) => {
    const holder = { tokenHash: hashOf(`holder ${number}`), url: `https://ci.test/runs/${number}` };
    const claims = { ...PUSH_TO_MAIN, run_id: String(1000 + number) };
    const { status, body } = await endpoint.call('POST', '/v1/claims', { body: claimCommand({ holder }), claims });
    const answer = ClaimAccepted.parse(body).answers[0];
    return { status, answer: answer?.answer, run: answer?.run?.runId, holder: answer?.run?.holderUrl };
  };
  const answers = await Promise.all(Array.from({ length: CLAIMS }, (_, number) => claim(number)));

  const won = answers.filter(({ status }) => status === 201);
  expect(won).toMatchObject([{ answer: 'review' }]);
  const [winner] = won;
  const waiting = answers.filter((answer) => answer !== winner);
  expect(waiting).toEqual(Array.from({ length: CLAIMS - 1 }, () => ({ ...winner, status: 200, answer: 'wait' })));

  const { Items = [] } = await table.client.send(new ScanCommand({ TableName: table.tableName }));
  expect(Items.map(({ sk }) => String(sk?.S?.split('#')[0])).toSorted()).toEqual(['PR', 'RUN', 'SESSION']);
});
