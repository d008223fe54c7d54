import type { BatchId } from '../core/ids.ts';

/** Randomness for the ledger. */
export interface Fresh {
  batchId(): BatchId;
  /** Evenly spread in [0, 1). */
  fraction(): number;
}
