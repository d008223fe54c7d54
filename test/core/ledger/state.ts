import { EpochSeconds, runIdOf, type CommitSha } from '../../../src/core/ids.ts';
import type {
  CurrentRun,
  DataRef,
  PreviousReview,
  PullRequestItem,
  RunItem,
  StoredRecord,
} from '../../../src/core/ledger/items.ts';
import { DEFAULT_RETENTION } from '../../../src/core/ledger/retention.ts';
import type { Context } from '../../../src/core/ledger/state.ts';
import { BatchId } from '../../../src/core/ids.ts';
import { aCaller, aHolder } from '../../contracts/ledger-harness.ts';
import { aKey, aVersion, sha } from '../../support/builders.ts';

/** Stored items for the decision tables: `acme/shop#12` at head `1`, seen at NOW. */

export const NOW = EpochSeconds.parse(1_800_000_000);

export function at(seconds: number): EpochSeconds {
  return EpochSeconds.parse(NOW + seconds);
}

export function aContext(overrides: Partial<Context> = {}): Context {
  return { caller: aCaller(), now: NOW, retention: DEFAULT_RETENTION, ...overrides };
}

export function aDataRef(overrides: Partial<DataRef> = {}): DataRef {
  const runId = runIdOf({ ...aKey, headSha: sha('1') });
  return { runId, attempt: 1, sha256: '0'.repeat(64), bytes: 10, chunks: 1, expiresAt: at(1000), ...overrides };
}

export function aStoredRecord(overrides: Partial<StoredRecord> = {}): StoredRecord {
  return {
    attempt: 1,
    version: aVersion(),
    mode: 'full',
    reason: 'first-review',
    verdict: 'approved',
    reviewer: { name: 'sarif', model: null, fingerprint: 'r1', sessionId: null },
    pending: 0,
    trust: 'contributor',
    completedAt: NOW,
    data: aDataRef(),
    ...overrides,
  };
}

export function aPrevious(overrides: Partial<PreviousReview> = {}): PreviousReview {
  const runId = runIdOf({ ...aKey, headSha: overrides.version?.headSha ?? sha('1') });
  return { ...aStoredRecord(), runId, generation: 1, delivered: true, ...overrides };
}

export function aCurrentRun(overrides: Partial<CurrentRun> = {}): CurrentRun {
  const headSha: CommitSha = overrides.version?.headSha ?? sha('1');
  const { tokenHash, url } = aHolder('anna');
  return {
    runId: runIdOf({ ...aKey, headSha }),
    attempt: 1,
    generation: 1,
    batchId: BatchId.parse(`batch_${'0'.repeat(32)}`),
    status: 'running',
    version: aVersion(),
    holder: { tokenHash, url, workflowRun: null },
    trust: 'contributor',
    mode: null,
    reason: null,
    verdict: null,
    startedAt: NOW,
    completedAt: null,
    deliveredAt: null,
    why: '',
    leaseEndsAt: at(120),
    leaseSeconds: 120,
    answered: { reason: null, detail: '' },
    claimedAtVersion: 1,
    checkpoint: null,
    runExpiresAt: at(1000),
    ...overrides,
  };
}

export function aPullRequestItem(overrides: Partial<PullRequestItem> = {}): PullRequestItem {
  return {
    schema: 1,
    version: 1,
    pullRequest: aKey,
    seen: { ...aVersion(), headSeenAt: NOW, state: 'open', draft: false, exclusion: null },
    generation: 1,
    run: null,
    previous: { contributor: null, protected: null, pinned: null },
    sources: [],
    dismissals: [],
    paused: null,
    nextShortId: 1,
    expiresAt: at(1000),
    ...overrides,
  };
}

/** The run item that stands beside `current`; each record given is that of an attempt, in order. */
export function aRunItem(current: CurrentRun, records: (StoredRecord | null)[] = [null]): RunItem {
  const { runId, attempt, status, mode, reason, verdict, completedAt, deliveredAt, why } = current;
  const { generation, batchId, holder, trust, version, startedAt, leaseEndsAt, runExpiresAt } = current;
  return {
    schema: 1,
    revision: 1,
    pullRequest: aKey,
    runId,
    attempt,
    generation,
    batchId,
    status,
    version,
    holder,
    trust,
    mode,
    reason,
    verdict,
    startedAt,
    completedAt,
    deliveredAt,
    why,
    attempts: records.map((record, index) => ({
      attempt: index + 1,
      generation,
      batchId,
      holder,
      trust,
      version: record?.version ?? version,
      startedAt,
      leaseEndsAt: leaseEndsAt ?? startedAt,
      record,
      late: null,
    })),
    usage: null,
    delivery: { commentId: null, reviewId: null, checkId: null },
    supersededBy: null,
    expiresAt: runExpiresAt,
  };
}
