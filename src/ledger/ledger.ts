import type { Caller } from '../core/ledger/commands.ts';
import { DEFAULT_RETENTION, type Retention } from '../core/ledger/retention.ts';
import type { Clock } from '../ports/clock.ts';
import type { Fresh } from '../ports/fresh.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';
import type { Ledger } from '../ports/ledger.ts';
import { randomFresh } from './random-fresh.ts';
import type { LedgerDeps } from './deps.ts';
import { history, list, previous } from './reads.ts';
import { claim, deliver, dismiss, heartbeat, release, submit } from './writes.ts';

/** What every ledger over a store takes; the rest has defaults. */
export type LedgerOptions = { clock: Clock; fresh?: Fresh; retention?: Retention };

/** The rules of `core/ledger` over a store, for one caller. */
export function createLedger(options: LedgerOptions & { store: LedgerStore; caller: Caller }): Ledger {
  const deps: LedgerDeps = { fresh: randomFresh, retention: DEFAULT_RETENTION, ...options };
  return {
    capabilities: deps.store.capabilities,
    claim: (command) => claim(deps, command),
    heartbeat: (command) => heartbeat(deps, command),
    submit: (command) => submit(deps, command),
    deliver: (command) => deliver(deps, command),
    release: (command) => release(deps, command),
    dismiss: (command) => dismiss(deps, command),
    list: (session) => list(deps, session),
    history: (query) => history(deps, query),
    previous: (query) => previous(deps, query),
  };
}
