import type { EpochSeconds } from '../../core/ids.ts';
import { SessionItem } from '../../core/ledger/items.ts';
import { SESSION_SK } from '../../ledger/keys.ts';
import { parseItem } from '../../ledger/parse-item.ts';
import { unpackDocument } from './document.ts';
import type { SnapshotStore } from './snapshot-store.ts';

export type SnapshotSessions =
  | { outcome: 'read'; sessions: { ownerId: string; item: SessionItem }[] }
  | { outcome: 'missing' }
  | { outcome: 'unreadable'; why: string };

/** Every session in one snapshot, whoever it belongs to, in no order. */
export async function readSnapshotSessions(store: SnapshotStore, now: EpochSeconds): Promise<SnapshotSessions> {
  const { bytes } = await store.load();
  if (bytes === null) return { outcome: 'missing' };
  const { items, historyLost } = await unpackDocument(bytes);
  if (historyLost !== null && items.size === 0) return { outcome: 'unreadable', why: historyLost };
  const sessions = [...items].flatMap(([key, text]) => {
    const [pk = '', sk] = key.split('\n');
    const ownerId = /^OWNER#([0-9]+)#SESSION#/.exec(pk)?.[1];
    if (ownerId === undefined || sk !== SESSION_SK) return [];
    const item = parseItem(SessionItem, JSON.parse(text), 'session');
    return item.expiresAt > now ? [{ ownerId, item }] : [];
  });
  return { outcome: 'read', sessions };
}
