import * as z from 'zod';
import { CommitSha } from './ids.ts';
import { Severity } from './severity.ts';

/** `RIGHT`: a line of the head. `LEFT`: a line of the merge base that the PR removes. As in GitHub's API. */
export const Side = z.enum(['RIGHT', 'LEFT']);
export type Side = z.infer<typeof Side>;

/**
 * `new`: raised by this run, or by one whose result nobody has seen. `open`: raised earlier, still there. `fixed`: fixed
 * since people last heard of it. `gone`: its code left the PR, or it was fixed by an earlier push (then `fixedSha` says by
 * which). `dismissed`: someone with the right to do so said no.
 */
export const FindingStatus = z.enum(['new', 'open', 'fixed', 'gone', 'dismissed']);
export type FindingStatus = z.infer<typeof FindingStatus>;

const text = (max: number) => z.string().max(max);
const line = z.int().positive().max(100_000_000);

/** What the finding points at. `null` lines: the file as a whole. Lines are those of the run's head (or merge base, for LEFT). */
export const Place = z.object({
  path: z.string().min(1).max(4096),
  line: line.nullable(),
  endLine: line.nullable(),
  side: Side,
  /** The exact code meant, as it stands there; empty where the reviewer quoted nothing. */
  quote: text(8192),
});
export type Place = z.infer<typeof Place>;

/** A finding with its identity: it keeps `id` and `shortId` over all pushes of its PR. */
export const Finding = z.object({
  ...Place.shape,
  /** Opaque and unique in its PR. */
  id: z.string().regex(/^[a-z0-9]{16,40}$/, 'a finding id'),
  /** Counted per PR; people type it as `F3`. */
  shortId: z.int().positive().max(1_000_000),
  status: FindingStatus,
  severity: Severity,
  category: text(64),
  rule: text(256).nullable(),
  title: text(500),
  body: text(20_000),
  /** Replacement for the quoted lines, whole lines; null where the reviewer offered none. */
  suggestion: text(20_000).nullable(),
  /** For other tools (SARIF `partialFingerprints`); frozen when the finding is born. */
  fingerprint: z.string().max(128),
  /** Head at which it was first raised. */
  firstSeenSha: CommitSha,
  /** Head that fixed it, where it was fixed. */
  fixedSha: CommitSha.nullable(),
  /** Why it is in this state, in the reviewer's or a person's words; may be empty. */
  why: text(2000),
  /** True where the PR itself adds (LEFT: removes) a line of it: once it no longer does, the finding is gone. */
  ownLine: z.boolean().optional(),
});
export type Finding = z.infer<typeof Finding>;

/** Counts towards the verdict and stays in front of people. */
export function isOpen(finding: { status: FindingStatus }): boolean {
  return finding.status === 'new' || finding.status === 'open';
}

/** A finding as a reviewer says it, before it has an identity. DESIGN 13. */
export const RawFinding = z.object({
  severity: Severity,
  category: text(64).default('general'),
  rule: text(256).nullish(),
  path: z.string().min(1).max(4096),
  line: line.nullish(),
  endLine: line.nullish(),
  side: Side.default('RIGHT'),
  quote: text(8192).default(''),
  title: text(500),
  body: text(20_000).default(''),
  suggestion: text(20_000).nullish(),
});
export type RawFinding = z.infer<typeof RawFinding>;

/** What a reviewer says of an earlier finding that was listed to it. */
export const Judgement = z.object({
  findingId: z.string().max(64),
  status: z.enum(['open', 'fixed']),
  why: text(2000).default(''),
});
export type Judgement = z.infer<typeof Judgement>;
