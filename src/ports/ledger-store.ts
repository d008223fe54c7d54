import type { EpochSeconds, RunId, SessionName } from '../core/ids.ts';
import type { Flags } from '../core/ledger/flags.ts';
import type { DataRef, PullRequestItem, RunItem } from '../core/ledger/items.ts';
import type { LedgerChange, LedgerState } from '../core/ledger/state.ts';
import type { LedgerCapabilities } from './ledger.ts';

/**
 * Where one owner's ledger items lie. Reads are strongly consistent, an expired item reads as absent. Throws
 * `LedgerUnavailable` and `LedgerForbidden` as the ledger itself does.
 */
export interface LedgerStore {
  readonly capabilities: LedgerCapabilities;
  /** One round trip. Not a snapshot: `commit` is what notices that something changed in between. */
  read(request: ReadRequest): Promise<StoreRead>;
  /** Writes everything or nothing, each item only if it is as it was read; data first, or in the same transaction. */
  commit(
    session: SessionName,
    change: LedgerChange,
    data: readonly DataBlob[],
    now: EpochSeconds,
  ): Promise<'committed' | 'conflict'>;
  /** The packed chunks in order; null where any is missing. */
  readData(session: SessionName, ref: DataRef, now: EpochSeconds): Promise<Uint8Array[] | null>;
  pullRequests(session: SessionName, now: EpochSeconds): Promise<PullRequestItem[]>;
  /** Every run of one PR, in no order. */
  runs(session: SessionName, pullRequest: PullRequestIdParts, now: EpochSeconds): Promise<RunItem[]>;
  /** Set where what was stored before could not be read and is lost: why. */
  historyLost(): Promise<string | null>;
}

export type PullRequestIdParts = { repositoryId: number; number: number };

export type StoreRead = LedgerState & {
  flags: Flags;
  /**
   * The store's own time of this read, where it keeps one. It then decides instead of the caller's clock; whether items
   * had expired was judged by it.
   */
  at?: EpochSeconds;
};

export type ReadRequest = {
  session: SessionName;
  pullRequests: readonly PullRequestIdParts[];
  runs: readonly RunId[];
  /** Whether to read the session and the flags too, which nothing but a claim needs. */
  forClaim: boolean;
  now: EpochSeconds;
};

/** One packed result or checkpoint: immutable, so that writing it twice is writing it once. */
export type DataBlob = { ref: DataRef; chunks: readonly Uint8Array[] };
