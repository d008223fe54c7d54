import * as z from 'zod';
import { CommitSha } from './ids.ts';
import { PATCH_DIGEST } from './patch-digest.ts';

const path = z.string().min(1).max(4096);

/** The version of the PR at which a path was last reviewed. */
export const CoveredVersion = z.object({ mergeBaseSha: CommitSha, headSha: CommitSha });
export type CoveredVersion = z.infer<typeof CoveredVersion>;

export const CoveredPath = z.object({
  path,
  /** Its name at the merge base, where the PR renames it. */
  previousPath: path.nullable(),
  /** Index into `versions`. */
  version: z.int().nonnegative(),
  /** Of the PR's patch of this file at that version (DESIGN 7.4): 16 bytes in base64url. Older records have none. */
  digest: z.string().regex(PATCH_DIGEST).optional(),
});
export type CoveredPath = z.infer<typeof CoveredPath>;

export const PendingPath = z.object({ path, reason: z.string().max(500) });
export type PendingPath = z.infer<typeof PendingPath>;

/**
 * What of a PR has been reviewed. Every path of the PR's patch is in exactly one of `covered` (reviewed, or left out by
 * a rule that counts as covered, then also in `excluded`) and `pending` (to be reviewed by a later run).
 */
export const Coverage = z
  .object({
    versions: z.array(CoveredVersion).max(10_000),
    covered: z.array(CoveredPath).max(100_000),
    pending: z.array(PendingPath).max(100_000),
    excluded: z.array(PendingPath).max(100_000),
  })
  .refine((c) => c.covered.every((p) => p.version < c.versions.length), {
    error: 'a covered path names a version that is not listed',
    path: ['covered'],
  });
export type Coverage = z.infer<typeof Coverage>;

export const NOTHING_COVERED: Coverage = { versions: [], covered: [], pending: [], excluded: [] };

export function isComplete(coverage: Coverage): boolean {
  return coverage.pending.length === 0;
}
