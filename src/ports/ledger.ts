import type {
  ClaimCommand,
  ClaimOutcome,
  DeliverCommand,
  DismissCommand,
  DismissOutcome,
  HeartbeatCommand,
  HeartbeatOutcome,
  HistoryPage,
  HistoryQuery,
  PreviousOutcome,
  PreviousQuery,
  PullRequestView,
  ReleaseCommand,
  RunWriteOutcome,
  SubmitCommand,
  SubmitOutcome,
} from '../core/ledger/commands.ts';
import type { SessionName } from '../core/ids.ts';
import type { PullRequestKey } from '../core/pull-request.ts';

/**
 * The store of claims and reviews, as one caller sees it (who that is was settled when the adapter was made).
 * Expected outcomes come back as values; a `LedgerUnavailable` is thrown when the store can't be reached or broke.
 */
export interface Ledger {
  readonly capabilities: LedgerCapabilities;
  claim(command: ClaimCommand): Promise<ClaimOutcome>;
  heartbeat(command: HeartbeatCommand): Promise<HeartbeatOutcome>;
  submit(command: SubmitCommand): Promise<SubmitOutcome>;
  deliver(command: DeliverCommand): Promise<RunWriteOutcome>;
  release(command: ReleaseCommand): Promise<RunWriteOutcome>;
  dismiss(command: DismissCommand): Promise<DismissOutcome>;
  /**
   * Every PR of the session, by the same plan function that answers claims.
   * @param own the one PR whose own session it is: a ledger that lies with the PR is not found without it, before a claim
   */
  list(session: SessionName, own?: Pick<PullRequestKey, 'repositoryId'>): Promise<PullRequestView[]>;
  /** Runs of one PR, newest generation first. A cursor that is not ours throws `BadCursor`. */
  history(query: HistoryQuery): Promise<HistoryPage>;
  previous(query: PreviousQuery): Promise<PreviousOutcome>;
}

export type LedgerCapabilities = {
  /** Concurrent processes are kept apart by the store itself. False for a snapshot: only the workflow's `concurrency` does. */
  exclusive: boolean;
};

/** The ledger could not be reached, or answered something that is no answer. Whether a write took effect is unknown. */
export class LedgerUnavailable extends Error {
  override readonly name = 'LedgerUnavailable';
}

/** The ledger refused the caller itself (401, 403, access denied): repeating it is of no use. */
export class LedgerForbidden extends Error {
  override readonly name = 'LedgerForbidden';
}

/** A history cursor that this ledger did not make. */
export class BadCursor extends Error {
  override readonly name = 'BadCursor';
}
