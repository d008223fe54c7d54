import type { PullRequestIdParts } from '../ports/ledger-store.ts';
import { BadCursor } from '../ports/ledger.ts';

/** Says where a page of history ended: the next one begins below this generation. */
export function makeCursor({ repositoryId, number }: PullRequestIdParts, generation: number): string {
  return Buffer.from(`1:${repositoryId}:${number}:${generation}`).toString('base64url');
}

export function readCursor(cursor: string, { repositoryId, number }: PullRequestIdParts): number {
  const [version, ofRepository, ofNumber, generation, ...rest] = Buffer.from(cursor, 'base64url').toString().split(':');
  const ours = version === '1' && ofRepository === String(repositoryId) && ofNumber === String(number);
  if (!ours || rest.length > 0 || generation === undefined || !/^[1-9][0-9]{0,14}$/.test(generation)) {
    throw new BadCursor('The cursor is not one that this ledger gave for this pull request: start without one.');
  }
  return Number(generation);
}
