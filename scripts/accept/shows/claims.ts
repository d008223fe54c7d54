import assert from 'node:assert/strict';
import type { DynamoDbLocal } from '../../../src/adapters/dynamodb-local/server.ts';
import { ClaimAccepted, claimOf, newHolder, startPlainEndpoint } from './endpoint.ts';

/** 64 runners claim the same session, PR and SHA at once: one gets it, the others are told who has it. */
export async function simultaneousClaims(callers = 64, database?: DynamoDbLocal): Promise<string> {
  await using endpoint = await startPlainEndpoint(database);
  const answers = await Promise.all(
    Array.from({ length: callers }, () => endpoint.post('/v1/claims', claimOf(newHolder(), [12]), ClaimAccepted)),
  );
  const winners = answers.filter(({ status }) => status === 201);
  assert.equal(winners.length, 1, `statuses ${answers.map(({ status }) => status).join(' ')}`);
  const [won] = winners;
  const runId = won?.body.answers[0]?.run?.runId;
  assert.equal(won?.body.answers[0]?.answer, 'review');
  const others = answers.filter(({ status }) => status !== 201);
  for (const { status, body } of others) {
    assert.equal(status, 200);
    assert.equal(body.answers[0]?.answer, 'wait');
    assert.equal(body.answers[0]?.run?.runId, runId);
    assert.equal(body.batchId.length > 0, true);
  }
  const runs = (await endpoint.items()).filter((item) => JSON.stringify(item['sk']).includes('RUN#'));
  assert.equal(runs.length, 1);
  return `${winners.length} answered 201, ${others.length} wait and name ${runId ?? ''}; the table holds ${runs.length} run`;
}
