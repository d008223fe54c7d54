import * as z from 'zod';

/** A full git object name, lower case: 40 hexadecimal digits (SHA-1) or 64 (SHA-256). */
export const CommitSha = z
  .string()
  .regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'a full commit SHA: 40 or 64 lower-case hexadecimal digits')
  .brand<'CommitSha'>();
export type CommitSha = z.infer<typeof CommitSha>;

/** Seconds since 1970-01-01T00:00:00Z, whole. */
export const EpochSeconds = z.int().nonnegative().brand<'EpochSeconds'>();
export type EpochSeconds = z.infer<typeof EpochSeconds>;

/** GitHub's number of an account (user or organisation), as a decimal string. */
export const OwnerId = z
  .string()
  .regex(/^[1-9][0-9]{0,18}$/, 'a numeric GitHub account id')
  .brand<'OwnerId'>();
export type OwnerId = z.infer<typeof OwnerId>;

/** `owner/name`, in the characters GitHub allows. */
export const RepositoryName = z
  .string()
  .max(140)
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38})\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/, 'a repository as owner/name')
  .brand<'RepositoryName'>();
export type RepositoryName = z.infer<typeof RepositoryName>;

/** At most 15 digits, as in run ids. */
export const RepositoryId = z.int().positive().max(999_999_999_999_999).brand<'RepositoryId'>();
export type RepositoryId = z.infer<typeof RepositoryId>;

export const PullRequestNumber = z.int().positive().max(2_147_483_647).brand<'PullRequestNumber'>();
export type PullRequestNumber = z.infer<typeof PullRequestNumber>;

/**
 * Name of a session: 1 to 200 characters of printable ASCII without blanks, so that two names that look alike are
 * alike and none can carry control characters into keys or logs.
 */
export const SessionName = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[\x21-\x7e]+$/, 'printable ASCII without blanks')
  .brand<'SessionName'>();
export type SessionName = z.infer<typeof SessionName>;

/** Names one run: a PR at one head SHA. Made and read by `runIdOf` and `parseRunId` alone; opaque elsewhere. */
export const RunId = z
  .string()
  .regex(/^run_[1-9][0-9]{0,14}_[1-9][0-9]{0,9}_(?:[0-9a-f]{40}|[0-9a-f]{64})$/, { error: 'a run id', abort: true })
  .refine((text) => PullRequestNumber.safeParse(Number(text.split('_')[2])).success, 'a run id')
  .brand<'RunId'>();
export type RunId = z.infer<typeof RunId>;

/** Names the runs that one claim created. */
export const BatchId = z
  .string()
  .regex(/^batch_[0-9a-f]{32}$/, 'a batch id')
  .brand<'BatchId'>();
export type BatchId = z.infer<typeof BatchId>;

/** SHA-256 of a holder's secret token, lower-case hexadecimal. What is stored and sent at a claim. */
export const TokenHash = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'a SHA-256 in hexadecimal')
  .brand<'TokenHash'>();
export type TokenHash = z.infer<typeof TokenHash>;

/** A holder's secret: 32 random bytes, base64url. Proved at every write after the claim; never stored by the ledger. */
export const HolderToken = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/, "a holder's token")
  .brand<'HolderToken'>();
export type HolderToken = z.infer<typeof HolderToken>;

export function runIdOf(key: { repositoryId: RepositoryId; number: PullRequestNumber; headSha: CommitSha }): RunId {
  return RunId.parse(`run_${key.repositoryId}_${key.number}_${key.headSha}`);
}

export function parseRunId(runId: RunId): {
  repositoryId: RepositoryId;
  number: PullRequestNumber;
  headSha: CommitSha;
} {
  const [, repositoryId, number, headSha] = runId.split('_');
  return {
    repositoryId: RepositoryId.parse(Number(repositoryId)),
    number: PullRequestNumber.parse(Number(number)),
    headSha: CommitSha.parse(headSha),
  };
}
