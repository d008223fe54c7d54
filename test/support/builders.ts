import { NOTHING_COVERED } from '../../src/core/coverage.ts';
import type { Finding } from '../../src/core/finding.ts';
import {
  BatchId,
  CommitSha,
  EpochSeconds,
  PullRequestNumber,
  RepositoryId,
  RepositoryName,
  SessionName,
  runIdOf,
} from '../../src/core/ids.ts';
import type { PullRequestKey, PullRequestVersion } from '../../src/core/pull-request.ts';
import type { PullReport, RunReport } from '../../src/core/report.ts';
import type { ReviewRecord, ReviewResult } from '../../src/core/review-record.ts';
import { NO_USAGE } from '../../src/core/usage.ts';

/** Test data with sensible values, each overridable. One PR, `acme/shop#12`, is the default everywhere. */

export function sha(digit: string): CommitSha {
  return CommitSha.parse(digit.repeat(40).slice(0, 40));
}

export const aKey: PullRequestKey = {
  repository: RepositoryName.parse('acme/shop'),
  repositoryId: RepositoryId.parse(4711),
  number: PullRequestNumber.parse(12),
};

export function aVersion(overrides: Partial<PullRequestVersion> = {}): PullRequestVersion {
  return { headSha: sha('1'), baseRef: 'main', baseSha: sha('a'), mergeBaseSha: sha('a'), ...overrides };
}

export function aFinding(overrides: Partial<Finding> = {}): Finding {
  return {
    id: 'f00000000000000000000001',
    shortId: 1,
    status: 'new',
    severity: 'warning',
    category: 'correctness',
    rule: 'eqeqeq',
    path: 'src/cart.ts',
    line: 3,
    endLine: 3,
    side: 'RIGHT',
    quote: 'if (a == b) {',
    title: 'Compare with ===',
    body: '`==` converts its operands.',
    suggestion: null,
    fingerprint: 'fp-1',
    firstSeenSha: sha('1'),
    fixedSha: null,
    why: '',
    ...overrides,
  };
}

export function aResult(overrides: Partial<ReviewResult> = {}): ReviewResult {
  return {
    mode: 'full',
    reason: 'first-review',
    verdict: 'approved',
    summary: 'Adds a discount.',
    findings: [],
    coverage: NOTHING_COVERED,
    usage: NO_USAGE,
    reviewer: { name: 'sarif', model: null, fingerprint: 'r1', sessionId: null },
    previousSha: null,
    ...overrides,
  };
}

export function aRecord(
  overrides: Omit<Partial<ReviewRecord>, 'result'> & { result?: Partial<ReviewResult> } = {},
): ReviewRecord {
  const version = overrides.version ?? aVersion();
  return {
    schema: 1,
    runId: runIdOf({ ...aKey, headSha: version.headSha }),
    attempt: 1,
    generation: 1,
    pullRequest: aKey,
    trust: 'contributor',
    completedAt: EpochSeconds.parse(1_800_000_000),
    ...overrides,
    version,
    result: aResult(overrides.result),
  };
}

export function aPullReport(overrides: Partial<PullReport> = {}): PullReport {
  const record = aRecord();
  return {
    pullRequest: aKey,
    url: 'https://github.example/acme/shop/pull/12',
    headSha: record.version.headSha,
    outcome: 'reviewed',
    mode: record.result.mode,
    reason: record.result.reason,
    detail: 'no earlier review of this pull request',
    runId: record.runId,
    record,
    ...overrides,
  };
}

export function aRunReport(pulls: PullReport[] = [aPullReport()]): RunReport {
  return {
    session: SessionName.parse('acme/shop#12'),
    batchId: BatchId.parse(`batch_${'0'.repeat(32)}`),
    pulls,
  };
}
