import * as z from 'zod';
import { BatchId, CommitSha, EpochSeconds, RunId, SessionName, TokenHash } from '../ids.ts';
import { Mode, Reason } from '../mode.ts';
import { PullRequestKey, PullRequestVersion, SeenPullRequest } from '../pull-request.ts';
import { ReviewerIdentity, Trust } from '../review-record.ts';
import { Usage } from '../usage.ts';
import { Verdict } from '../verdict.ts';
import { Dismissal, MarkerKey, RunStatus } from './commands.ts';

/**
 * What the ledger stores (DESIGN 4). Every item says its `schema`, so that an older reader refuses a newer item
 * instead of misreading it, and when it expires.
 */
export const ITEM_SCHEMA = 1;
const schema = z.literal(ITEM_SCHEMA);

export const Holder = z.object({
  tokenHash: TokenHash,
  url: z.string().max(2048),
  workflowRun: z.object({ id: z.string().max(64), attempt: z.int().positive() }).nullable(),
});
export type Holder = z.infer<typeof Holder>;

/** Where one immutable piece of data lies, and how it is known to be whole. */
export const DataRef = z.object({
  runId: RunId,
  attempt: z.int().positive(),
  /** Of the unpacked text. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Length of the unpacked text in bytes: what unpacking may at most give. */
  bytes: z.int().nonnegative(),
  chunks: z.int().positive(),
  expiresAt: EpochSeconds,
});
export type DataRef = z.infer<typeof DataRef>;

/** A stored result: what decisions need of it, and where the rest is. */
export const StoredRecord = z.object({
  attempt: z.int().positive(),
  version: PullRequestVersion,
  mode: Mode,
  reason: Reason,
  verdict: Verdict,
  reviewer: ReviewerIdentity,
  /** Number of paths still to be reviewed. */
  pending: z.int().nonnegative(),
  trust: Trust,
  completedAt: EpochSeconds,
  data: DataRef,
});
export type StoredRecord = z.infer<typeof StoredRecord>;

/** A stored record in the place of a previous review. */
export const PreviousReview = z.object({
  ...StoredRecord.shape,
  runId: RunId,
  generation: z.int().positive(),
  delivered: z.boolean(),
});
export type PreviousReview = z.infer<typeof PreviousReview>;

/** A checkpoint, or the late result of a run that had lost its claim: later runs build on it, nobody publishes it. */
export const Source = z.object({
  runId: RunId,
  attempt: z.int().positive(),
  generation: z.int().positive(),
  version: PullRequestVersion,
  trust: Trust,
  data: DataRef,
  /** Version of the PR item that first listed it: a claim made at that version or later was given it. */
  since: z.int().positive(),
});
export type Source = z.infer<typeof Source>;

const runFields = {
  runId: RunId,
  attempt: z.int().positive(),
  generation: z.int().positive(),
  batchId: BatchId,
  status: RunStatus,
  version: PullRequestVersion,
  holder: Holder,
  trust: Trust,
  mode: Mode.nullable(),
  reason: Reason.nullable(),
  verdict: Verdict.nullable(),
  startedAt: EpochSeconds,
  completedAt: EpochSeconds.nullable(),
  deliveredAt: EpochSeconds.nullable(),
  why: z.string().max(2000),
};

/** The run that was claimed last for a PR, with its lease. It is active while `running` or `completed`. */
export const CurrentRun = z.object({
  ...runFields,
  /** End of the lease; null once it was given up. In the past: anybody may take over. */
  leaseEndsAt: EpochSeconds.nullable(),
  leaseSeconds: z.int().positive(),
  /** What the claim answered, for the same claim repeated. */
  answered: z.object({ reason: Reason.nullable(), detail: z.string().max(500) }),
  /** Version that the claim gave the PR item. */
  claimedAtVersion: z.int().positive(),
  checkpoint: DataRef.nullable(),
  /** Of whoever brought the checkpoint, where that is less than the run's own. */
  checkpointTrust: Trust.optional(),
  /** When its run item expires, so that nobody tries to change it after that. */
  runExpiresAt: EpochSeconds,
});
export type CurrentRun = z.infer<typeof CurrentRun>;

export const StoredDismissal = z.object({ ...Dismissal.shape, trust: Trust });
export type StoredDismissal = z.infer<typeof StoredDismissal>;

export const Pause = z.object({ by: z.string().max(100), why: z.string().max(2000), at: EpochSeconds, trust: Trust });
export type Pause = z.infer<typeof Pause>;

export const SessionItem = z.object({
  schema,
  session: SessionName,
  createdAt: EpochSeconds,
  expiresAt: EpochSeconds,
});
export type SessionItem = z.infer<typeof SessionItem>;

const Seen = SeenPullRequest.omit({ repository: true, repositoryId: true, number: true }).extend({
  /** When the ledger learned it, by its own clock, and from a caller of what trust. */
  noted: z.object({ at: EpochSeconds, trust: Trust }).optional(),
});

/** One PR in one session: all that decides a claim, so that its `version` guards every decision. */
export const PullRequestItem = z.object({
  schema,
  /** Raised by every change of the PR or of any of its runs. */
  version: z.int().nonnegative(),
  pullRequest: PullRequestKey,
  /** The latest sight of it that any caller brought. */
  seen: Seen,
  generation: z.int().nonnegative(),
  run: CurrentRun.nullable(),
  /** Latest review by the trust it was written with: a run never builds on less trust than its own. */
  previous: z.object({
    contributor: PreviousReview.nullable(),
    protected: PreviousReview.nullable(),
    pinned: PreviousReview.nullable(),
  }),
  sources: z.array(Source),
  dismissals: z.array(StoredDismissal),
  paused: Pause.nullable(),
  nextShortId: z.int().positive(),
  /** Made at the first claim and kept for life; absent in items of before there were any, null where no secret can be kept. */
  markerKey: MarkerKey.nullable().optional(),
  expiresAt: EpochSeconds,
});
export type PullRequestItem = z.infer<typeof PullRequestItem>;

/** One holder's turn at a run. */
export const Attempt = z.object({
  attempt: z.int().positive(),
  generation: z.int().positive(),
  batchId: BatchId,
  holder: Holder,
  trust: Trust,
  version: PullRequestVersion,
  startedAt: EpochSeconds,
  /** As the claim set it; heartbeats move the one on the PR item. */
  leaseEndsAt: EpochSeconds,
  /** What this attempt recorded as the run's result. */
  record: StoredRecord.nullable(),
  /** What it handed in after it had lost the claim. */
  late: DataRef.nullable(),
});
export type Attempt = z.infer<typeof Attempt>;

export const MAX_REMEMBERED_ATTEMPTS = 20;

/** One PR at one head. Its fields are those of the latest attempt. */
export const RunItem = z.object({
  schema,
  /** The PR item's version at the last change of this item. */
  revision: z.int().positive(),
  pullRequest: PullRequestKey,
  ...runFields,
  attempts: z.array(Attempt),
  usage: Usage.nullable(),
  delivery: z.object({
    commentId: z.int().positive().nullable(),
    reviewId: z.int().positive().nullable(),
    checkId: z.int().positive().nullable(),
  }),
  supersededBy: CommitSha.nullable(),
  expiresAt: EpochSeconds,
});
export type RunItem = z.infer<typeof RunItem>;

/** The incremental rollout, for the deployment or for one owner. */
export const FlagItem = z.object({
  schema,
  setting: z.discriminatedUnion('value', [
    z.object({ value: z.literal('on') }),
    z.object({ value: z.literal('off') }),
    z.object({ value: z.literal('percentage'), percentage: z.number().min(0).max(100) }),
  ]),
});
export type FlagItem = z.infer<typeof FlagItem>;
export type FlagSetting = FlagItem['setting'];
