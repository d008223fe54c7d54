import type { CommitSha, RepositoryName } from '../core/ids.ts';
import type { CheckEnd } from '../core/publish/check.ts';

/** A check on a commit, as branch rules ask for it by name. */
export type NamedCheck = {
  repository: RepositoryName;
  headSha: CommitSha;
  name: string;
  /** Ours: tells the checks of several pull requests and sessions on one commit apart. */
  externalId: string;
  /** Where people read more. */
  detailsUrl: string | null;
};

/** Where checks stand beside the code. Faults are `HostFault`s; `missingPermission` where the token may write none. */
export interface Checks {
  /** Shows that a run is at it. The check's number, for `finish`. */
  begin(check: NamedCheck): Promise<number>;
  /** Says how it ended; without a number, as a check that begins and ends at once. */
  finish(check: NamedCheck, end: CheckEnd, id: number | null): Promise<void>;
}
