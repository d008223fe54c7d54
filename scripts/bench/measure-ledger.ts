import { CreateTableCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { startDynamoDbLocal, type DynamoDbLocal } from '../../src/adapters/dynamodb-local/server.ts';
import { createDynamoDbLedger } from '../../src/adapters/ledger-dynamodb/ledger.ts';
import { tableDefinition } from '../../src/adapters/ledger-dynamodb/table.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import type { Ledger } from '../../src/ports/ledger.ts';
import { itemBytes } from './capacity.ts';
import { countingClient, type CountingClient } from './counting-client.ts';
import { aBatchOfReviews, type BatchOfReviews } from './reviews.ts';

export const OPERATIONS = ['claim', 'heartbeat', 'submit', 'deliver'] as const;
export type Operation = (typeof OPERATIONS)[number];
export const BATCHES = [1, 10, 30] as const;
export const CLIENTS = [1, 8, 32] as const;

/** One operation over one size of batch. Requests and units are of one call, and the same in every one. */
export type Measured = {
  operation: Operation;
  batch: number;
  requests: number;
  readUnits: number;
  writeUnits: number;
  p50Ms: number;
  p99Ms: number;
  /** Calls per second, by the number of clients calling at once. */
  perSecond: Record<(typeof CLIENTS)[number], number>;
};

export type LedgerFigures = {
  operations: Measured[];
  /** Of reading one previous review. */
  previous: { requests: number; readUnits: number };
  /** All that one reviewed push of a pull request of its own leaves in the table. */
  bytesPerPush: number;
};

/** Calls that are measured, by the size of the batch; times a factor. */
const CALLS: Record<(typeof BATCHES)[number], number> = { 1: 250, 10: 100, 30: 40 };
const WARM_UP = 60;

type Bench = { counting: CountingClient; ledger: Ledger; tableName: string };

/** @param scale share of the usual number of calls: 1 for figures to publish */
export async function measureLedger(scale: number, database?: DynamoDbLocal): Promise<LedgerFigures> {
  await using stack = new AsyncDisposableStack();
  const { endpoint } = database ?? stack.use(await startDynamoDbLocal());
  const counting = stack.use(countingClient(endpoint, { units: true }));
  const bench = await openBench(counting);
  await runRounds(bench, 'warm', { batch: 1, clients: 4, calls: Math.ceil(WARM_UP * scale) });
  const previous = await measurePrevious(bench);
  const bytesPerPush = await measureBytes(bench);
  const operations: Measured[] = [];
  for (const batch of BATCHES) operations.push(...(await measureBatch(bench, batch, scale)));
  return { operations, previous, bytesPerPush };
}

async function openBench(counting: CountingClient): Promise<Bench> {
  const tableName = `bench-${Math.random().toString(36).slice(2)}`;
  await counting.client.send(new CreateTableCommand({ ...tableDefinition, TableName: tableName }));
  const ledgerFor = createDynamoDbLedger({ client: counting.client, tableName, clock: systemClock });
  return { counting, tableName, ledger: ledgerFor({ ownerId: '4242', workflowRun: null, trust: 'contributor' }) };
}

type Phase = { milliseconds: number[]; elapsedMs: number; requests: number; readUnits: number; writeUnits: number };

async function measureBatch(bench: Bench, batch: (typeof BATCHES)[number], scale: number): Promise<Measured[]> {
  const calls = Math.max(2, Math.ceil(CALLS[batch] * scale));
  const alone = await runRounds(bench, `b${batch}-c1`, { batch, clients: 1, calls });
  const eight = await runRounds(bench, `b${batch}-c8`, { batch, clients: 8, calls });
  const many = await runRounds(bench, `b${batch}-c32`, { batch, clients: 32, calls });
  return OPERATIONS.map((operation) => {
    const { milliseconds, requests, readUnits, writeUnits } = alone[operation];
    const sorted = milliseconds.toSorted((a, b) => a - b);
    const rate = (phase: Phase): number => (phase.milliseconds.length / phase.elapsedMs) * 1000;
    return {
      operation,
      batch,
      requests: requests / calls,
      readUnits: readUnits / calls,
      writeUnits: writeUnits / calls,
      p50Ms: percentile(sorted, 0.5),
      p99Ms: percentile(sorted, 0.99),
      perSecond: { 1: rate(alone[operation]), 8: rate(eight[operation]), 32: rate(many[operation]) },
    };
  });
}

/** Every batch is claimed, then every one beaten for, and so on, so that each operation is measured by itself. */
async function runRounds(
  { ledger, counting }: Bench,
  name: string,
  { batch, clients, calls }: { batch: number; clients: number; calls: number },
): Promise<Record<Operation, Phase>> {
  const now = systemClock.now();
  const reviews = Array.from({ length: calls }, (_, index) => aBatchOfReviews(`${name}-${index}`, batch, now));
  const phase = (operation: Operation): Promise<Phase> =>
    runPhase(reviews, clients, counting, (review) => callOnce(ledger, operation, review));
  return {
    claim: await phase('claim'),
    heartbeat: await phase('heartbeat'),
    submit: await phase('submit'),
    deliver: await phase('deliver'),
  };
}

async function runPhase(
  reviews: readonly BatchOfReviews[],
  clients: number,
  counting: CountingClient,
  call: (review: BatchOfReviews) => Promise<void>,
): Promise<Phase> {
  counting.reset();
  const milliseconds: number[] = [];
  const queue = reviews.values();
  const started = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async () => {
      // One iterator for all of them: each takes the next.
      for (const review of queue) {
        const began = performance.now();
        await call(review);
        milliseconds.push(performance.now() - began);
      }
    }),
  );
  const elapsedMs = performance.now() - started;
  const { requests, readUnits, writeUnits } = counting.wire;
  return { milliseconds, elapsedMs, requests: requests.length, readUnits, writeUnits };
}

/** A figure for a call that did not do its work would be worth nothing: each answer is looked at. */
async function callOnce(ledger: Ledger, operation: Operation, review: BatchOfReviews): Promise<void> {
  const statuses = await statusesOf(ledger, operation, review);
  const expected = { claim: 'review', heartbeat: 'current', submit: 'recorded', deliver: 'done' }[operation];
  const others = statuses.filter((status) => status !== expected);
  if (others.length > 0) throw new Error(`${operation} was answered ${others.join(', ')}`);
}

async function statusesOf(ledger: Ledger, operation: Operation, review: BatchOfReviews): Promise<string[]> {
  switch (operation) {
    case 'claim': {
      const outcome = await ledger.claim(review.claim);
      return outcome.outcome === 'answered' ? outcome.answers.map(({ answer }) => answer) : [outcome.outcome];
    }
    case 'heartbeat': {
      const outcome = await ledger.heartbeat(review.heartbeat);
      return outcome.outcome === 'answered' ? outcome.runs.map(({ status }) => status) : [outcome.outcome];
    }
    case 'submit': {
      const outcome = await ledger.submit(review.submit);
      return outcome.outcome === 'answered' ? outcome.results.map(({ status }) => status) : [outcome.outcome];
    }
    case 'deliver': {
      const outcome = await ledger.deliver(review.deliver);
      return outcome.outcome === 'answered' ? outcome.runs.map(({ status }) => status) : [outcome.outcome];
    }
    default:
      return operation satisfies never;
  }
}

async function measurePrevious({ ledger, counting }: Bench): Promise<LedgerFigures['previous']> {
  const { claim } = aBatchOfReviews('warm-0', 1, systemClock.now());
  const [pullRequest] = claim.pullRequests;
  if (pullRequest === undefined) throw new Error('a batch of none');
  const { repositoryId, number } = pullRequest;
  counting.reset();
  const found = await ledger.previous({ session: claim.session, repositoryId, number });
  if (found.outcome !== 'found') throw new Error(`the previous review is ${found.outcome}`);
  return { requests: counting.wire.requests.length, readUnits: counting.wire.readUnits };
}

/** Of one page of the table. */
async function measureBytes({ counting, tableName }: Bench): Promise<number> {
  const { Items: items = [] } = await counting.client.send(new ScanCommand({ TableName: tableName }));
  const pushes = items.filter(({ sk }) => sk?.S?.startsWith('RUN#') === true).length;
  return items.reduce((sum, item) => sum + itemBytes(item), 0) / pushes;
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
