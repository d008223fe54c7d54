import pMap from 'p-map';
import { shownText } from '../../../core/prompt/file-text.ts';
import { promptPieces } from '../../../core/prompt/prompt.ts';
import { requestOf, type ReviewerRequest } from '../../../core/prompt/request.ts';
import { pullRequestName } from '../../../core/pull-request.ts';
import { askedIn, partsOf, type Part } from '../../../core/reviewing/parts.ts';
import { planWithin, type Budget, type CallCosts, type ReviewPlan } from '../../../core/reviewing/plan.ts';
import { costOf, type Prices } from '../../../core/reviewing/prices.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { ReviewerOutcome, ReviewerProgress, ReviewerUsage, ReviewRequest } from '../../../ports/reviewer.ts';
import type { RunContext } from './context.ts';
import { Outcomes } from './outcomes.ts';
import { reviewPart, type PartOutcome } from './review-part.ts';
import { lookAgain } from './second-look.ts';
import type { Spending } from './spending.ts';
import { summarise } from './summarise.ts';
import { withRetries } from './with-retries.ts';

export type PartsOptions = {
  context: RunContext;
  spending: Spending;
  budget: Budget;
  prices: Prices | null;
  clock: Clock;
  countTokens: (text: string) => number;
  verify: boolean;
  parallel: number;
  partTokens: number;
  /** Shown how far it is, in place of a line in the log. */
  watch?: (state: PartsState) => void;
};

/** How far a review is. */
export type PartsState = {
  done: number;
  of: number;
  inputTokens: number;
  outputTokens: number;
  costUsd: number | null;
};

/** Written about a part. */
const OUTPUT_TOKENS = 1500;

/**
 * Reviews the pull requests part by part, those at the highest risk first and some at a time. What was cut for the
 * budget or failed stays pending with its reason; where nothing at all was reviewed, the run failed.
 */
export async function reviewInParts(
  options: PartsOptions,
  request: ReviewRequest,
  progress: ReviewerProgress,
): Promise<ReviewerOutcome> {
  const { context, spending, parallel, clock } = options;
  const asked = requestOf(request.session, request.pullRequests);
  const plan = planOf(options, request, asked);
  const outcomes = new Outcomes(request.pullRequests, plan);
  const startedMs = clock.monotonicMs();
  // What is used up counts, though nobody get anything for it.
  const noteProgress = (): void => {
    if (spending.total.calls > 0) progress(outcomes.reviews(), usageOf(spending));
  };
  tellPlan(options, plan);
  options.watch?.({ done: 0, of: plan.parts.length, ...spending.total });

  await pMap(
    plan.parts,
    async (part, index) => {
      const outcome = outcomes.stopped ?? (await reviewOne(options, request, asked, plan, part, index));
      outcomes.note(part, outcome);
      if (context.signal.aborted) return;
      noteProgress();
      tellPart(options, outcomes, plan, part, outcome, clock.monotonicMs() - startedMs);
    },
    { concurrency: parallel },
  );

  if (context.signal.aborted) {
    noteProgress();
    return { outcome: 'aborted' };
  }
  const failure = outcomes.failure();
  if (failure !== null) {
    const why = failure.startsWith(context.model) ? failure : capitalised(failure);
    return { outcome: 'failed', why: `${why}.`, output: '' };
  }
  const summaries = await pMap(
    request.pullRequests,
    (pull) => summarise(context, pull, outcomes.partsOf(pullRequestName(pull.pullRequest))),
    { concurrency: parallel },
  );
  const refuted = outcomes.refutedIn();
  if (refuted > 0) context.log.info(`Dropped by the second look: ${refuted} findings`);
  return {
    outcome: 'reviewed',
    reviews: outcomes.reviews().map((review, index) => ({ ...review, summary: summaries[index] || review.summary })),
    usage: usageOf(spending),
    sessionId: null,
  };
}

function usageOf({ total: { inputTokens, outputTokens, costUsd } }: Spending): ReviewerUsage {
  return { inputTokens, outputTokens, costUsd };
}

function planOf(options: PartsOptions, request: ReviewRequest, asked: ReviewerRequest): ReviewPlan {
  const { countTokens, partTokens, prices, budget } = options;
  const parts = partsOf(request.pullRequests, {
    maxTokens: partTokens,
    tokensOf: (file) => countTokens(shownText(file)),
  });
  const fixed = new Map<string, number>();
  const costs: CallCosts = {
    fixedTokens: (name) => {
      const known = fixed.get(name) ?? countTokens(fixedText(options.context, asked, name));
      fixed.set(name, known);
      return known;
    },
    // What tools and second looks add is seen call by call, as it comes.
    callsPerPart: 1,
    outputTokensPerPart: OUTPUT_TOKENS,
    costUsd: ({ inputTokens, outputTokens }) =>
      prices === null ? null : costOf(prices, { inputTokens, outputTokens, cacheReadTokens: 0, cacheWriteTokens: 0 }),
  };
  return planWithin(parts, budget, costs);
}

/** What every call about this pull request carries, whatever it is to review. */
function fixedText({ boundary }: RunContext, asked: ReviewerRequest, name: string): string {
  const whole = asked.pullRequests.find(({ pullRequest }) => pullRequest === name);
  if (whole === undefined) return '';
  const part = { asked: { ...whole, files: [] }, index: 1, of: 2, slice: null };
  const pieces = promptPieces(asked, part, { boundary, surroundings: 'tools' });
  return `${pieces.system}\n${pieces.shared}\n${pieces.part}`;
}

/** One part, asked again after what may pass, and its findings looked at a second time. */
async function reviewOne(
  options: PartsOptions,
  request: ReviewRequest,
  asked: ReviewerRequest,
  plan: ReviewPlan,
  part: Part,
  index: number,
): Promise<PartOutcome & { refuted?: number }> {
  const { context, clock, verify } = options;
  const pull = request.pullRequests.find((one) => pullRequestName(one.pullRequest) === part.pullRequest);
  if (pull === undefined) throw new Error(`a part of ${part.pullRequest}, which was not asked for`);
  const [only] = requestOf(request.session, [askedIn(pull, part)]).pullRequests;
  if (only === undefined) throw new Error('a request without a pull request');
  const place = placeOf(plan, part, index);
  const outcome = await withRetries(
    () => reviewPart(context, asked, pull, { asked: only, ...place, slice: part.slice }),
    { clock, signal: context.signal, log: context.log },
  );
  if (outcome.outcome !== 'reviewed' || !verify) return outcome;
  const { findings, refuted } = await lookAgain(context, pull, outcome.review.findings);
  return context.signal.aborted
    ? { outcome: 'aborted' }
    : { ...outcome, review: { ...outcome.review, findings }, refuted };
}

/** Counted among the parts of its own pull request. */
function placeOf({ parts }: ReviewPlan, part: Part, index: number): { index: number; of: number } {
  const isOwn = ({ pullRequest }: Part): boolean => pullRequest === part.pullRequest;
  return { index: parts.slice(0, index + 1).filter(isOwn).length, of: parts.filter(isOwn).length };
}

function tellPlan({ context }: PartsOptions, { parts, cut, estimate, whole }: ReviewPlan): void {
  const cost = estimate.costUsd === null ? '' : `, $${estimate.costUsd.toFixed(2)}`;
  context.log.info(
    `${context.model}: ${parts.length} parts, at least ${estimate.inputTokens} input tokens${cost} by estimate`,
  );
  if (cut.length === 0) return;
  context.log.warning(
    `${cut.length} files are left out, for all of them would take ${whole.inputTokens} input tokens${whole.costUsd === null ? '' : ` ($${whole.costUsd.toFixed(2)})`}: ${cut[0]?.reason}`,
  );
}

function tellPart(
  { context, spending, watch }: PartsOptions,
  outcomes: Outcomes,
  { parts }: ReviewPlan,
  part: Part,
  outcome: PartOutcome,
  elapsedMs: number,
): void {
  const { inputTokens, outputTokens, costUsd } = spending.total;
  const left = parts.length - outcomes.done;
  const more = left === 0 ? '' : `, about ${Math.ceil(((elapsedMs / outcomes.done) * left) / 1000)} s left`;
  const cost = costUsd === null ? '' : `, $${costUsd.toFixed(2)}`;
  if (watch === undefined) {
    context.log.info(
      `${outcomes.done} of ${parts.length} parts done: ${inputTokens} tokens read, ${outputTokens} written${cost}${more}`,
    );
  } else watch({ done: outcomes.done, of: parts.length, inputTokens, outputTokens, costUsd });
  if (outcome.outcome !== 'failed') return;
  const files = part.files.map(({ file }) => file.path);
  context.log.warning(
    `Not reviewed (${files.slice(0, 3).join(', ')}${files.length > 3 ? ', …' : ''}): ${outcome.failure.why}`,
  );
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
