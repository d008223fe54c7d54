import { createHash, randomBytes } from 'node:crypto';
import { budgetLeft, NO_BUDGET, type Budget } from '../../../core/reviewing/plan.ts';
import { modelName, type ModelTarget } from '../../../core/reviewing/model-target.ts';
import { pricesOf, type Prices } from '../../../core/reviewing/prices.ts';
import { rulesText } from '../../../core/prompt/rules.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { PullRequestRequest, Reviewer } from '../../../ports/reviewer.ts';
import type { RunContext } from './context.ts';
import type { IdToken } from './federation.ts';
import type { FetchLimits } from './guard-fetch.ts';
import type { PartsState } from './review-in-parts.ts';
import { openModel, secretsOf } from './open-model.ts';
import { Spending } from './spending.ts';
import type { ToolLimits } from './tools.ts';

export type ModelReviewerOptions = {
  target: ModelTarget;
  apiKey: string | null;
  /** The provider's own where left out. */
  baseUrl: string | null;
  /** Of each run. */
  budget?: Budget;
  /** Of all runs of a pull request. */
  lifeBudget?: Budget;
  /** Instead of the table's. */
  prices?: Prices | null;
  /** Whether findings get a second look. */
  verify: boolean;
  /** Whatever else changes its answers: filters, for example. */
  fingerprintParts: readonly string[];
  /** Where the providers' own variables are looked up. */
  env: Readonly<Record<string, string | undefined>>;
  idToken: IdToken | null;
  countTokens: (text: string) => number;
  clock: Clock;
  log: Log;
  /** Shown how far a review is, in place of lines in the log. */
  watch?: (state: PartsState) => void;
  /** Parts under way at a time. */
  parallel?: number;
  /** What the files of one part may take, in tokens. */
  partTokens?: number;
  limits?: FetchLimits;
  tools?: ToolLimits & { steps: number };
};

const PARALLEL = 4;
const PART_TOKENS = 24_000;
/** A model may think for minutes before it says a word; streams say something much sooner. */
const LIMITS: FetchLimits = { idleMs: 300_000, maxBytes: 32 * 1024 * 1024 };
const TOOLS: ToolLimits & { steps: number } = { calls: 24, characters: 200_000, timeoutMs: 20_000, steps: 12 };

/** Reviews in this process, by calls of a model: in parts, with looks at the repository, and a second look at findings. */
export function createModelReviewer(options: ModelReviewerOptions): Reviewer {
  const { target, baseUrl, verify, fingerprintParts, clock, log, countTokens } = options;
  const model = modelName(target);
  const identity = ['model', 1, target, baseUrl, verify, rulesText('tools', null), fingerprintParts];
  const secrets = secretsOf(options);
  const scrub = (text: string): string => secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
  const prices = options.prices ?? (baseUrl === null ? pricesOf(target.id) : null);
  const limits = { run: options.budget ?? NO_BUDGET, life: options.lifeBudget ?? NO_BUDGET };
  const limitsCosts = limits.run.costUsd !== null || limits.life.costUsd !== null;
  return {
    name: 'model',
    model,
    kind: 'scope',
    fingerprint: createHash('sha256').update(JSON.stringify(identity)).digest('hex'),
    async review(request, signal, progress) {
      if (signal.aborted) return { outcome: 'aborted' };
      if (limitsCosts && prices === null) {
        const why = `max-cost can't be kept, for no price of ${model} is known: set prices, or use max-input-tokens`;
        return { outcome: 'failed', why, output: '' };
      }
      // The SDK is loaded by whoever needs it, and nobody else.
      const [{ Conversation }, { reviewInParts }] = await Promise.all([
        import('./conversation.ts'),
        import('./review-in-parts.ts'),
      ]);
      // Its warnings would go to the terminal, in the words of a library.
      globalThis.AI_SDK_LOG_WARNINGS = false;
      const budget = budgetOf(limits, request.pullRequests);
      const spending = new Spending(budget, prices);
      const access = { ...options, monotonicMs: () => clock.monotonicMs() };
      const context: RunContext = {
        conversation: new Conversation({
          open: () => openModel(access),
          spending,
          limits: options.limits ?? LIMITS,
          countTokens,
          scrub,
        }),
        signal,
        boundary: randomBytes(16).toString('hex'),
        model,
        log,
        tools: options.tools ?? TOOLS,
      };
      return reviewInParts(
        {
          context,
          spending,
          budget,
          prices,
          clock,
          countTokens,
          verify,
          ...(options.watch === undefined ? {} : { watch: options.watch }),
          parallel: options.parallel ?? PARALLEL,
          partTokens: options.partTokens ?? PART_TOKENS,
        },
        request,
        progress ?? (() => undefined),
      );
    },
  };
}

/** What this run may use: as much as each pull request has left of its life, all together, and no more than a run may. */
function budgetOf(limits: { run: Budget; life: Budget }, pulls: readonly PullRequestRequest[]): Budget {
  const left = pulls.map(({ spent }) => budgetLeft({ run: NO_BUDGET, life: limits.life }, spent));
  const least = (run: number | null, lives: readonly (number | null)[]): number | null => {
    const known = lives.filter((life) => life !== null);
    if (known.length < lives.length || known.length === 0) return run;
    return Math.min(
      run ?? Number.POSITIVE_INFINITY,
      known.reduce((sum, life) => sum + life, 0),
    );
  };
  return {
    inputTokens: least(
      limits.run.inputTokens,
      left.map(({ inputTokens }) => inputTokens),
    ),
    costUsd: least(
      limits.run.costUsd,
      left.map(({ costUsd }) => costUsd),
    ),
  };
}
