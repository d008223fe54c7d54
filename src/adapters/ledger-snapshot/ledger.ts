import type { EpochSeconds } from '../../core/ids.ts';
import type { Caller } from '../../core/ledger/commands.ts';
import { createLedger, type LedgerOptions } from '../../ledger/ledger.ts';
import {
  createTableStore,
  emptyTable,
  pruneTable,
  type LedgerTable,
  type TableAccess,
} from '../../ledger/table-store.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Ledger } from '../../ports/ledger.ts';
import { unpackDocument } from './document.ts';
import { packWithin } from './pack-within.ts';
import type { SnapshotStore } from './snapshot-store.ts';

export type SnapshotLedgerOptions = LedgerOptions & {
  store: SnapshotStore;
  /** Whether a change of what is stored is worth a write; without it, every change is. */
  worthWriting?: (stored: LedgerTable, after: LedgerTable, now: EpochSeconds) => boolean;
};

/**
 * The same rules over one stored document. Exclusive only as far as whoever starts the runs keeps them apart (a
 * workflow's `concurrency` group): between a load and a save nothing but the store's etag notices another writer.
 */
export function createSnapshotLedger({
  store,
  worthWriting = () => true,
  ...options
}: SnapshotLedgerOptions): (caller: Caller) => Ledger {
  const access = oneAtATime(accessTo(store, options.clock, worthWriting));
  return (caller) =>
    createLedger({ ...options, caller, store: createTableStore(access, caller.ownerId, { exclusive: false }) });
}

function accessTo(
  store: SnapshotStore,
  clock: Clock,
  worthWriting: NonNullable<SnapshotLedgerOptions['worthWriting']>,
): TableAccess {
  /** What was not worth a write, for this process to go on with while the document is the one it was decided on. */
  let unwritten: { table: LedgerTable; etag: string | null } | null = null;

  async function load(): Promise<{ stored: LedgerTable; table: LedgerTable; etag: string | null }> {
    const { bytes, etag, lost = null } = await store.load();
    const stored = bytes === null ? emptyTable(lost) : await unpackDocument(bytes);
    return { stored, table: copyOf(unwritten?.etag === etag ? unwritten.table : stored), etag };
  }
  return {
    read: async () => (await load()).table,
    async change(write) {
      const { stored, table, etag } = await load();
      if (!write(table)) return 'conflict';
      const now = clock.now();
      if (!worthWriting(stored, table, now)) {
        unwritten = { table, etag };
        return 'committed';
      }
      pruneTable(table, now);
      const bytes = await packWithin(table, store.maxBytes ?? Infinity, now);
      return (await store.save(bytes, etag)) ? 'committed' : 'conflict';
    },
  };
}

function copyOf({ items, data, historyLost }: LedgerTable): LedgerTable {
  return { items: new Map(items), data: new Map(data), historyLost };
}

/** Calls of this process queue up, so that they at least never undo one another. */
function oneAtATime(access: TableAccess): TableAccess {
  let last: Promise<unknown> = Promise.resolve();
  function queued<T>(call: () => Promise<T>): Promise<T> {
    const result = last.then(call, call);
    last = result.catch(() => undefined);
    return result;
  }
  return { read: () => queued(() => access.read()), change: (write) => queued(() => access.change(write)) };
}
