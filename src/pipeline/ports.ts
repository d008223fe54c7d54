import type { ReviewFilters } from '../core/exclude/filters.ts';
import type { CommitSha, HolderToken, RunId, SessionName, TokenHash } from '../core/ids.ts';
import type { Exclusion } from '../core/pull-request.ts';
import type { LinkHosts } from '../core/neutralise.ts';
import type { PublicationOptions } from '../core/publish/plan-publication.ts';
import type { Sign } from '../core/render/marker.ts';
import type { CheckSettings } from './check-keeper.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Log } from '../ports/log.ts';
import type { PullRequests, PullRequestSnapshot } from '../ports/pull-requests.ts';
import type { Repository } from '../ports/repository.ts';
import type { Reviewer } from '../ports/reviewer.ts';
import type { TokenCounter } from '../ports/tokens.ts';

/** What the pipeline reaches the world through. */
export type ReviewPorts = {
  pullRequests: PullRequests;
  ledger: Ledger;
  openRepository(pullRequest: PullRequestSnapshot): Promise<Repository>;
  reviewer: Reviewer;
  tokens: TokenCounter;
  /** Null: nobody asked for a check. */
  checks: CheckSettings | null;
  clock: Clock;
  log: Log;
  /** The commit that is checked out where analysers ran; null where nobody knows. */
  checkedOut: CommitSha | null;
  /** Our secret for this run, and what of it the ledger may know. */
  holder: { token: HolderToken; hash: TokenHash; url: string };
  /** Random hexadecimal of the given number of bytes. */
  randomHex(bytes: number): string;
  sha256Hex(text: string): string;
  /** Signs with a PR's key, as the host's adapter checks it. */
  signWith(markerKey: string): Sign;
  /** Aborts when the process is asked to end; its reason says by what. Nothing new is begun then, and what is held is let go of. */
  interrupted: AbortSignal;
  /** Told which runs are held from now on, so that an interrupted process can let go of them. */
  holding(session: SessionName, runIds: readonly RunId[]): void;
};

/** What people configured, as far as the pipeline is concerned. */
export type ReviewSettings = {
  /** null: a session of its own for a single PR. */
  session: SessionName | null;
  incremental: 'auto' | 'true' | 'false';
  force: 'full' | 'rerun' | null;
  filters: ReviewFilters;
  exclusionOf(pullRequest: Pick<PullRequestSnapshot, 'author' | 'labels' | 'draft'>): Exclusion | null;
  /** Why the reviewer may not be given this PR, a sentence; null where it may. */
  refusalOf(pullRequest: Pick<PullRequestSnapshot, 'fromFork'>): string | null;
  /** Nobody named these PRs: of one that needs nothing, nothing is said on its page. */
  unasked?: boolean;
  /** File of the trusted branch that instructs the reviewer; null: one of the usual ones, where there is one. */
  instructionsFile: string | null;
  /** Where people read repositories, without a slash at its end: for links. */
  serverUrl: string;
  publication: PublicationOptions;
  /** Hosts that links in the reviewer's words may lead to. */
  linkHosts: LinkHosts;
  /**
   * Most people that a run looks up which posts a review, whether the word of somebody who reacted counts; one more where
   * it posts none.
   */
  maxLookUps: number;
  timeoutMs: number;
  leaseSeconds: number;
  heartbeatMs: number;
  /** How long a run of somebody else at the same head is waited for. */
  maxWaitMs: number;
};
