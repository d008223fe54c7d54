import type { Caller } from '../../core/ledger/commands.ts';
import { createLedger, type LedgerOptions } from '../../ledger/ledger.ts';
import { createTableStore, emptyTable } from '../../ledger/table-store.ts';
import type { Ledger } from '../../ports/ledger.ts';

/** A ledger that lives as long as the process: every caller made from it shares it. */
export function createMemoryLedger(options: LedgerOptions): (caller: Caller) => Ledger {
  const table = emptyTable();
  const access = {
    read: async () => table,
    change: async (write: (changed: typeof table) => boolean) =>
      write(table) ? ('committed' as const) : ('conflict' as const),
  };
  return (caller) =>
    createLedger({ ...options, caller, store: createTableStore(access, caller.ownerId, { exclusive: true }) });
}
