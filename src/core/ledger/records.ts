import { sameVersion, type PullRequestVersion } from '../pull-request.ts';
import type { Trust } from '../review-record.ts';
import type { RunItem, StoredRecord } from './items.ts';
import { trusts } from './trust.ts';

/** What this head's run recorded for exactly this version, oldest first, as far as the caller may trust it. */
export function recordsAt(run: RunItem, version: PullRequestVersion, trust: Trust): StoredRecord[] {
  return run.attempts
    .map((attempt) => attempt.record)
    .filter((record) => record !== null)
    .filter((record) => sameVersion(record.version, version) && trusts(trust, record.trust));
}
