import type { CoveredVersion } from '../core/coverage.ts';
import type { CommitSha } from '../core/ids.ts';
import { GitFault, type CarryOutcome, type FetchOutcome, type Repository } from '../ports/repository.ts';

/** Earlier versions of one PR, carried over to today's merge base: each fetched and merged once, whoever asks. */
export class CarriedVersions {
  readonly #repository: Repository;
  readonly #todayMergeBase: CommitSha;
  readonly #fetched = new Map<string, string | null>();
  readonly #carried = new Map<string, Promise<CarryOutcome>>();

  constructor(repository: Repository, todayMergeBase: CommitSha) {
    this.#repository = repository;
    this.#todayMergeBase = todayMergeBase;
  }

  /** Makes the versions' commits readable in one go. Those that can't be had are `history-unavailable` when carried. */
  async fetch(versions: readonly CoveredVersion[]): Promise<void> {
    const missing = versions.filter((version) => !this.#fetched.has(versionName(version)));
    if (missing.length === 0) return;
    let outcome: FetchOutcome;
    try {
      outcome = await this.#repository.fetch(missing.flatMap(commitsOf));
    } catch (error) {
      if (!(error instanceof GitFault)) throw error;
      outcome = { outcome: 'unavailable', missing: missing.flatMap(commitsOf), why: error.message };
    }
    this.know(missing, outcome);
  }

  /** Takes down what somebody else's fetch of these versions came to. */
  know(versions: readonly CoveredVersion[], outcome: FetchOutcome): void {
    for (const version of versions) {
      const lost =
        outcome.outcome === 'fetched' ? [] : commitsOf(version).filter((sha) => outcome.missing.includes(sha));
      const why = outcome.outcome === 'fetched' || lost.length === 0 ? null : `can't be had: ${outcome.why}`;
      this.#fetched.set(versionName(version), why === null ? null : `${lost.map(short).join(', ')} ${why}`);
    }
  }

  /** Starts to carry them over, one after another; `carry` waits for its own and tells how it went. */
  begin([first, ...others]: readonly CoveredVersion[]): void {
    if (first === undefined) return;
    this.carry(first).then(
      () => this.begin(others),
      () => undefined,
    );
  }

  carry(version: CoveredVersion): Promise<CarryOutcome> {
    const name = versionName(version);
    const carried = this.#carried.get(name) ?? this.#carryAnew(version);
    this.#carried.set(name, carried);
    return carried;
  }

  async #carryAnew(version: CoveredVersion): Promise<CarryOutcome> {
    await this.fetch([version]);
    const why = this.#fetched.get(versionName(version));
    if (typeof why === 'string') return { outcome: 'history-unavailable', why };
    return this.#repository.carry(version, this.#todayMergeBase);
  }
}

export function versionName({ mergeBaseSha, headSha }: CoveredVersion): string {
  return `${mergeBaseSha} ${headSha}`;
}

function commitsOf({ mergeBaseSha, headSha }: CoveredVersion): CommitSha[] {
  return [mergeBaseSha, headSha];
}

function short(sha: CommitSha): string {
  return sha.slice(0, 7);
}
