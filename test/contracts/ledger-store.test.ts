import { describe, expect, test } from '@jest/globals';
import { sdkCalls } from '../../src/adapters/ledger-dynamodb/sdk-calls.ts';
import { createDynamoDbStore } from '../../src/adapters/ledger-dynamodb/store.ts';
import { runIdOf } from '../../src/core/ids.ts';
import type { PullRequestItem, RunItem } from '../../src/core/ledger/items.ts';
import { pullRequestIdOf, type LedgerChange } from '../../src/core/ledger/state.ts';
import { createTableStore, emptyTable } from '../../src/ledger/table-store.ts';
import type { LedgerStore } from '../../src/ports/ledger-store.ts';
import { aCurrentRun, aDataRef, aPullRequestItem, aRunItem, at, NOW } from '../core/ledger/state.ts';
import { aKey, sha } from '../support/builders.ts';
import { createTestTable, signedCallsOf } from '../support/dynamodb-local.ts';
import { aSession } from './ledger-harness.ts';

/** What the service rests on: a commit holds only where every item is as it was read. */

type StoreHarness = AsyncDisposable & { store: LedgerStore };

const harnesses: [string, () => Promise<StoreHarness>][] = [
  [
    'in memory',
    async () => {
      const table = emptyTable();
      const access = {
        read: async () => table,
        change: async (write: (changed: typeof table) => boolean) =>
          (write(table) ? 'committed' : 'conflict') as 'committed',
      };
      return { store: createTableStore(access, '9001', { exclusive: true }), async [Symbol.asyncDispose]() {} };
    },
  ],
  [
    'DynamoDB',
    async () => {
      const table = await createTestTable();
      const store = createDynamoDbStore({ calls: sdkCalls(table.client), tableName: table.tableName }, '9001');
      return { store, [Symbol.asyncDispose]: () => table[Symbol.asyncDispose]() };
    },
  ],
  [
    'DynamoDB, by signed requests',
    async () => {
      const table = await createTestTable();
      const store = createDynamoDbStore({ calls: signedCallsOf(table), tableName: table.tableName }, '9001');
      return { store, [Symbol.asyncDispose]: () => table[Symbol.asyncDispose]() };
    },
  ],
];

const runId = runIdOf({ ...aKey, headSha: sha('1') });
const otherRun = runIdOf({ ...aKey, headSha: sha('2') });

function aChange(overrides: Partial<LedgerChange> = {}): LedgerChange {
  return { session: null, pullRequests: [], runs: [], superseded: [], ...overrides };
}

function pullRequest(version: number, readVersion: number | null, overrides: Partial<PullRequestItem> = {}) {
  return { item: aPullRequestItem({ version, ...overrides }), readVersion };
}

function run(revision: number, readRevision: number | null, overrides: Partial<RunItem> = {}) {
  return { item: { ...aRunItem(aCurrentRun()), revision, ...overrides }, readRevision };
}

async function numbers(store: LedgerStore, now = NOW): Promise<[number | undefined, number | undefined]> {
  const state = await store.read({ session: aSession, pullRequests: [aKey], runs: [runId], forClaim: false, now });
  return [state.pullRequests.get(pullRequestIdOf(aKey))?.version, state.runs.get(runId)?.revision];
}

describe.each(harnesses)('ledger store: %s', (_name, makeHarness) => {
  test.each<[string, LedgerChange]>([
    ['the PR is there and was read as absent', aChange({ pullRequests: [pullRequest(1, null)] })],
    ['the PR has another version', aChange({ pullRequests: [pullRequest(9, 2)] })],
    [
      'the run is there and was read as absent: a torn read',
      aChange({ pullRequests: [pullRequest(4, 3)], runs: [run(4, null)] }),
    ],
    ['the run has another revision: a torn read', aChange({ pullRequests: [pullRequest(4, 3)], runs: [run(4, 2)] })],
    [
      'the run to supersede is not there',
      aChange({
        pullRequests: [pullRequest(4, 3)],
        superseded: [{ runId: otherRun, revision: 4, why: '', supersededBy: sha('3') }],
      }),
    ],
  ])('a commit is refused and writes nothing where %s', async (_case, change) => {
    await using harness = await makeHarness();
    const { store } = harness;
    const first = aChange({ pullRequests: [pullRequest(3, null)], runs: [run(3, null)] });
    expect(await store.commit(aSession, first, [], NOW)).toBe('committed');
    expect(await store.commit(aSession, change, [{ ref: aDataRef(), chunks: [Buffer.from('x')] }], NOW)).toBe(
      'conflict',
    );
    expect(await numbers(store)).toEqual([3, 3]);
    expect(await store.readData(aSession, aDataRef(), NOW)).toBeNull();
  });

  test('items that have expired are absent to readers and no obstacle to writers', async () => {
    await using harness = await makeHarness();
    const { store } = harness;
    await store.commit(aSession, aChange({ pullRequests: [pullRequest(3, null)], runs: [run(3, null)] }), [], NOW);
    expect(await numbers(store, at(999))).toEqual([3, 3]);
    expect(await numbers(store, at(1000))).toEqual([undefined, undefined]);
    const again = { expiresAt: at(9000) };
    const anew = aChange({ pullRequests: [pullRequest(1, null, again)], runs: [run(1, null, again)] });
    expect(await store.commit(aSession, anew, [], at(1000))).toBe('committed');
    expect(await numbers(store, at(1000))).toEqual([1, 1]);
  });

  test('a superseded run says so, and by what', async () => {
    await using harness = await makeHarness();
    const { store } = harness;
    await store.commit(aSession, aChange({ pullRequests: [pullRequest(3, null)], runs: [run(3, null)] }), [], NOW);
    const superseded = [{ runId, revision: 4, why: 'a newer push', supersededBy: sha('2') }];
    await store.commit(aSession, aChange({ pullRequests: [pullRequest(4, 3)], superseded }), [], NOW);
    expect(await store.runs(aSession, aKey, NOW)).toEqual([
      { ...aRunItem(aCurrentRun()), status: 'superseded', revision: 4, why: 'a newer push', supersededBy: sha('2') },
    ]);
  });

  test('data comes back in its chunks, large or small', async () => {
    await using harness = await makeHarness();
    const { store } = harness;
    const chunks = Array.from({ length: 5 }, (_, index) => Buffer.alloc(300_000, index));
    const large = aDataRef({ chunks: 5, sha256: '1'.repeat(64) });
    const small = aDataRef();
    const blobs = [
      { ref: large, chunks },
      { ref: small, chunks: [Buffer.from('small')] },
    ];
    await store.commit(aSession, aChange({ pullRequests: [pullRequest(1, null)] }), blobs, NOW);
    const read = async (ref: typeof large) =>
      (await store.readData(aSession, ref, NOW))?.map((chunk) => Buffer.from(chunk).toString('base64'));
    expect(await read(large)).toEqual(chunks.map((chunk) => chunk.toString('base64')));
    expect(await read(small)).toEqual([Buffer.from('small').toString('base64')]);
    expect(await store.readData(aSession, small, at(1000))).toBeNull();
  });
});
