import type { Trust } from '../review-record.ts';

const rank: Record<Trust, number> = { contributor: 0, protected: 1, pinned: 2 };

/** A run may build on what was written with at least its own trust, never on less. */
export function trusts(reader: Trust, written: Trust): boolean {
  return rank[written] >= rank[reader];
}

export function lowerTrust(a: Trust, b: Trust): Trust {
  return rank[a] <= rank[b] ? a : b;
}
