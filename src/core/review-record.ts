import * as z from 'zod';
import { Coverage } from './coverage.ts';
import { Finding } from './finding.ts';
import { CommitSha, EpochSeconds, RunId } from './ids.ts';
import { Mode, Reason } from './mode.ts';
import { PullRequestKey, PullRequestVersion } from './pull-request.ts';
import { Usage } from './usage.ts';
import { Verdict } from './verdict.ts';

/** Who reviewed. `fingerprint` changes when reviewer, model, instructions or filters do: then history can't be built on. */
export const ReviewerIdentity = z.object({
  name: z.string().min(1).max(64),
  model: z.string().max(200).nullable(),
  fingerprint: z.string().min(1).max(128),
  /** The reviewer's own conversation, to continue on the next push. */
  sessionId: z.string().max(512).nullable(),
  /** Why the previous review's conversation was not continued, where it was to be and was not. */
  begunAnew: z.string().max(500).optional(),
});
export type ReviewerIdentity = z.infer<typeof ReviewerIdentity>;

/** What a run found: the caller's part of a record, complete or a checkpoint of it. */
export const ReviewResult = z.object({
  mode: Mode,
  reason: Reason,
  verdict: Verdict,
  /** The reviewer's words about the PR as a whole, markdown. */
  summary: z.string().max(60_000),
  findings: z.array(Finding).max(20_000),
  /** Findings that ended before this run, kept so that one that comes back has its old id; never shown to people. */
  remembered: z.array(Finding).max(500).optional(),
  coverage: Coverage,
  usage: Usage,
  reviewer: ReviewerIdentity,
  /** Head of the review this one built on; null where it built on none. */
  previousSha: CommitSha.nullable(),
});
export type ReviewResult = z.infer<typeof ReviewResult>;

/** Where a run's trust comes from, in rising order. DESIGN 5. */
export const Trust = z.enum(['contributor', 'protected', 'pinned']);
export type Trust = z.infer<typeof Trust>;

/**
 * One review, whole: head, base, reviewer session and summary of a "previous review" all come from one of these.
 * Stored immutable; `completedAt` is null for a checkpoint.
 */
export const ReviewRecord = z.object({
  schema: z.literal(1),
  runId: RunId,
  attempt: z.int().positive(),
  generation: z.int().positive(),
  pullRequest: PullRequestKey,
  version: PullRequestVersion,
  result: ReviewResult,
  trust: Trust,
  completedAt: EpochSeconds.nullable(),
});
export type ReviewRecord = z.infer<typeof ReviewRecord>;
