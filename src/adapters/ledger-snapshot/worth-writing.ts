import type { EpochSeconds } from '../../core/ids.ts';
import { PullRequestItem } from '../../core/ledger/items.ts';
import { PULL_REQUEST_PREFIX } from '../../ledger/keys.ts';
import type { LedgerTable } from '../../ledger/table-store.ts';

/**
 * Whether a change is worth an edit of the comment. The first sight of a pull request that gets no run is not: nobody
 * wants a comment that says so. Nor is a longer lease, while more than half of the stored one is left.
 */
export function worthWriting(stored: LedgerTable, after: LedgerTable, now: EpochSeconds): boolean {
  if (stored.items.size === 0 && stored.historyLost === null) return hasRun(after);
  if (stored.items.size !== after.items.size || stored.data.size !== after.data.size) return true;
  return [...after.items].some(([key, text]) => {
    const old = stored.items.get(key);
    return old !== text && (old === undefined || !isLongerLease(key, old, text, now));
  });
}

function hasRun({ items }: LedgerTable): boolean {
  return [...items.keys()].some((key) => skOf(key).startsWith('RUN#'));
}

function isLongerLease(key: string, old: string, text: string, now: EpochSeconds): boolean {
  if (!skOf(key).startsWith(PULL_REQUEST_PREFIX)) return false;
  const [before, after] = [old, text].map((item) => PullRequestItem.parse(JSON.parse(item)));
  const run = before?.run ?? null;
  if (before === undefined || after === undefined || run === null || run.leaseEndsAt === null) return false;
  const left = run.leaseEndsAt - now;
  return left > run.leaseSeconds / 2 && withoutLease(before) === withoutLease(after);
}

function withoutLease({ run, ...item }: PullRequestItem): string {
  return JSON.stringify({ ...item, version: 0, expiresAt: 0, run: run === null ? null : { ...run, leaseEndsAt: 0 } });
}

function skOf(key: string): string {
  return key.slice(key.indexOf('\n') + 1);
}
