import { pullRequestName } from '../../../core/pull-request.ts';
import { mergeParts, type PartReview } from '../../../core/reviewing/merge-parts.ts';
import type { Part } from '../../../core/reviewing/parts.ts';
import type { ReviewPlan } from '../../../core/reviewing/plan.ts';
import type { PullRequestRequest, PullRequestReview } from '../../../ports/reviewer.ts';
import type { PartOutcome } from './review-part.ts';

const NOT_YET = 'not reviewed yet';

/** What the parts came to so far, and what that makes of each pull request. */
export class Outcomes {
  /** Parts that are over. */
  done = 0;
  /** Set once a part failed for a reason that concerns all. */
  stopped: Extract<PartOutcome, { outcome: 'failed' }> | null = null;
  readonly #pulls: readonly PullRequestRequest[];
  readonly #plan: ReviewPlan;
  readonly #reviews = new Map<Part, PartReview>();
  readonly #failures = new Map<Part, string>();
  readonly #refuted = new Map<Part, number>();

  constructor(pulls: readonly PullRequestRequest[], plan: ReviewPlan) {
    this.#pulls = pulls;
    this.#plan = plan;
  }

  note(part: Part, outcome: PartOutcome & { refuted?: number }): void {
    this.done += 1;
    if (outcome.outcome === 'reviewed') {
      this.#reviews.set(part, outcome.review);
      if (outcome.refuted !== undefined) this.#refuted.set(part, outcome.refuted);
    }
    if (outcome.outcome !== 'failed') return;
    this.#failures.set(part, outcome.failure.why);
    if (outcome.failure.concerns === 'run') this.stopped ??= outcome;
  }

  /** Why nothing at all was reviewed; null where something was, or nothing was to be. */
  failure(): string | null {
    if (this.#reviews.size > 0) return null;
    const [first] = this.#failures.values();
    return first ?? this.#plan.cut[0]?.reason ?? null;
  }

  partsOf(pullRequest: string): PartReview[] {
    return this.#plan.parts.flatMap((part) => {
      const review = part.pullRequest === pullRequest ? this.#reviews.get(part) : undefined;
      return review === undefined ? [] : [review];
    });
  }

  /** Findings of a pull request that were dropped by the second look; of all where none is named. */
  refutedIn(pullRequest?: string): number {
    return [...this.#refuted]
      .filter(([part]) => pullRequest === undefined || part.pullRequest === pullRequest)
      .reduce((sum, [, count]) => sum + count, 0);
  }

  reviews(): PullRequestReview[] {
    return this.#pulls.map((pull) => this.#reviewOf(pull));
  }

  #reviewOf(pull: PullRequestRequest): PullRequestReview {
    const pullRequest = pullRequestName(pull.pullRequest);
    const parts = this.partsOf(pullRequest);
    const { findings, judgements, notReviewed } = mergeParts(parts, pull.findings);
    const left = new Map(notReviewed.map(({ path, reason }) => [path, reason]));
    for (const cut of this.#plan.cut) if (cut.pullRequest === pullRequest) left.set(cut.path, cut.reason);
    // A file of which a slice is missing is not reviewed, whatever became of the others.
    for (const part of this.#plan.parts) {
      if (part.pullRequest !== pullRequest || this.#reviews.has(part)) continue;
      for (const { file } of part.files) left.set(file.path, this.#failures.get(part) ?? NOT_YET);
    }
    const summary = parts.map((part) => part.summary.trim()).filter((text) => text !== '');
    return {
      pullRequest,
      summary: summary.length === 0 ? (pull.previous?.summary ?? '') : summary.join('\n\n'),
      findings,
      judgements,
      notReviewed: [...left].map(([path, reason]) => ({ path, reason: reason.slice(0, 500) })),
      ...(this.#refuted.size === 0 ? {} : { refuted: this.refutedIn(pullRequest) }),
      analysed: null,
    };
  }
}
