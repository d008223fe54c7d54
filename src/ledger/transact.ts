import type { EpochSeconds, SessionName } from '../core/ids.ts';
import type { LedgerChange } from '../core/ledger/state.ts';
import type { Clock } from '../ports/clock.ts';
import type { Fresh } from '../ports/fresh.ts';
import type { DataBlob, LedgerStore, StoreRead } from '../ports/ledger-store.ts';
import { LedgerUnavailable } from '../ports/ledger.ts';

const MAX_TRIES = 12;
const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 1_000;

export type TransactDeps = { store: LedgerStore; clock: Clock; fresh: Fresh };

/**
 * Reads, decides and writes until the write meets what was read. Whoever loses a race decides again on what the winner
 * left, after a random pause; a bounded number of times. The store's own time decides where it has one.
 */
export async function transact<Read, Decision>(
  { store, clock, fresh }: TransactDeps,
  session: SessionName,
  read: (now: EpochSeconds) => Promise<Read & Pick<StoreRead, 'at'>>,
  decide: (state: Read, now: EpochSeconds) => Decision,
  writesOf: (decision: Decision) => { change: LedgerChange | null; data: readonly DataBlob[] },
): Promise<Decision> {
  for (let tried = 1; tried <= MAX_TRIES; tried += 1) {
    const state = await read(clock.now());
    const now = state.at ?? clock.now();
    const decision = decide(state, now);
    const { change, data } = writesOf(decision);
    if (change === null) return decision;
    if ((await store.commit(session, change, data, now)) === 'committed') return decision;
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tried - 1));
    await clock.sleep(longest * fresh.fraction());
  }
  throw new LedgerUnavailable(
    `The ledger was changed by others ${MAX_TRIES} times in a row while this call was deciding.`,
  );
}
