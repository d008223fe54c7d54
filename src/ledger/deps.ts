import type { Caller } from '../core/ledger/commands.ts';
import type { Retention } from '../core/ledger/retention.ts';
import type { Clock } from '../ports/clock.ts';
import type { Fresh } from '../ports/fresh.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';

/** What each call of one caller's ledger works with. */
export type LedgerDeps = {
  store: LedgerStore;
  clock: Clock;
  fresh: Fresh;
  caller: Caller;
  retention: Retention;
};
