import type { BatchId } from '../core/ids.ts';

/** Randomness for the ledger. */
export interface Fresh {
  batchId(): BatchId;
  /** A new key for the markers of pull requests, 32 bytes in hexadecimal; null where the ledger can keep no secret. */
  markerKey(): string | null;
  /** Evenly spread in [0, 1). */
  fraction(): number;
}
