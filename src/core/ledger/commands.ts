import * as z from 'zod';
import { BatchId, CommitSha, EpochSeconds, HolderToken, RunId, SessionName, TokenHash } from '../ids.ts';
import { Mode, Reason } from '../mode.ts';
import { PullRequestKey, PullRequestVersion, SeenPullRequest } from '../pull-request.ts';
import { ReviewerIdentity, ReviewRecord, ReviewResult, Trust } from '../review-record.ts';
import { Usage } from '../usage.ts';
import { Verdict } from '../verdict.ts';

/**
 * What callers ask of the ledger and what it answers. Shared by the port, by every adapter and by the wire.
 * Expected outcomes are values here; only faults (no network, broken store, wrong credentials) are thrown.
 */

// ---- views -------------------------------------------------------------------------------------------------------

export const RunStatus = z.enum(['running', 'completed', 'delivered', 'failed', 'cancelled', 'superseded']);
export type RunStatus = z.infer<typeof RunStatus>;

/** A run as callers see it: never a token, nor its hash. */
export const RunView = z.object({
  runId: RunId,
  attempt: z.int().positive(),
  generation: z.int().positive(),
  batchId: BatchId,
  status: RunStatus,
  pullRequest: PullRequestKey,
  version: PullRequestVersion,
  /** End of the lease, where one is live. */
  leaseEndsAt: EpochSeconds.nullable(),
  /** Page of the workflow run that holds or held it. */
  holderUrl: z.string().max(2048),
  mode: Mode.nullable(),
  reason: Reason.nullable(),
  verdict: Verdict.nullable(),
  trust: Trust,
  startedAt: EpochSeconds,
  completedAt: EpochSeconds.nullable(),
  deliveredAt: EpochSeconds.nullable(),
  /** Why it ended, where it failed or was cancelled. */
  why: z.string().max(2000),
  /** Of the last result that any attempt recorded; told in histories, where the run's own item is read. */
  usage: Usage.nullable().optional(),
});
export type RunView = z.infer<typeof RunView>;

/** Points at one stored record; `previous` of the port reads it whole. */
export const RecordPointer = z.object({
  runId: RunId,
  attempt: z.int().positive(),
  generation: z.int().positive(),
  version: PullRequestVersion,
  mode: Mode,
  reason: Reason,
  verdict: Verdict,
  reviewer: ReviewerIdentity,
  /** Paths still to be reviewed. */
  pending: z.int().nonnegative(),
  delivered: z.boolean(),
  trust: Trust,
});
export type RecordPointer = z.infer<typeof RecordPointer>;

/** The deployment's word on incremental reviews for this owner, and what it rests on. */
export const IncrementalFlag = z.object({ value: z.boolean(), cause: z.string().max(200) });
export type IncrementalFlag = z.infer<typeof IncrementalFlag>;

// ---- claim -------------------------------------------------------------------------------------------------------

export const Force = z.enum(['full', 'rerun']);
export type Force = z.infer<typeof Force>;

export const MAX_PULL_REQUESTS_PER_CLAIM = 30;
export const DEFAULT_LEASE_SECONDS = 120;

export const ClaimCommand = z.object({
  session: SessionName,
  pullRequests: z.array(SeenPullRequest).min(1).max(MAX_PULL_REQUESTS_PER_CLAIM),
  holder: z.object({ tokenHash: TokenHash, url: z.string().max(2048) }),
  leaseSeconds: z.int().min(30).max(900).default(DEFAULT_LEASE_SECONDS),
  /** `full`: review everything anew. `rerun`: claim also what is already reviewed at this version (then reviewed whole). */
  force: Force.nullable().default(null),
});
export type ClaimCommand = z.infer<typeof ClaimCommand>;

/** 32 random bytes, for HMAC-SHA256. Known to the ledger and to runs that claim the PR. */
export const MarkerKey = z.string().regex(/^[0-9a-f]{64}$/, 'a key of 32 bytes in hexadecimal');

export const ClaimAnswerKind = z.enum(['review', 'publish', 'wait', 'skip']);

export const ClaimAnswer = z.object({
  pullRequest: PullRequestKey,
  answer: ClaimAnswerKind,
  /** Set for `publish`, `wait` and `skip`; `resumed-partial` for a review that goes on at the same version. */
  reason: Reason.nullable(),
  /** One sentence for people: what was seen that led to this answer. */
  detail: z.string().max(500),
  /** Ours for `review` and `publish`; the other's for `wait`; the one that stands in the way, if any, for `skip`. */
  run: RunView.nullable(),
  previous: RecordPointer.nullable(),
  /** Checkpoints and late results of runs that never became the previous review; read each with `previous`. */
  pendingSources: z.array(z.object({ runId: RunId, attempt: z.int().positive(), generation: z.int().positive() })),
  incremental: IncrementalFlag,
  /** The finding number that the next new finding of this PR takes. */
  nextShortId: z.int().positive(),
  /** Signs what is posted on this PR; null where the ledger can keep no secret, absent at older endpoints. */
  markerKey: MarkerKey.nullable().optional(),
});
export type ClaimAnswer = z.infer<typeof ClaimAnswer>;

/** A field at fault: `path` is a dotted path into the command. */
export const Fault = z.object({ path: z.string(), message: z.string() });
export type Fault = z.infer<typeof Fault>;

export type Rejected = { outcome: 'rejected'; faults: Fault[] };

export const ClaimAccepted = z.object({
  session: SessionName,
  batchId: BatchId,
  answers: z.array(ClaimAnswer),
});
export type ClaimOutcome = ({ outcome: 'answered' } & z.infer<typeof ClaimAccepted>) | Rejected;

// ---- heartbeat ---------------------------------------------------------------------------------------------------

export const HeartbeatCommand = z.object({
  session: SessionName,
  runs: z
    .array(z.object({ runId: RunId, token: HolderToken, checkpoint: ReviewResult.nullish() }))
    .min(1)
    .max(MAX_PULL_REQUESTS_PER_CLAIM),
});
export type HeartbeatCommand = z.infer<typeof HeartbeatCommand>;

export const HeartbeatAnswer = z.object({
  runId: RunId,
  /** `current`: lease extended. Anything else: stop; the lease is no longer ours. */
  status: z.enum(['current', 'superseded', 'taken-over', 'ended', 'unknown']),
  leaseEndsAt: EpochSeconds.nullable(),
  /** The head that superseded this run, where one did. */
  supersededBy: CommitSha.nullable(),
});
export type HeartbeatAnswer = z.infer<typeof HeartbeatAnswer>;
export type HeartbeatOutcome = { outcome: 'answered'; runs: HeartbeatAnswer[] } | Rejected;

// ---- results -----------------------------------------------------------------------------------------------------

export const SubmitCommand = z.object({
  session: SessionName,
  results: z
    .array(z.object({ runId: RunId, token: HolderToken, ...ReviewResult.shape }))
    .min(1)
    .max(MAX_PULL_REQUESTS_PER_CLAIM),
});
export type SubmitCommand = z.infer<typeof SubmitCommand>;

export const SubmitAnswer = z.object({
  runId: RunId,
  status: z.enum(['recorded', 'replayed', 'recorded_superseded', 'stale']),
  /** One sentence for people; for `stale`, what was seen. */
  detail: z.string().max(500),
  run: RunView.nullable(),
});
export type SubmitAnswer = z.infer<typeof SubmitAnswer>;
export type SubmitOutcome = { outcome: 'answered'; results: SubmitAnswer[] } | Rejected;

// ---- deliveries, releases ----------------------------------------------------------------------------------------

const githubId = z.int().positive().nullable();

export const DeliverCommand = z.object({
  session: SessionName,
  runs: z
    .array(z.object({ runId: RunId, token: HolderToken, commentId: githubId, reviewId: githubId, checkId: githubId }))
    .min(1)
    .max(MAX_PULL_REQUESTS_PER_CLAIM),
});
export type DeliverCommand = z.infer<typeof DeliverCommand>;

export const ReleaseCommand = z.object({
  session: SessionName,
  runs: z
    .array(
      z.object({
        runId: RunId,
        token: HolderToken,
        status: z.enum(['failed', 'cancelled']),
        why: z.string().max(2000),
      }),
    )
    .min(1)
    .max(MAX_PULL_REQUESTS_PER_CLAIM),
});
export type ReleaseCommand = z.infer<typeof ReleaseCommand>;

/** `done`: this call did it. `replayed`: it had been done. `stale`: the run is no longer the caller's. */
export const RunWriteAnswer = z.object({
  runId: RunId,
  status: z.enum(['done', 'replayed', 'stale']),
  detail: z.string().max(500),
});
export type RunWriteAnswer = z.infer<typeof RunWriteAnswer>;
export type RunWriteOutcome = { outcome: 'answered'; runs: RunWriteAnswer[] } | Rejected;

// ---- dismissals, pause -------------------------------------------------------------------------------------------

export const DismissCommand = z.discriminatedUnion('action', [
  z.object({
    action: z.literal('finding'),
    session: SessionName,
    pullRequest: PullRequestKey,
    findingId: z.string().min(1).max(64),
    dismissed: z.boolean(),
    by: z.string().max(100),
    why: z.string().max(2000).default(''),
  }),
  z.object({
    action: z.literal('pause'),
    session: SessionName,
    pullRequest: PullRequestKey,
    paused: z.boolean(),
    by: z.string().max(100),
    why: z.string().max(2000).default(''),
  }),
]);
export type DismissCommand = z.infer<typeof DismissCommand>;
export type DismissOutcome = { outcome: 'done' } | { outcome: 'unknown-pull-request' } | Rejected;

export const Dismissal = z.object({
  findingId: z.string().min(1).max(64),
  by: z.string().max(100),
  why: z.string().max(2000),
  at: EpochSeconds,
});
export type Dismissal = z.infer<typeof Dismissal>;

// ---- reads -------------------------------------------------------------------------------------------------------

export const ReviewState = z.enum([
  'needs_review',
  'running',
  'undelivered',
  'up_to_date',
  'changes_requested',
  'inconclusive',
  'ineligible',
]);
export type ReviewState = z.infer<typeof ReviewState>;

export const PullRequestView = z.object({
  pullRequest: PullRequestKey,
  version: PullRequestVersion,
  state: ReviewState,
  detail: z.string().max(500),
  run: RunView.nullable(),
  previous: RecordPointer.nullable(),
});
export type PullRequestView = z.infer<typeof PullRequestView>;

export const PullRequestQuery = z.object({
  session: SessionName,
  repositoryId: PullRequestKey.shape.repositoryId,
  number: PullRequestKey.shape.number,
});

/** Without `runId` the previous review; with it, the record or checkpoint that run's attempt stored. */
export const PreviousQuery = z.object({
  ...PullRequestQuery.shape,
  runId: RunId.optional(),
  attempt: z.int().positive().optional(),
  /** Also what was written with less trust than the caller's, down to this: to be shown, never to be built on. */
  trust: Trust.optional(),
});
export type PreviousQuery = z.infer<typeof PreviousQuery>;

export const PreviousRecord = z.object({
  record: ReviewRecord,
  delivered: z.boolean(),
  dismissals: z.array(Dismissal),
  /** As a claim answers it. */
  markerKey: MarkerKey.nullable().optional(),
});
/** `unavailable`: stored once, but its data can't be read any more (missing chunks, a newer schema): `history-unavailable`. */
export type PreviousOutcome =
  | ({ outcome: 'found' } & z.infer<typeof PreviousRecord>)
  | { outcome: 'none' }
  | { outcome: 'unavailable'; why: string };

export const HistoryQuery = z.object({
  ...PullRequestQuery.shape,
  cursor: z.string().max(1024).optional(),
  limit: z.int().min(1).max(100).default(25),
});
export type HistoryQuery = z.infer<typeof HistoryQuery>;
export const HistoryPage = z.object({ runs: z.array(RunView), cursor: z.string().max(1024).nullable() });
export type HistoryPage = z.infer<typeof HistoryPage>;

/** Who calls, as the ledger trusts it: from a verified token at the endpoint, from configuration elsewhere. */
export type Caller = {
  ownerId: string;
  /** Workflow run and its attempt, where the token says so: a higher attempt of the same run takes over at once. */
  workflowRun: { id: string; attempt: number } | null;
  trust: Trust;
};
