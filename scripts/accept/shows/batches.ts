import assert from 'node:assert/strict';
import * as z from 'zod';
import type { DynamoDbLocal } from '../../../src/adapters/dynamodb-local/server.ts';
import { ClaimAccepted, claimOf, newHolder, resultOf, startPlainEndpoint, type PlainEndpoint } from './endpoint.ts';

const Refused = z.object({ errors: z.array(z.object({ path: z.string() })) });
const Answered = z.object({ results: z.array(z.object({ status: z.string() })) });

/** One item of three is wrong: the whole batch is refused, and not an item of the table differs. */
export async function invalidBatch(database?: DynamoDbLocal): Promise<string> {
  await using endpoint = await startPlainEndpoint(database);
  const { holder, runIds } = await claimThree(endpoint);
  const before = await endpoint.items();
  const [first = '', second = '', third = ''] = runIds;
  const wrong = { verdict: 'changes_requested' };
  const refused = await endpoint.post(
    '/v1/results',
    {
      session: 'acme/shop#stack',
      results: [resultOf(first, holder.token), resultOf(second, holder.token, wrong), resultOf(third, holder.token)],
    },
    Refused,
  );
  assert.equal(refused.status, 422);
  assert.ok(
    refused.body.errors.every(({ path }) => path.startsWith('results.1')),
    JSON.stringify(refused.body.errors),
  );
  assert.deepEqual(sorted(await endpoint.items()), sorted(before));
  return `refused with 422 naming ${refused.body.errors.map(({ path }) => path).join(', ')}; ${before.length} items read back unchanged`;
}

/** One item of three was superseded by a newer push: it is answered as such, the others are recorded. */
export async function staleItem(database?: DynamoDbLocal): Promise<string> {
  await using endpoint = await startPlainEndpoint(database);
  const { holder, runIds } = await claimThree(endpoint);
  const newer = claimOf(newHolder(), [2], 'acme/shop#stack', '2') as { pullRequests: { headSeenAt: number }[] };
  for (const pullRequest of newer.pullRequests) pullRequest.headSeenAt += 1;
  assert.equal((await endpoint.post('/v1/claims', newer, ClaimAccepted)).status, 201);
  const answered = await endpoint.post(
    '/v1/results',
    {
      session: 'acme/shop#stack',
      results: runIds.map((runId) => resultOf(runId, holder.token)),
    },
    Answered,
  );
  assert.equal(answered.status, 200, JSON.stringify(answered.body));
  const statuses = answered.body.results.map(({ status }) => status);
  assert.deepEqual(statuses, ['recorded', 'recorded_superseded', 'recorded']);
  const completed = (await endpoint.items()).filter(
    (item) => /"completed"/.test(JSON.stringify(item)) && JSON.stringify(item['sk']).includes('RUN#'),
  );
  assert.equal(completed.length, 2);
  return `answered ${statuses.join(', ')}; the table holds ${completed.length} completed runs`;
}

async function claimThree(
  endpoint: PlainEndpoint,
): Promise<{ holder: ReturnType<typeof newHolder>; runIds: string[] }> {
  const holder = newHolder();
  const claimed = await endpoint.post('/v1/claims', claimOf(holder, [1, 2, 3]), ClaimAccepted);
  assert.equal(claimed.status, 201, JSON.stringify(claimed.body));
  return { holder, runIds: claimed.body.answers.map(({ run }) => run?.runId ?? '') };
}

function sorted(items: readonly Record<string, unknown>[]): string[] {
  return items.map((item) => JSON.stringify(item)).toSorted();
}
