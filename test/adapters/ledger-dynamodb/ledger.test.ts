import { describe, expect, test } from '@jest/globals';
import { DeleteItemCommand, PutItemCommand, ScanCommand, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { createDynamoDbLedger } from '../../../src/adapters/ledger-dynamodb/ledger.ts';
import { RepositoryId } from '../../../src/core/ids.ts';
import { LedgerForbidden, LedgerUnavailable } from '../../../src/ports/ledger.ts';
import {
  aCaller,
  aHolder,
  aSession,
  aSight,
  beatOne,
  claim,
  claimOne,
  deliverOne,
  reviewWhole,
  steeredClock,
  submission,
  submitOne,
} from '../../contracts/ledger-harness.ts';
import { aKey, sha } from '../../support/builders.ts';
import { createTestTable } from '../../support/dynamodb-local.ts';
import { recordedClient, type RecordedClient } from './recorded-client.ts';

const anna = aHolder('anna');
const ben = aHolder('ben');
const query = { session: aSession, repositoryId: aKey.repositoryId, number: aKey.number };
const DAY = 24 * 60 * 60;

async function setUp() {
  const table = await createTestTable();
  const recorded = recordedClient(table);
  const clock = steeredClock();
  const { tableName } = table;
  const ledger = createDynamoDbLedger({ client: recorded.client, tableName, clock })(aCaller());
  return {
    ledger,
    clock,
    recorded,
    tableName,
    async items() {
      const { Items = [] } = await table.client.send(new ScanCommand({ TableName: tableName }));
      return Items;
    },
    put: (item: Record<string, unknown>) =>
      table.client.send(new PutItemCommand({ TableName: tableName, Item: marshall(item) })),
    async [Symbol.asyncDispose]() {
      recorded[Symbol.dispose]();
      await table[Symbol.asyncDispose]();
    },
  };
}

function operations({ sent }: RecordedClient): string[] {
  return sent.splice(0).map(({ operation }) => operation);
}

describe('requests', () => {
  test('one read and one write for each step of a pull request', async () => {
    await using at = await setUp();
    const { ledger, recorded, clock } = at;
    const ours = await claimOne(ledger, anna, aSight(at));
    expect(operations(recorded)).toEqual(['BatchGetItem', 'TransactWriteItems']);
    await beatOne(ledger, ours, anna);
    expect(operations(recorded)).toEqual(['BatchGetItem', 'PutItem']);
    await beatOne(ledger, ours, anna, { summary: 'half' });
    expect(operations(recorded)).toEqual(['BatchGetItem', 'TransactWriteItems']);
    await claimOne(ledger, ben, aSight(at));
    expect(operations(recorded)).toEqual(['BatchGetItem']);
    await submitOne(ledger, ours, anna);
    expect(operations(recorded)).toEqual(['BatchGetItem', 'TransactWriteItems']);
    await deliverOne(ledger, ours, anna);
    expect(operations(recorded)).toEqual(['BatchGetItem', 'TransactWriteItems']);
    await claimOne(ledger, ben, aSight(at));
    expect(operations(recorded)).toEqual(['BatchGetItem']);
    clock.advance(1);
    const next = await claimOne(ledger, ben, aSight(at, { headSha: sha('2') }));
    expect(operations(recorded)).toEqual(['BatchGetItem', 'TransactWriteItems']);
    clock.advance(1);
    expect(next.run!.status).toBe('running');
    await claimOne(ledger, anna, aSight(at, { headSha: sha('3') }));
    expect(operations(recorded)).toEqual(['BatchGetItem', 'TransactWriteItems']);
  });

  test('30 pull requests need no more', async () => {
    await using at = await setUp();
    const { ledger, recorded } = at;
    const sights = Array.from({ length: 30 }, (_, index) =>
      aSight(at, { repositoryId: RepositoryId.parse(index + 1) }),
    );
    const { answers } = await claim(ledger, anna, sights);
    expect(operations(recorded)).toEqual(['BatchGetItem', 'TransactWriteItems']);
    await ledger.submit({ session: aSession, results: answers.map((answer) => submission(answer, anna)) });
    expect(operations(recorded)).toEqual(['BatchGetItem', 'TransactWriteItems']);
  });

  test('every read that decides is strongly consistent', async () => {
    await using at = await setUp();
    const { ledger, recorded } = at;
    await reviewWhole(ledger, anna, aSight(at));
    await ledger.previous(query);
    await ledger.list(aSession);
    await ledger.history({ ...query, limit: 25 });
    const reads = recorded.sent.flatMap(({ operation, input }) => {
      if (operation === 'BatchGetItem' && 'RequestItems' in input) {
        return Object.values(input.RequestItems ?? {}).map((of) => 'ConsistentRead' in of && of.ConsistentRead);
      }
      if (operation === 'Query') return ['ConsistentRead' in input && input.ConsistentRead];
      return [];
    });
    expect(reads.length).toBeGreaterThanOrEqual(8);
    expect(new Set(reads)).toEqual(new Set([true]));
  });
});

describe('what lies in the table', () => {
  test('the keys of DESIGN 4, an end for every item, and no token', async () => {
    await using at = await setUp();
    await reviewWhole(at.ledger, anna, aSight(at));
    const items = await at.items();
    const runId = `run_4711_12_${sha('1')}`;
    const sks = items.map(({ sk }) => sk!.S!.replace(/[0-9a-f]{64}/, '<sha256>')).toSorted();
    expect(sks).toEqual([`DATA#${runId}#1#<sha256>#0`, 'PR#4711#12', `RUN#4711#12#${sha('1')}`, 'SESSION']);
    expect(new Set(items.map(({ pk }) => pk!.S))).toEqual(new Set([`OWNER#9001#SESSION#${aSession}`]));
    const end = Object.fromEntries(
      items.map(({ sk, expiresAt }) => [sk!.S!.split('#')[0], Number(expiresAt!.N) - at.clock.now()]),
    );
    expect(end).toEqual({ DATA: 75 * DAY, RUN: 90 * DAY, PR: 120 * DAY, SESSION: 240 * DAY });
    expect(JSON.stringify(items)).not.toContain(anna.token);
  });

  test('what has expired reads as absent and is no obstacle, though DynamoDB still has it', async () => {
    await using at = await setUp();
    const { ledger, clock } = at;
    await reviewWhole(ledger, anna, aSight(at));
    clock.advance(76 * DAY);
    expect(await ledger.previous(query)).toMatchObject({ outcome: 'unavailable' });
    clock.advance(15 * DAY);
    expect((await ledger.history({ ...query, limit: 25 })).runs).toEqual([]);
    clock.advance(30 * DAY);
    expect(await ledger.list(aSession)).toEqual([]);
    expect(await ledger.previous(query)).toEqual({ outcome: 'none' });
    expect(await claimOne(ledger, ben, aSight(at))).toMatchObject({ answer: 'review', run: { attempt: 1 } });
  });

  test('a run whose item has expired is still counted on, and superseded without it', async () => {
    await using at = await setUp();
    const { ledger, clock } = at;
    await claimOne(ledger, anna, aSight(at));
    clock.advance(91 * DAY);
    expect(await claimOne(ledger, ben, aSight(at))).toMatchObject({ answer: 'review', run: { attempt: 2 } });
    clock.advance(91 * DAY);
    expect(await claimOne(ledger, anna, aSight(at, { headSha: sha('2') }))).toMatchObject({ answer: 'review' });
  });

  test('an item of a newer schema is refused, not misread', async () => {
    await using at = await setUp();
    await at.put({ pk: `OWNER#9001#SESSION#${aSession}`, sk: 'PR#4711#12', schema: 2, lease: 'elsewhere now' });
    await expect(claimOne(at.ledger, anna, aSight(at))).rejects.toThrow('The stored pull request has schema 2');
    expect(await at.items()).toHaveLength(1);
  });

  test('an owner without a setting follows the deployment; one with its own does not', async () => {
    await using at = await setUp();
    const flag = async () => (await claimOne(at.ledger, anna, aSight(at))).incremental;
    expect(await flag()).toEqual({ value: true, cause: 'default' });
    await at.put({ pk: 'FLAGS', sk: 'FLAG#incremental', schema: 1, setting: { value: 'off' } });
    expect(await flag()).toEqual({ value: false, cause: 'deployment: off' });
    await at.put({ pk: 'OWNER#9001', sk: 'FLAG#incremental', schema: 1, setting: { value: 'on' } });
    expect(await flag()).toEqual({ value: true, cause: 'owner: on' });
  });
});

describe('faults', () => {
  const busy = () =>
    new TransactionCanceledException({
      message: 'busy',
      $metadata: {},
      CancellationReasons: [{ Code: 'None' }, { Code: 'TransactionConflict' }],
    });
  const named = (name: string) => () => Object.assign(new Error('said AWS'), { name });

  test('a transaction conflict is tried again', async () => {
    await using at = await setUp();
    at.recorded.failNext('TransactWriteItems', 3, busy);
    expect((await claimOne(at.ledger, anna, aSight(at))).answer).toBe('review');
    expect(operations(at.recorded).filter((operation) => operation === 'TransactWriteItems')).toHaveLength(4);
  });

  test('one that does not end is given up', async () => {
    await using at = await setUp();
    at.recorded.failNext('TransactWriteItems', 100, busy);
    await expect(claimOne(at.ledger, anna, aSight(at))).rejects.toThrow(LedgerUnavailable);
    expect(
      operations(at.recorded).filter((operation) => operation === 'TransactWriteItems').length,
    ).toBeLessThanOrEqual(12);
  });

  test.each([
    ['AccessDeniedException', LedgerForbidden],
    ['UnrecognizedClientException', LedgerForbidden],
    ['ResourceNotFoundException', LedgerUnavailable],
    ['InternalServerError', LedgerUnavailable],
  ])('%s becomes a fault with its cause', async (name, expected) => {
    await using at = await setUp();
    at.recorded.failNext('BatchGetItem', 10, named(name));
    const fault = await claimOne(at.ledger, anna, aSight(at)).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(expected);
    expect(fault).toMatchObject({ cause: { name } });
  });

  test('a write whose answer was lost counts once', async () => {
    await using at = await setUp();
    const { ledger, recorded } = at;
    recorded.loseAnswer('TransactWriteItems');
    const ours = await claimOne(ledger, anna, aSight(at));
    expect(ours).toMatchObject({ answer: 'review', run: { attempt: 1, generation: 1 } });
    recorded.loseAnswer('TransactWriteItems');
    expect(['recorded', 'replayed']).toContain(await submitOne(ledger, ours, anna));
    expect((await ledger.history({ ...query, limit: 25 })).runs).toMatchObject([{ attempt: 1, status: 'completed' }]);
  });

  test('a missing chunk is history unavailable', async () => {
    await using at = await setUp();
    await reviewWhole(at.ledger, anna, aSight(at));
    const data = (await at.items()).find(({ sk }) => sk!.S!.startsWith('DATA#'))!;
    await at.recorded.client.send(
      new DeleteItemCommand({ TableName: at.tableName, Key: { pk: data['pk']!, sk: data['sk']! } }),
    );
    expect(await at.ledger.previous(query)).toEqual({
      outcome: 'unavailable',
      why: 'parts of the stored data are missing or have expired',
    });
  });

  test('an altered chunk is history unavailable', async () => {
    await using at = await setUp();
    await reviewWhole(at.ledger, anna, aSight(at));
    const data = (await at.items()).find(({ sk }) => sk!.S!.startsWith('DATA#'))!;
    await at.put({
      pk: data['pk']!.S,
      sk: data['sk']!.S,
      schema: 1,
      chunk: Buffer.from('not ours'),
      expiresAt: at.clock.now() + 9,
    });
    expect(await at.ledger.previous(query)).toEqual({
      outcome: 'unavailable',
      why: 'the stored data can not be unpacked',
    });
  });

  test('a server that is not there is a fault, in bounded time', async () => {
    const nowhere = recordedClient({ endpoint: 'http://127.0.0.1:1' });
    const clock = steeredClock();
    const ledger = createDynamoDbLedger({ client: nowhere.client, tableName: 'ledger', clock })(aCaller());
    await expect(claimOne(ledger, anna, aSight({ clock }))).rejects.toThrow(
      'The DynamoDB table ledger could not be used',
    );
    nowhere[Symbol.dispose]();
  });
});
