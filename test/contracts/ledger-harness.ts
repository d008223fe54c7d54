import { createHash } from 'node:crypto';
import { test } from '@jest/globals';
import { EpochSeconds, HolderToken, SessionName, TokenHash, type CommitSha } from '../../src/core/ids.ts';
import type {
  Caller,
  ClaimAnswer,
  ClaimCommand,
  ClaimOutcome,
  Force,
  SubmitCommand,
} from '../../src/core/ledger/commands.ts';
import type { SeenPullRequest } from '../../src/core/pull-request.ts';
import type { ReviewResult } from '../../src/core/review-record.ts';
import { verdictOf } from '../../src/core/verdict.ts';
import type { Ledger } from '../../src/ports/ledger.ts';
import { aKey, aResult, aVersion } from '../support/builders.ts';

/** What the contract suite needs of whatever it runs over; knows nothing of how the ledger is made. */
export interface LedgerHarness extends AsyncDisposable {
  /** All callers share one ledger. Every harness starts with an empty one. */
  ledgerFor(caller: Caller): Ledger;
  /** The clock that decides at the ledger. */
  clock: SteeredClock;
}

export type MakeHarness = () => Promise<LedgerHarness>;

/** What a ledger declares that it can't do is not asked of it. */
export type HarnessCapabilities = {
  /** Simultaneous callers are kept apart by the store itself. */
  exclusive: boolean;
  /** False where callers of another trust or workflow run can't be had. */
  anyCaller: boolean;
  /** Set where not everything fits: what is too large reads as unavailable then. */
  bounded?: true;
};

/** Asks a ledger only for what it declares that it can do. */
export function testWhere(can: boolean): (name: string, body: () => Promise<void>) => void {
  return can ? test : () => undefined;
}

export type SteeredClock = { now(): EpochSeconds; advance(seconds: number): void };

/** A clock that stands still until it is told; sleeping ends at once, so that retries are not waited for. */
export function steeredClock(start = 1_800_000_000): SteeredClock & { monotonicMs(): number; sleep(): Promise<void> } {
  let now = start;
  return {
    now: () => EpochSeconds.parse(now),
    advance(seconds) {
      now += seconds;
    },
    monotonicMs: () => now * 1000,
    sleep: () => new Promise((resolve) => setImmediate(resolve)),
  };
}

export const aSession = SessionName.parse('acme/shop#12');

export function aCaller(overrides: Partial<Caller> = {}): Caller {
  return { ownerId: '9001', workflowRun: null, trust: 'contributor', ...overrides };
}

export type TestHolder = { token: HolderToken; tokenHash: TokenHash; url: string };

/** The same name is the same holder, everywhere. */
export function aHolder(name: string): TestHolder {
  const token = HolderToken.parse(createHash('sha256').update(name).digest('base64url'));
  const tokenHash = TokenHash.parse(createHash('sha256').update(token).digest('hex'));
  return { token, tokenHash, url: `https://ci.example/runs/${name}` };
}

/** `acme/shop#12` as seen now, open, at head `1`. */
export function aSight(
  harness: Pick<LedgerHarness, 'clock'>,
  overrides: Partial<SeenPullRequest> = {},
): SeenPullRequest {
  return {
    ...aKey,
    ...aVersion(),
    headSeenAt: harness.clock.now(),
    state: 'open',
    draft: false,
    exclusion: null,
    ...overrides,
  };
}

type Answered = Extract<ClaimOutcome, { outcome: 'answered' }>;

export async function claim(
  ledger: Ledger,
  holder: TestHolder,
  pullRequests: SeenPullRequest[],
  options: { force?: Force; session?: SessionName; leaseSeconds?: number } = {},
): Promise<Answered> {
  const outcome = await ledger.claim(claimCommand(holder, pullRequests, options));
  if (outcome.outcome === 'rejected') throw new Error(JSON.stringify(outcome.faults));
  return outcome;
}

export function claimCommand(
  { tokenHash, url }: TestHolder,
  pullRequests: SeenPullRequest[],
  {
    force = null,
    session = aSession,
    leaseSeconds = 120,
  }: { force?: Force | null; session?: SessionName; leaseSeconds?: number } = {},
): ClaimCommand {
  return { session, pullRequests, holder: { tokenHash, url }, leaseSeconds, force };
}

/** Claims one PR and returns its answer. */
export async function claimOne(
  ledger: Ledger,
  holder: TestHolder,
  seen: SeenPullRequest,
  options: { force?: Force; session?: SessionName } = {},
): Promise<ClaimAnswer> {
  const { answers } = await claim(ledger, holder, [seen], options);
  return answers[0]!;
}

/** A consistent result: the verdict follows from findings and coverage. */
export function aConsistentResult(overrides: Partial<ReviewResult> = {}): ReviewResult {
  const result = aResult(overrides);
  return { ...result, verdict: overrides.verdict ?? verdictOf(result.findings, result.coverage) };
}

export function submission(
  answer: Pick<ClaimAnswer, 'run'>,
  holder: TestHolder,
  result: Partial<ReviewResult> = {},
): SubmitCommand['results'][number] {
  return { runId: answer.run!.runId, token: holder.token, ...aConsistentResult(result) };
}

export async function submitOne(
  ledger: Ledger,
  answer: Pick<ClaimAnswer, 'run'>,
  holder: TestHolder,
  result: Partial<ReviewResult> = {},
): Promise<string> {
  const outcome = await ledger.submit({ session: aSession, results: [submission(answer, holder, result)] });
  if (outcome.outcome === 'rejected') throw new Error(JSON.stringify(outcome.faults));
  return outcome.results[0]!.status;
}

export async function deliverOne(
  ledger: Ledger,
  answer: Pick<ClaimAnswer, 'run'>,
  holder: TestHolder,
): Promise<string> {
  const run = { runId: answer.run!.runId, token: holder.token, commentId: 1, reviewId: 2, checkId: null };
  const outcome = await ledger.deliver({ session: aSession, runs: [run] });
  if (outcome.outcome === 'rejected') throw new Error(JSON.stringify(outcome.faults));
  return outcome.runs[0]!.status;
}

export async function releaseOne(
  ledger: Ledger,
  answer: Pick<ClaimAnswer, 'run'>,
  holder: TestHolder,
  status: 'failed' | 'cancelled' = 'cancelled',
): Promise<string> {
  const run = { runId: answer.run!.runId, token: holder.token, status, why: 'the job was cancelled' };
  const outcome = await ledger.release({ session: aSession, runs: [run] });
  if (outcome.outcome === 'rejected') throw new Error(JSON.stringify(outcome.faults));
  return outcome.runs[0]!.status;
}

export async function beatOne(
  ledger: Ledger,
  answer: Pick<ClaimAnswer, 'run'>,
  holder: TestHolder,
  checkpoint: Partial<ReviewResult> | null = null,
): Promise<{ status: string; leaseEndsAt: number | null; supersededBy: CommitSha | null }> {
  const run = {
    runId: answer.run!.runId,
    token: holder.token,
    checkpoint: checkpoint === null ? null : aConsistentResult(checkpoint),
  };
  const outcome = await ledger.heartbeat({ session: aSession, runs: [run] });
  if (outcome.outcome === 'rejected') throw new Error(JSON.stringify(outcome.faults));
  const { status, leaseEndsAt, supersededBy } = outcome.runs[0]!;
  return { status, leaseEndsAt, supersededBy };
}

/** Claims, records and delivers the review of one sight. */
export async function reviewWhole(
  ledger: Ledger,
  holder: TestHolder,
  seen: SeenPullRequest,
  result: Partial<ReviewResult> = {},
): Promise<ClaimAnswer> {
  const answer = await claimOne(ledger, holder, seen);
  if (answer.answer !== 'review') throw new Error(`expected a review, got ${answer.answer}: ${answer.detail}`);
  await submitOne(ledger, answer, holder, result);
  await deliverOne(ledger, answer, holder);
  return answer;
}
