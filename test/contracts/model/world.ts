import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { createDynamoDbLedger } from '../../../src/adapters/ledger-dynamodb/ledger.ts';
import { BatchId, RepositoryId, type RunId } from '../../../src/core/ids.ts';
import type { Caller, ClaimCommand, SubmitCommand } from '../../../src/core/ledger/commands.ts';
import type { SeenPullRequest } from '../../../src/core/pull-request.ts';
import { createLedger } from '../../../src/ledger/ledger.ts';
import { partitionOf } from '../../../src/ledger/keys.ts';
import { createTableStore, emptyTable, type LedgerTable } from '../../../src/ledger/table-store.ts';
import type { Fresh } from '../../../src/ports/fresh.ts';
import type { Ledger } from '../../../src/ports/ledger.ts';
import { sha } from '../../support/builders.ts';
import type { TestTable } from '../../support/dynamodb-local.ts';
import { aCaller, aHolder, aSession, aSight, steeredClock, type TestHolder } from '../ledger-harness.ts';

/** Two pull requests as GitHub has them; the ledgers know only what claims tell them. */
export type Pull = { head: number; retargeted: boolean; closed: boolean };

/** One attempt that a claim handed out, with all that its holder needs to go on. */
export type Turn = {
  who: number;
  holder: TestHolder;
  runId: RunId;
  submitted: SubmitCommand['results'][number] | null;
};

export type World = {
  clock: ReturnType<typeof steeredClock>;
  callers: readonly Caller[];
  /** By caller. */
  inMemory: Ledger[];
  inDynamoDb: Ledger[];
  /** The ledger in memory, for looking at. */
  table: LedgerTable;
  /** The same owners' items as they lie in DynamoDB. */
  stored(): Promise<Map<string, unknown>>;
  github: Pull[];
  /** What each caller saw last of each PR: a runner that was paused claims by it. */
  sights: Map<string, SeenPullRequest>;
  /** Latest first. */
  turns: Turn[];
  claims: { who: number; command: ClaimCommand }[];
};

/** Two owners; of one, two attempts of a workflow run and a caller of more trust. */
export function makeWorld(shared: TestTable, history: string): World {
  const [one, two] = [`1${history}`, `2${history}`];
  const callers = [
    aCaller({ ownerId: one, workflowRun: { id: '1', attempt: 1 } }),
    aCaller({ ownerId: one, workflowRun: { id: '1', attempt: 2 } }),
    aCaller({ ownerId: one, trust: 'protected' }),
    aCaller({ ownerId: two }),
  ];
  const clock = steeredClock();
  const table = emptyTable();
  const access = {
    read: async () => table,
    change: async (write: (changed: LedgerTable) => boolean) =>
      write(table) ? ('committed' as const) : ('conflict' as const),
  };
  const fresh = countedFresh();
  const { client, tableName } = shared;
  const inDynamoDb = createDynamoDbLedger({ client, tableName, clock, fresh: countedFresh() });
  return {
    clock,
    callers,
    table,
    inMemory: callers.map((caller) => {
      const store = createTableStore(access, caller.ownerId, { exclusive: true });
      return createLedger({ clock, fresh, caller, store });
    }),
    inDynamoDb: callers.map(inDynamoDb),
    stored: async () => new Map((await Promise.all([one, two].map((owner) => itemsOf(shared, owner)))).flat()),
    github: [1, 2].map(() => ({ head: 0, retargeted: false, closed: false })),
    sights: new Map(),
    turns: [],
    claims: [],
  };
}

/** Both ledgers name their batches alike. */
function countedFresh(): Fresh {
  let count = 0;
  return {
    batchId: () => BatchId.parse(`batch_${(count += 1).toString(16).padStart(32, '0')}`),
    markerKey: () => 'ab'.repeat(32),
    fraction: () => 0,
  };
}

/** Keys as in memory; of data, which is packed, only when it ends. */
async function itemsOf({ client, tableName }: TestTable, ownerId: string): Promise<[string, unknown][]> {
  const found: [string, unknown][] = [];
  const pk = partitionOf(ownerId, aSession);
  let start: Record<string, never> | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: tableName,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: pk } },
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
    );
    for (const attributes of page.Items ?? []) {
      const { pk: _pk, sk, chunk, ...item } = unmarshall(attributes);
      found.push([`${pk}\n${String(sk)}`, chunk === undefined ? item : item['expiresAt']]);
    }
    start = page.LastEvaluatedKey as typeof start;
  } while (start !== undefined);
  return found;
}

/** The same of the ledger in memory. */
export function everythingIn({ items, data }: LedgerTable): Map<string, unknown> {
  return new Map([
    ...[...items].map(([key, text]) => [key, JSON.parse(text) as unknown] as const),
    ...[...data].map(([key, { expiresAt }]) => [key, expiresAt] as const),
  ]);
}

/** What the caller sees of a PR now; `ahead`: by a clock that runs fast. */
export function look(world: World, who: number, pull: number, ahead: number): SeenPullRequest {
  const { head, retargeted, closed } = world.github[pull]!;
  const now = aSight(world);
  const seen: SeenPullRequest = {
    ...now,
    repositoryId: RepositoryId.parse(8000 + pull),
    headSha: sha(String(head)),
    baseRef: retargeted ? 'next' : 'main',
    mergeBaseSha: sha(retargeted ? 'b' : 'a'),
    headSeenAt: (now.headSeenAt + ahead) as typeof now.headSeenAt,
    state: closed ? 'closed' : 'open',
  };
  world.sights.set(`${who} ${pull}`, seen);
  return seen;
}

/** Every caller has secrets of its own: one for each of its jobs. */
export function holderOf(who: number, job: number): TestHolder {
  return aHolder(`caller ${who} job ${job}`);
}
