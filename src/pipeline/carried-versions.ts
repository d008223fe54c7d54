import type { CoveredVersion } from '../core/coverage.ts';
import type { CommitSha } from '../core/ids.ts';
import type { CarryOutcome, Repository } from '../ports/repository.ts';

/** Earlier versions of one PR, carried over to today's merge base: each fetched and merged once, whoever asks. */
export class CarriedVersions {
  readonly #repository: Repository;
  readonly #todayMergeBase: CommitSha;
  readonly #fetched = new Map<string, Promise<string | null>>();
  readonly #carried = new Map<string, Promise<CarryOutcome>>();

  constructor(repository: Repository, todayMergeBase: CommitSha) {
    this.#repository = repository;
    this.#todayMergeBase = todayMergeBase;
  }

  /** Makes the versions' commits readable in one go. Those that can't be had come back `history-unavailable`. */
  async fetch(versions: readonly CoveredVersion[]): Promise<void> {
    const missing = versions.filter((version) => !this.#fetched.has(versionName(version)));
    if (missing.length === 0) return;
    const outcome = this.#repository.fetch(missing.flatMap(commitsOf));
    const answers = missing.map((version) => {
      const lost = outcome.then((fetched) => {
        if (fetched.outcome === 'fetched') return null;
        const commits = commitsOf(version).filter((sha) => fetched.missing.includes(sha));
        return commits.length === 0 ? null : `${commits.map(short).join(', ')} can't be had: ${fetched.why}`;
      });
      this.#fetched.set(versionName(version), lost);
      return lost;
    });
    await Promise.all(answers);
  }

  carry(version: CoveredVersion): Promise<CarryOutcome> {
    const name = versionName(version);
    const carried = this.#carried.get(name) ?? this.#carryAnew(version);
    this.#carried.set(name, carried);
    return carried;
  }

  async #carryAnew(version: CoveredVersion): Promise<CarryOutcome> {
    await this.fetch([version]);
    const why = await this.#fetched.get(versionName(version));
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
