import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { createDynamoDbLedger } from '../../src/adapters/ledger-dynamodb/ledger.ts';
import { createMemoryLedger } from '../../src/adapters/ledger-memory/ledger.ts';
import { parseRetention, type Retention } from '../../src/core/ledger/retention.ts';
import type { Ledger } from '../../src/ports/ledger.ts';
import { partitionOf, runSk } from '../../src/ledger/keys.ts';
import { aKey, sha } from '../support/builders.ts';
import { createTestTable } from '../support/dynamodb-local.ts';
import {
  aCaller,
  aHolder,
  aSession,
  aSight,
  beatOne,
  claimOne,
  deliverOne,
  reviewWhole,
  steeredClock,
  submitOne,
  type SteeredClock,
} from './ledger-harness.ts';

/** What each kind of item's end does to readers and to writers, with ends that were set. */

const DAY = 24 * 60 * 60;
const anna = aHolder('anna');
const ben = aHolder('ben');
const query = { session: aSession, repositoryId: aKey.repositoryId, number: aKey.number };

function retentionOf(data: number, runs: number, pullRequests: number): Retention {
  const parsed = parseRetention({ data, runs, pullRequests });
  if (parsed.outcome === 'rejected') throw new Error(JSON.stringify(parsed.faults));
  return parsed.retention;
}

type Harness = AsyncDisposable & { ledger: Ledger; clock: SteeredClock };

const harnesses: [string, () => Promise<Harness>][] = [
  [
    'in memory',
    async () => {
      const clock = steeredClock();
      const ledger = createMemoryLedger({ clock, retention: retentionOf(2, 5, 9) })(aCaller());
      return { ledger, clock, async [Symbol.asyncDispose]() {} };
    },
  ],
  [
    'DynamoDB, which has not removed anything',
    async () => {
      const clock = steeredClock();
      const { client, tableName, ...table } = await createTestTable();
      const ledger = createDynamoDbLedger({ client, tableName, clock, retention: retentionOf(2, 5, 9) })(aCaller());
      return { ledger, clock, [Symbol.asyncDispose]: () => table[Symbol.asyncDispose]() };
    },
  ],
];

describe.each(harnesses)('data for 2 days, runs for 5, pull requests for 9: %s', (_name, makeHarness) => {
  test('each is there up to its last second, and absent from then on', async () => {
    await using at = await makeHarness();
    const { ledger, clock } = at;
    await reviewWhole(ledger, anna, aSight(at));
    clock.advance(2 * DAY - 1);
    expect(await ledger.previous(query)).toMatchObject({ outcome: 'found' });
    clock.advance(1);
    expect(await ledger.previous(query)).toMatchObject({ outcome: 'unavailable' });
    clock.advance(3 * DAY - 1);
    expect((await ledger.history({ ...query, limit: 9 })).runs).toHaveLength(1);
    clock.advance(1);
    expect((await ledger.history({ ...query, limit: 9 })).runs).toEqual([]);
    clock.advance(4 * DAY - 1);
    expect(await ledger.list(aSession)).toHaveLength(1);
    clock.advance(1);
    expect(await ledger.list(aSession)).toEqual([]);
    expect(await ledger.previous(query)).toEqual({ outcome: 'none' });
  });

  test.each([
    ['data', 2, { answer: 'skip', reason: 'already-reviewed' }],
    ['runs', 5, { answer: 'skip', reason: 'already-reviewed' }],
    ['pull requests', 9, { answer: 'review', run: { attempt: 1, generation: 1 } }],
    ['sessions', 18, { answer: 'review', run: { attempt: 1, generation: 1 } }],
  ])('%s that have ended are no obstacle to the same head, nor to the next', async (_kind, days, expected) => {
    await using at = await makeHarness();
    const { ledger, clock } = at;
    await reviewWhole(ledger, anna, aSight(at));
    clock.advance(days * DAY);
    const again = await claimOne(ledger, ben, aSight(at));
    expect(again).toMatchObject(expected);
    if (again.answer === 'skip')
      expect(await claimOne(ledger, ben, aSight(at), { force: 'rerun' })).toMatchObject({
        answer: 'review',
        run: { attempt: 2 },
      });
    // The very data that has ended is written anew, under the same keys where the attempt is the same.
    const ours = await claimOne(ledger, ben, aSight(at), { force: 'rerun' });
    expect(await beatOne(ledger, ours, ben, { summary: 'half' })).toMatchObject({ status: 'current' });
    expect(await submitOne(ledger, ours, ben)).toBe('recorded');
    expect(await deliverOne(ledger, ours, ben)).toBe('done');
    expect(await ledger.previous(query)).toMatchObject({ outcome: 'found', delivered: true });
    expect((await ledger.history({ ...query, limit: 9 })).runs).toMatchObject([{ status: 'delivered' }]);
  });

  test('whoever holds a run whose items have ended is told so, and nothing breaks', async () => {
    await using at = await makeHarness();
    const { ledger, clock } = at;
    const ours = await claimOne(ledger, anna, aSight(at));
    clock.advance(9 * DAY);
    expect(await beatOne(ledger, ours, anna)).toMatchObject({ status: 'unknown' });
    await expect(submitOne(ledger, ours, anna)).rejects.toThrow('no such run in this session');
  });

  test('a run that is worked on keeps its pull request and itself alive', async () => {
    await using at = await makeHarness();
    const { ledger, clock } = at;
    const first = await claimOne(ledger, anna, aSight(at));
    await submitOne(ledger, first, anna);
    clock.advance(4 * DAY);
    await deliverOne(ledger, first, anna);
    clock.advance(4 * DAY);
    expect((await ledger.history({ ...query, limit: 9 })).runs).toMatchObject([{ status: 'delivered' }]);
    clock.advance(4 * DAY);
    expect(await ledger.list(aSession)).toMatchObject([{ previous: { delivered: true } }]);
  });
});

test('a run that ends sooner than its claim said, by shorter settings, keeps no later head from being claimed', async () => {
  const clock = steeredClock();
  await using table = await createTestTable();
  const { client, tableName } = table;
  const keeping = (retention: Retention): Ledger =>
    createDynamoDbLedger({ client, tableName, clock, retention })(aCaller());
  const first = await claimOne(keeping(retentionOf(60, 90, 120)), anna, aSight({ clock }));
  const shorter = keeping(retentionOf(2, 5, 9));
  await submitOne(shorter, first, anna);
  clock.advance(6 * DAY);
  const { runId } = first.run!;
  const key = { pk: { S: partitionOf(aCaller().ownerId, aSession) }, sk: { S: runSk(runId) } };
  await client.send(new DeleteItemCommand({ TableName: tableName, Key: key }));
  const next = await claimOne(shorter, ben, aSight({ clock }, { headSha: sha('2') }));
  expect(next).toMatchObject({ answer: 'review', run: { generation: 2 } });
});
