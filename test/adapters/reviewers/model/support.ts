import {
  createModelReviewer,
  type ModelReviewerOptions,
} from '../../../../src/adapters/reviewers/model/model-reviewer.ts';
import { MODEL_PROVIDERS, type ModelProvider } from '../../../../src/core/reviewing/model-target.ts';
import { EpochSeconds } from '../../../../src/core/ids.ts';
import type { Clock } from '../../../../src/ports/clock.ts';
import type { Log } from '../../../../src/ports/log.ts';
import type { PullRequestReview, Reviewer, ReviewerOutcome, ReviewRequest } from '../../../../src/ports/reviewer.ts';
import type { ModelServer, Provider } from '../../../support/models/server.ts';

export const KEY = 'sk-secret-0123456789abcdef';

/** Where each provider's client finds the server. */
export const PLACES: Record<ModelProvider, Provider> = {
  openai: 'openai',
  anthropic: 'anthropic',
  google: 'google',
  bedrock: 'bedrock',
  'openai-compatible': 'openai',
};

export { MODEL_PROVIDERS };

/** Time that only goes on where somebody sleeps. */
export function stillClock(): Clock & { slept: number[] } {
  const slept: number[] = [];
  let now = 0;
  return {
    slept,
    now: () => EpochSeconds.parse(1_800_000_000),
    monotonicMs: () => now,
    sleep: async (ms) => {
      slept.push(ms);
      now += ms;
    },
  };
}

export function keepingLog(): Log & { lines: string[] } {
  const lines: string[] = [];
  const add = (line: string): void => void lines.push(line);
  return {
    lines,
    debug: () => undefined,
    info: add,
    notice: add,
    warning: add,
    error: add,
    group: (_title, body) => body(),
  };
}

export function reviewerOver(
  models: ModelServer,
  overrides: Partial<ModelReviewerOptions> = {},
): Reviewer & { clock: ReturnType<typeof stillClock>; log: ReturnType<typeof keepingLog> } {
  const target = overrides.target ?? { provider: 'openai-compatible', id: 'test-model' };
  const clock = stillClock();
  const log = keepingLog();
  const reviewer = createModelReviewer({
    target,
    apiKey: target.provider === 'bedrock' ? null : KEY,
    baseUrl: models.baseUrl(PLACES[target.provider]),
    verify: false,
    fingerprintParts: [],
    env: { AWS_REGION: 'eu-west-1' },
    idToken: null,
    countTokens: (text) => Math.ceil(text.length / 4),
    clock,
    log,
    ...overrides,
  });
  return { ...reviewer, clock, log };
}

const never = new AbortController().signal;

export async function reviewed(
  reviewer: Reviewer,
  request: ReviewRequest,
  signal = never,
): Promise<Extract<ReviewerOutcome, { outcome: 'reviewed' }>> {
  const outcome = await reviewer.review(request, signal);
  if (outcome.outcome !== 'reviewed') throw new Error(`not reviewed: ${JSON.stringify(outcome)}`);
  return outcome;
}

/** The findings in short: `critical a.ts:3 quote`. */
export function inShort(reviews: readonly PullRequestReview[]): string[] {
  return reviews.flatMap(({ findings }) =>
    findings.map(({ severity, path, line, quote }) => `${severity} ${path}:${line ?? ''} ${quote.trim()}`),
  );
}
