import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LedgerUnavailable } from '../../ports/ledger.ts';
import type { Snapshot, SnapshotStore } from './snapshot-store.ts';

/** The snapshot in a file, which is replaced whole: whoever reads it sees the old one or the new one. */
export function createFileSnapshotStore(path: string): SnapshotStore {
  async function load(): Promise<Snapshot> {
    try {
      const bytes = await readFile(path);
      return { bytes, etag: createHash('sha256').update(bytes).digest('hex') };
    } catch (error) {
      if (isMissing(error)) return { bytes: null, etag: null };
      throw new LedgerUnavailable(`The ledger file ${path} can not be read.`, { cause: error });
    }
  }
  return {
    load,
    async save(bytes, etag) {
      if ((await load()).etag !== etag) return false;
      await replace(path, bytes);
      return true;
    },
  };
}

async function replace(path: string, bytes: Uint8Array): Promise<void> {
  const written = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(written, bytes, { mode: 0o600 });
    await rename(written, path);
  } catch (error) {
    await rm(written, { force: true });
    throw new LedgerUnavailable(`The ledger file ${path} can not be written.`, { cause: error });
  }
}

function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}
