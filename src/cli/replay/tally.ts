import {
  NO_REBASES,
  sumsOf,
  type LeftOut,
  type PushCost,
  type Rebases,
  type ReplayTotals,
} from '../../core/replay/totals.ts';
import type { Replayed } from './replay-drawn.ts';

/** Gathers what came out of each pull request. */
export class ReplayTally {
  readonly pushes: PushCost[] = [];
  readonly #grouped: PushCost[] | null;
  readonly #leftOut: LeftOut[] = [];
  readonly #rebases: Rebases = { ...NO_REBASES, others: [] };
  #pulls = 0;

  /** @param grouped whether pauses between commits make pushes as well */
  constructor(grouped: boolean) {
    this.#grouped = grouped ? [] : null;
  }

  /** How many were replayed so far. */
  get pulls(): number {
    return this.#pulls;
  }

  add(replayed: Replayed): void {
    if (replayed.outcome === 'left-out') {
      this.#leftOut.push({ pull: replayed.pull, why: replayed.why });
      return;
    }
    this.#pulls += 1;
    this.pushes.push(...replayed.pushes);
    this.#grouped?.push(...(replayed.grouped ?? []));
    this.#addRebase(replayed);
  }

  totals(): ReplayTotals {
    const grouped = this.#grouped === null ? null : sumsOf(this.#grouped);
    return { ...sumsOf(this.pushes), grouped, rebases: this.#rebases, leftOut: this.#leftOut };
  }

  #addRebase({ rebase, pushes }: Replayed & { outcome: 'replayed' }): void {
    if (rebase === null) return;
    if (rebase === 'not-moved') {
      this.#rebases.notMoved += 1;
      return;
    }
    this.#rebases.tried += 1;
    if (rebase !== 'clean') {
      this.#rebases[rebase] += 1;
      return;
    }
    const last = pushes.at(-1);
    if (last === undefined || last.full === 0) {
      this.#rebases.emptied += 1;
      return;
    }
    this.#rebases.clean += 1;
    const { pull, mode, reason, reviewable } = last;
    if (reason === 'unchanged') this.#rebases.unchanged += 1;
    else this.#rebases.others.push({ pull, mode, reason, reviewable });
  }
}
