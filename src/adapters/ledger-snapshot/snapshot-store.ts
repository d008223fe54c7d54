/** Where one document lies. Two writers are told apart only as far as the etag goes. */
export interface SnapshotStore {
  /** Most bytes that fit; without it, any number. */
  readonly maxBytes?: number;
  /** The document as it is now; null bytes where there is none yet. */
  load(): Promise<Snapshot>;
  /** Replaces the document that had this etag. False where it is another by now. */
  save(bytes: Uint8Array, etag: string | null): Promise<boolean>;
}

export type Snapshot = {
  bytes: Uint8Array | null;
  etag: string | null;
  /** Why there are no bytes though there was a ledger once. */
  lost?: string;
};
