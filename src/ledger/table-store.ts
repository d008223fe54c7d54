import * as z from 'zod';
import type { EpochSeconds } from '../core/ids.ts';
import { FlagItem, PullRequestItem, RunItem, SessionItem, type DataRef } from '../core/ledger/items.ts';
import { pullRequestIdOf, type LedgerChange } from '../core/ledger/state.ts';
import type { DataBlob, LedgerStore } from '../ports/ledger-store.ts';
import { LedgerUnavailable, type LedgerCapabilities } from '../ports/ledger.ts';
import {
  dataSk,
  DEPLOYMENT_FLAG,
  ownerFlag,
  partitionOf,
  PULL_REQUEST_PREFIX,
  pullRequestSk,
  runPrefix,
  runSk,
  SESSION_SK,
  type ItemKey,
} from './keys.ts';
import { parseItem } from './parse-item.ts';

/** A whole ledger as one value: items as JSON, data as it was packed, by the same keys as in DynamoDB. */
export type LedgerTable = {
  items: Map<string, string>;
  data: Map<string, { chunk: Uint8Array; expiresAt: number }>;
  /** Set where an earlier table could not be read. */
  historyLost: string | null;
};

export function emptyTable(historyLost: string | null = null): LedgerTable {
  return { items: new Map(), data: new Map(), historyLost };
}

const Expiring = z.object({ expiresAt: z.number() });

/** Takes out what has expired, as DynamoDB does by itself. Items without an end stay. */
export function pruneTable(table: LedgerTable, now: EpochSeconds): void {
  for (const [key, text] of table.items) {
    const parsed = Expiring.safeParse(JSON.parse(text));
    if (parsed.success && parsed.data.expiresAt <= now) table.items.delete(key);
  }
  for (const [key, { expiresAt }] of table.data) if (expiresAt <= now) table.data.delete(key);
}

/** What can't be read of a table that came from outside; null where all of it can. */
export function damageOf(table: LedgerTable): string | null {
  try {
    for (const [key, text] of table.items) {
      const kind = kindOf(key.slice(key.indexOf('\n') + 1));
      parseItem(kind.schema, JSON.parse(text), kind.what);
    }
    return null;
  } catch (error) {
    return error instanceof LedgerUnavailable ? error.message : 'A stored item is damaged: it is not JSON.';
  }
}

function kindOf(sk: string): { schema: z.ZodType; what: string } {
  if (sk.startsWith(PULL_REQUEST_PREFIX)) return { schema: PullRequestItem, what: 'pull request' };
  if (sk.startsWith('RUN#')) return { schema: RunItem, what: 'run' };
  if (sk === SESSION_SK) return { schema: SessionItem, what: 'session' };
  return { schema: FlagItem, what: 'flag' };
}

/** Where the table lies. `change` gets it to itself, and keeps it only where `write` returns true. */
export type TableAccess = {
  read(): Promise<LedgerTable>;
  change(write: (table: LedgerTable) => boolean): Promise<'committed' | 'conflict'>;
};

/** The store of the memory and snapshot ledgers: DynamoDB's conditions on a table that is held whole. */
export function createTableStore(access: TableAccess, ownerId: string, capabilities: LedgerCapabilities): LedgerStore {
  return {
    capabilities,
    async read({ session, pullRequests, runs, forClaim, now }) {
      const table = await access.read();
      const pk = partitionOf(ownerId, session);
      const foundPullRequests = pullRequests.flatMap((key) => {
        const item = itemAt(table, { pk, sk: pullRequestSk(key) }, PullRequestItem, 'pull request', now);
        return item === null ? [] : [[pullRequestIdOf(key), item] as const];
      });
      const foundRuns = runs.flatMap((runId) => {
        const item = itemAt(table, { pk, sk: runSk(runId) }, RunItem, 'run', now);
        return item === null ? [] : [[runId, item] as const];
      });
      return {
        session: forClaim ? itemAt(table, { pk, sk: SESSION_SK }, SessionItem, 'session', now) : null,
        pullRequests: new Map(foundPullRequests),
        runs: new Map(foundRuns),
        flags: {
          deployment: forClaim ? flagAt(table, DEPLOYMENT_FLAG) : null,
          owner: forClaim ? flagAt(table, ownerFlag(ownerId)) : null,
        },
      };
    },
    commit(session, change, data, now) {
      const pk = partitionOf(ownerId, session);
      return access.change((table) => apply(table, pk, change, data, now));
    },
    async readData(session, ref, now) {
      const { data } = await access.read();
      const pk = partitionOf(ownerId, session);
      const chunks = Array.from({ length: ref.chunks }).flatMap((_, index) => {
        const found = data.get(keyOf({ pk, sk: dataSk(ref, index) }));
        return found !== undefined && found.expiresAt > now ? [found.chunk] : [];
      });
      return chunks.length === ref.chunks ? chunks : null;
    },
    async pullRequests(session, now) {
      const prefix = { pk: partitionOf(ownerId, session), sk: PULL_REQUEST_PREFIX };
      return itemsUnder(await access.read(), prefix, PullRequestItem, 'pull request', now);
    },
    async runs(session, pullRequest, now) {
      const prefix = { pk: partitionOf(ownerId, session), sk: runPrefix(pullRequest) };
      return itemsUnder(await access.read(), prefix, RunItem, 'run', now);
    },
    async historyLost() {
      return (await access.read()).historyLost;
    },
  };
}

function apply(
  table: LedgerTable,
  pk: string,
  change: LedgerChange,
  data: readonly DataBlob[],
  now: EpochSeconds,
): boolean {
  const versions = change.pullRequests.every(({ item, readVersion }) => {
    const sk = pullRequestSk(item.pullRequest);
    return (itemAt(table, { pk, sk }, PullRequestItem, 'pull request', now)?.version ?? null) === readVersion;
  });
  const revisions = change.runs.every(({ item, readRevision }) => {
    return (itemAt(table, { pk, sk: runSk(item.runId) }, RunItem, 'run', now)?.revision ?? null) === readRevision;
  });
  const superseded = change.superseded.map(({ runId, ...ended }) => {
    const run = itemAt(table, { pk, sk: runSk(runId) }, RunItem, 'run', now);
    return run === null ? null : { ...run, ...ended, status: 'superseded' as const };
  });
  if (!versions || !revisions || superseded.includes(null)) return false;
  for (const run of superseded) if (run !== null) put(table, { pk, sk: runSk(run.runId) }, run);
  if (change.session !== null) put(table, { pk, sk: SESSION_SK }, change.session);
  for (const { item } of change.pullRequests) put(table, { pk, sk: pullRequestSk(item.pullRequest) }, item);
  for (const { item } of change.runs) put(table, { pk, sk: runSk(item.runId) }, item);
  for (const { ref, chunks } of data) putData(table, pk, ref, chunks);
  return true;
}

function putData(table: LedgerTable, pk: string, ref: DataRef, chunks: readonly Uint8Array[]): void {
  chunks.forEach((chunk, index) => {
    table.data.set(keyOf({ pk, sk: dataSk(ref, index) }), { chunk, expiresAt: ref.expiresAt });
  });
}

function put(table: LedgerTable, key: ItemKey, item: unknown): void {
  table.items.set(keyOf(key), JSON.stringify(item));
}

function itemAt<T extends { expiresAt: number }>(
  table: LedgerTable,
  key: ItemKey,
  schema: z.ZodType<T>,
  what: string,
  now: EpochSeconds,
): T | null {
  const text = table.items.get(keyOf(key));
  if (text === undefined) return null;
  const item = parseItem(schema, JSON.parse(text), what);
  return item.expiresAt > now ? item : null;
}

function flagAt(table: LedgerTable, key: ItemKey): FlagItem | null {
  const text = table.items.get(keyOf(key));
  return text === undefined ? null : parseItem(FlagItem, JSON.parse(text), 'flag');
}

function itemsUnder<T extends { expiresAt: number }>(
  table: LedgerTable,
  prefix: ItemKey,
  schema: z.ZodType<T>,
  what: string,
  now: EpochSeconds,
): T[] {
  return [...table.items]
    .filter(([key]) => key.startsWith(keyOf(prefix)))
    .map(([, text]) => parseItem(schema, JSON.parse(text), what))
    .filter((item) => item.expiresAt > now);
}

/** A line feed is in no part of a key. */
export function keyOf({ pk, sk }: ItemKey): string {
  return `${pk}\n${sk}`;
}
