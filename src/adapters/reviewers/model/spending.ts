import type { Budget } from '../../../core/reviewing/plan.ts';
import { costOf, type CallUsage, type Prices } from '../../../core/reviewing/prices.ts';

/** What one call is expected to take, until its provider says what it took. */
type Expected = { inputTokens: number; outputTokens: number };

/** Room for one call. */
export type Reserved = { settle(usage: CallUsage | null): void };

/** Written about a prompt, as far as is known before. */
const EXPECTED_OUTPUT = 1500;

/** Counts what providers report, and lets no call begin that the budget has no room for beside those under way. */
export class Spending {
  readonly #limits: Budget;
  readonly #prices: Prices | null;
  readonly #underWay = new Set<Expected>();
  /** Of calls that are over and of which their provider did not say what they took: not every server counts. */
  readonly #untold: Expected[] = [];
  #inputTokens = 0;
  #outputTokens = 0;
  #costUsd = 0;
  #calls = 0;

  /** @param prices what the model costs; null where nobody knows, and then no limit on costs can be kept */
  constructor(limits: Budget, prices: Prices | null) {
    if (limits.costUsd !== null && prices === null) throw new Error('a limit on costs, and no known price');
    this.#limits = limits;
    this.#prices = prices;
  }

  get total(): { inputTokens: number; outputTokens: number; costUsd: number | null; calls: number } {
    return {
      inputTokens: this.#inputTokens,
      outputTokens: this.#outputTokens,
      costUsd: this.#prices === null ? null : this.#costUsd,
      calls: this.#calls,
    };
  }

  /** What stands in the way of a call of this size, in words; null: nothing. */
  lack(inputTokens: number): string | null {
    const all = [...this.#underWay, ...this.#untold, { inputTokens, outputTokens: EXPECTED_OUTPUT }];
    const { inputTokens: maxInput, costUsd: maxCost } = this.#limits;
    const input = this.#inputTokens + all.reduce((sum, call) => sum + call.inputTokens, 0);
    if (maxInput !== null && input > maxInput) return `${Math.floor(maxInput)} input tokens (max-input-tokens)`;
    const cost = this.#costUsd + all.reduce((sum, call) => sum + this.#expectedCost(call), 0);
    if (maxCost !== null && cost > maxCost) return `$${maxCost.toFixed(2)} (max-cost)`;
    return null;
  }

  reserve(inputTokens: number): Reserved {
    const expected = { inputTokens, outputTokens: EXPECTED_OUTPUT };
    this.#underWay.add(expected);
    return {
      settle: (usage) => {
        if (!this.#underWay.delete(expected) || usage === null) return;
        this.#calls += 1;
        if (usage.inputTokens === 0) this.#untold.push(expected);
        this.#inputTokens += usage.inputTokens;
        this.#outputTokens += usage.outputTokens;
        this.#costUsd += this.#prices === null ? 0 : costOf(this.#prices, usage);
      },
    };
  }

  #expectedCost({ inputTokens, outputTokens }: Expected): number {
    if (this.#prices === null) return 0;
    return costOf(this.#prices, { inputTokens, outputTokens, cacheReadTokens: 0, cacheWriteTokens: 0 });
  }
}
