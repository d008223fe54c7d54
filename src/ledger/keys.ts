import { parseRunId, type RunId, type SessionName } from '../core/ids.ts';
import type { DataRef } from '../core/ledger/items.ts';
import type { PullRequestIdParts } from '../ports/ledger-store.ts';

/** Keys of the one table (DESIGN 4). Only the last part of each may hold a `#`, so that no two things share a key. */
export type ItemKey = { pk: string; sk: string };

export function partitionOf(ownerId: string, session: SessionName): string {
  return `${sessionPrefix(ownerId)}${session}`;
}

/** Of the partitions of all sessions of one owner. */
export function sessionPrefix(ownerId: string): string {
  return `OWNER#${ownerId}#SESSION#`;
}

export const SESSION_SK = 'SESSION';
export const PULL_REQUEST_PREFIX = 'PR#';

export function pullRequestSk({ repositoryId, number }: PullRequestIdParts): string {
  return `${PULL_REQUEST_PREFIX}${repositoryId}#${number}`;
}

/** Of all runs of one PR. */
export function runPrefix({ repositoryId, number }: PullRequestIdParts): string {
  return `RUN#${repositoryId}#${number}#`;
}

export function runSk(runId: RunId): string {
  const key = parseRunId(runId);
  return `${runPrefix(key)}${key.headSha}`;
}

export function dataSk({ runId, attempt, sha256 }: DataRef, chunk: number): string {
  return `DATA#${runId}#${attempt}#${sha256}#${chunk}`;
}

const INCREMENTAL_SK = 'FLAG#incremental';
export const DEPLOYMENT_FLAG: ItemKey = { pk: 'FLAGS', sk: INCREMENTAL_SK };

export function ownerFlag(ownerId: string): ItemKey {
  return { pk: `OWNER#${ownerId}`, sk: INCREMENTAL_SK };
}

/** Whose flag it is; null where it is no owner's. */
export function ownerOfFlag({ pk, sk }: ItemKey): string | null {
  return sk === INCREMENTAL_SK ? (/^OWNER#([0-9]+)$/.exec(pk)?.[1] ?? null) : null;
}
