import { isDeepStrictEqual } from 'node:util';
import {
  InternalServerError,
  ProvisionedThroughputExceededException,
  QueryCommand,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createDynamoDbLedger } from '../../../src/adapters/ledger-dynamodb/ledger.ts';
import { EpochSeconds } from '../../../src/core/ids.ts';
import { partitionOf } from '../../../src/ledger/keys.ts';
import type { ClaimAnswer } from '../../../src/core/ledger/commands.ts';
import { LedgerUnavailable, type Ledger } from '../../../src/ports/ledger.ts';
import {
  aCaller,
  aConsistentResult,
  aHolder,
  aSession,
  aSight,
  claim,
  claimCommand,
  claimOne,
  steeredClock,
  submission,
} from '../../contracts/ledger-harness.ts';
import { aFinding, aKey, sha } from '../../support/builders.ts';
import { createTestTable, type TestTable } from '../../support/dynamodb-local.ts';
import { fixedFresh, recordedClient, type RecordedClient } from './recorded-client.ts';

/**
 * Every request of every operation meets every fault, and the caller asks again as callers do. What then lies in the
 * table is what lies there when nothing fails, and so is what the caller was told, but for saying that it had been done.
 */

type Bench = { ledger: Ledger; clock: ReturnType<typeof steeredClock>; answer: ClaimAnswer };

type Operation = {
  name: string;
  countsEachTime?: boolean;
  /** Moves so much data that it meets only one fault of each kind: of the service, of the way there, of the way back. */
  slow?: boolean;
  before(bench: Omit<Bench, 'answer'>): Promise<ClaimAnswer | null>;
  call(bench: Bench): Promise<unknown>;
};

const anna = aHolder('anna');
const ben = aHolder('ben');
const key = { session: aSession, repositoryId: aKey.repositoryId, number: aKey.number };

const claimed = ({ ledger, clock }: Omit<Bench, 'answer'>): Promise<ClaimAnswer> =>
  claimOne(ledger, anna, aSight({ clock }));

async function recorded(bench: Omit<Bench, 'answer'>): Promise<ClaimAnswer> {
  const answer = await claimed(bench);
  await bench.ledger.submit({ session: aSession, results: [submission(answer, anna)] });
  return answer;
}

/** Too large to ride in the transaction: goes before it, in several items. */
const large = aConsistentResult({
  findings: Array.from({ length: 65 }, (_, index) =>
    aFinding({ id: `f${String(index).padStart(23, '0')}`, body: noise(20_000, index + 1) }),
  ),
});

function noise(length: number, seed: number): string {
  let state = seed;
  return Array.from({ length }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return String.fromCharCode(33 + (state % 90));
  }).join('');
}

const operations: Operation[] = [
  {
    name: 'claim of a new PR',
    before: async () => null,
    call: ({ ledger, clock }) => claim(ledger, anna, [aSight({ clock })]),
  },
  {
    name: 'claim that supersedes',
    async before(bench) {
      const answer = await claimed(bench);
      await beat(bench.ledger, answer, true);
      bench.clock.advance(1);
      return answer;
    },
    call: ({ ledger, clock }) => claim(ledger, ben, [aSight({ clock }, { headSha: sha('2') })]),
  },
  {
    name: 'claim that takes over',
    async before(bench) {
      const answer = await claimed(bench);
      bench.clock.advance(121);
      return answer;
    },
    call: ({ ledger, clock }) => claim(ledger, ben, [aSight({ clock })]),
  },
  {
    name: 'forced claim',
    async before(bench) {
      const answer = await recorded(bench);
      await deliver(bench.ledger, answer);
      return answer;
    },
    call: ({ ledger, clock }) => claim(ledger, ben, [aSight({ clock })], { force: 'full' }),
  },
  {
    name: 'heartbeat',
    countsEachTime: true,
    before: claimed,
    call: ({ ledger, answer }) => beat(ledger, answer, false),
  },
  {
    name: 'checkpoint',
    countsEachTime: true,
    before: claimed,
    call: ({ ledger, answer }) => beat(ledger, answer, true),
  },
  {
    name: 'submission',
    before: claimed,
    call: ({ ledger, answer }) => ledger.submit({ session: aSession, results: [submission(answer, anna)] }),
  },
  {
    name: 'large submission',
    slow: true,
    before: claimed,
    call: ({ ledger, answer }) => ledger.submit({ session: aSession, results: [submission(answer, anna, large)] }),
  },
  {
    name: 'late submission',
    async before(bench) {
      const answer = await claimed(bench);
      bench.clock.advance(1);
      await claimOne(bench.ledger, ben, aSight(bench, { headSha: sha('2') }));
      return answer;
    },
    call: ({ ledger, answer }) => ledger.submit({ session: aSession, results: [submission(answer, anna)] }),
  },
  { name: 'delivery', before: recorded, call: ({ ledger, answer }) => deliver(ledger, answer) },
  {
    name: 'release',
    before: claimed,
    call: ({ ledger, answer }) =>
      ledger.release({
        session: aSession,
        runs: [{ runId: answer.run!.runId, token: anna.token, status: 'failed', why: 'said so' }],
      }),
  },
  {
    name: 'dismissal',
    before: claimed,
    call: ({ ledger }) =>
      ledger.dismiss({
        action: 'finding',
        session: aSession,
        pullRequest: aKey,
        findingId: 'f1',
        dismissed: true,
        by: 'maria',
        why: '',
      }),
  },
  { name: 'list', before: recorded, call: ({ ledger }) => ledger.list(aSession) },
  { name: 'history', before: recorded, call: ({ ledger }) => ledger.history({ ...key, limit: 5 }) },
  { name: 'previous review', before: recorded, call: ({ ledger }) => ledger.previous(key) },
];

function beat(ledger: Ledger, answer: ClaimAnswer, checkpoint: boolean) {
  const run = { runId: answer.run!.runId, token: anna.token };
  return ledger.heartbeat({
    session: aSession,
    runs: [{ ...run, checkpoint: checkpoint ? aConsistentResult({ summary: 'half' }) : null }],
  });
}

function deliver(ledger: Ledger, answer: ClaimAnswer) {
  const run = { runId: answer.run!.runId, token: anna.token, commentId: 1, reviewId: null, checkId: null };
  return ledger.deliver({ session: aSession, runs: [run] });
}

const meta = { $metadata: {}, message: 'injected' };
const ANSWER_LOST = 'takes effect, and the answer is lost';
const faults: [string, 'before' | 'after', () => Error][] = [
  ['fails before it is sent', 'before', () => Object.assign(new Error('no route'), { code: 'ECONNREFUSED' })],
  [ANSWER_LOST, 'after', () => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })],
  ['takes effect, and times out', 'after', () => Object.assign(new Error('timed out'), { name: 'TimeoutError' })],
  ['is throttled', 'before', () => new ProvisionedThroughputExceededException(meta)],
  ['meets an internal error', 'before', () => new InternalServerError({ ...meta })],
  ['meets an internal error after it took effect', 'after', () => new InternalServerError({ ...meta })],
  [
    'meets a transaction conflict',
    'before',
    () =>
      new TransactionCanceledException({
        ...meta,
        CancellationReasons: [{ Code: 'TransactionConflict' }, { Code: 'None' }],
      }),
  ],
  [
    'is throttled inside the transaction',
    'before',
    () =>
      new TransactionCanceledException({
        ...meta,
        CancellationReasons: [{ Code: 'None' }, { Code: 'ThrottlingError' }],
      }),
  ],
];

const FAULTS_THAT_DIFFER = [0, 1, 6].flatMap((index) => {
  const fault = faults[index];
  return fault === undefined ? [] : [fault];
});

describe('every request of every operation', () => {
  let table: TestTable;
  let session = 0;
  beforeAll(async () => {
    table = await createTestTable();
  });
  afterAll(async () => {
    await table[Symbol.asyncDispose]();
  });

  /** A ledger of its own each time: owners share nothing. `retries`: of the SDK itself. */
  async function run(operation: Operation, sabotage: (recorded: RecordedClient) => void, retries: boolean) {
    session += 1;
    const ownerId = String(1000 + session);
    using recorded = recordedClient(table, retries ? {} : { maxAttempts: 1 });
    const clock = steeredClock();
    const { tableName } = table;
    const ledger = createDynamoDbLedger({ client: recorded.client, tableName, clock, fresh: fixedFresh })(
      aCaller({ ownerId }),
    );
    const answer = (await operation.before({ ledger, clock })) as ClaimAnswer;
    recorded.sent.length = 0;
    sabotage(recorded);
    const said = await untilAnswered(() => operation.call({ ledger, clock, answer }));
    const { Items = [] } = await table.client.send(
      new QueryCommand({
        TableName: tableName,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: partitionOf(ownerId, aSession) } },
      }),
    );
    const items = Items.map((item) => {
      const { pk, ...rest } = unmarshall(item);
      // A heartbeat that comes twice is two heartbeats: it does nothing but move the lease's end, and count.
      const counted = operation.countsEachTime === true && String(rest['sk']).startsWith('PR#') ? { version: 0 } : {};
      return { ...rest, ...counted, pk: String(pk).replace(ownerId, 'owner') };
    }).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    return { requests: recorded.sent.map(({ operation: name }) => name), said, items };
  }

  test.each(operations.map((operation) => [operation.name, operation] as const))(
    '%s',
    async (_name, operation) => {
      const undisturbed = await run(operation, () => undefined, false);
      expect(JSON.stringify(undisturbed.said)).not.toContain('rejected');
      expect(undisturbed.requests.length).toBeGreaterThan(0);
      for (const [name, when, fault] of operation.slow === true ? FAULTS_THAT_DIFFER : faults) {
        // The SDK repeats a request whose answer was lost by itself, at once: the one case in which that is not the same.
        for (const retries of name === ANSWER_LOST ? [false, true] : [false]) {
          for (let index = 0; index < undisturbed.requests.length; index += 1) {
            const isTransaction = undisturbed.requests[index] === 'TransactWriteItems';
            if (fault() instanceof TransactionCanceledException && !isTransaction) continue;
            const disturbed = await run(operation, (client) => client.failAt(index, when, fault), retries);
            const where = `request ${index} (${undisturbed.requests[index]}) ${name}`;
            if (!isDeepStrictEqual(disturbed.items, undisturbed.items)) {
              expect({ where, items: disturbed.items }).toEqual({ where, items: undisturbed.items });
            }
            expect({ where, said: withoutRepetition(disturbed.said) }).toEqual({
              where,
              said: withoutRepetition(undisturbed.said),
            });
          }
        }
      }
    },
    120_000,
  );
});

/** As the endpoint's client does: an outage is asked again, and no other fault is thrown. */
async function untilAnswered(call: () => Promise<unknown>): Promise<unknown> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof LedgerUnavailable) || tried === 3) throw error;
    }
  }
}

/** What a call says that finds its work done is allowed to differ in saying so, and in the words for it. */
function withoutRepetition(said: unknown): unknown {
  const text = JSON.stringify(said, (name, value: unknown) => {
    if (name === 'detail') return '';
    const done = name === 'status' && (value === 'replayed' || value === 'recorded_superseded' || value === 'recorded');
    return done ? 'done' : value;
  });
  return JSON.parse(text) as unknown;
}

test('a torn read (PR item old, run item new) decides nothing', async () => {
  await using table = await createTestTable();
  using recorded = recordedClient(table);
  const clock = steeredClock();
  const { tableName } = table;
  const torn = createDynamoDbLedger({ client: recorded.client, tableName, clock })(aCaller());
  const other = createDynamoDbLedger({ client: table.client, tableName, clock })(aCaller());
  const first = await claimOne(other, anna, aSight({ clock }));
  clock.advance(121);
  // Between the reading of the PR item and that of the run item, somebody else takes over and records.
  recorded.tearNext('PR#', async () => {
    const taken = await claimOne(other, ben, aSight({ clock }));
    await other.submit({ session: aSession, results: [submission(taken, ben)] });
  });
  const outcome = await torn.submit({ session: aSession, results: [submission(first, anna, { summary: 'late' })] });
  expect(recorded.torn).toBe(1);
  expect(outcome).toMatchObject({ results: [{ status: 'stale' }] });
  expect(await other.previous(key)).toMatchObject({ record: { attempt: 2, result: { summary: 'Adds a discount.' } } });
  expect((await other.history({ ...key, limit: 5 })).runs).toMatchObject([{ attempt: 2, status: 'completed' }]);
});

describe('whose time decides', () => {
  test("the Date of DynamoDB's answers, where asked for: a slow or fast clock of the caller's changes nothing", async () => {
    await using table = await createTestTable();
    const { tableName } = table;
    const real = steeredClock(1_900_000_000);
    const callersClock = steeredClock(1_800_000_000);
    using recorded = recordedClient(table);
    recorded.date = () => real.now();
    const ledger = createDynamoDbLedger({ client: recorded.client, tableName, clock: callersClock, time: 'answers' })(
      aCaller(),
    );
    const first = await claimOne(ledger, anna, aSight({ clock: real }));
    expect(first.run).toMatchObject({ startedAt: 1_900_000_000, leaseEndsAt: 1_900_000_120 });
    callersClock.advance(1_000_000);
    expect((await claimOne(ledger, ben, aSight({ clock: real }))).answer).toBe('wait');
    real.advance(121);
    expect((await claimOne(ledger, ben, aSight({ clock: real }))).answer).toBe('review');
    const ahead = aSight({ clock: real }, { headSeenAt: EpochSeconds.parse(real.now() + 61) });
    expect(await ledger.claim(claimCommand(ben, [ahead]))).toMatchObject({ outcome: 'rejected' });
  });

  test('DynamoDB says the time', async () => {
    await using table = await createTestTable();
    const clock = steeredClock(1_000);
    const ledger = createDynamoDbLedger({ ...table, clock, time: 'answers' })(aCaller());
    const before = Math.floor(Date.now() / 1000);
    const { run } = await claimOne(ledger, anna, aSight({ clock }));
    expect(run!.startedAt).toBeGreaterThanOrEqual(before - 1);
    expect(run!.startedAt).toBeLessThanOrEqual(Math.ceil(Date.now() / 1000) + 1);
  });

  test("the endpoint's clock, otherwise", async () => {
    await using table = await createTestTable();
    const clock = steeredClock();
    const ledger = createDynamoDbLedger({ ...table, clock })(aCaller());
    expect((await claimOne(ledger, anna, aSight({ clock }))).run!.startedAt).toBe(clock.now());
  });
});
