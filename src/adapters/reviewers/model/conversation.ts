import {
  isStepCount,
  jsonSchema,
  Output,
  streamText,
  type LanguageModelUsage,
  type ModelMessage,
  type StepResult,
  type SystemModelMessage,
  type ToolSet,
} from 'ai';
import type { PromptPieces } from '../../../core/prompt/prompt.ts';
import { NO_MORE_TOOLS } from '../../../core/prompt/tool-texts.ts';
import { failureOf, type ModelProblem } from '../../../core/reviewing/model-failure.ts';
import type { CallUsage } from '../../../core/reviewing/prices.ts';
import { guardFetch, type FetchLimits } from './guard-fetch.ts';
import type { OpenModel } from './open-model.ts';
import { problemOf, problemOfEnd } from './problem-of.ts';
import type { Reserved, Spending } from './spending.ts';

export type Question = {
  /** The prompt, by whether the model is given the tools. */
  pieces: (withTools: boolean) => PromptPieces;
  /** What was answered and what is said to it, where the conversation goes on. */
  more?: { answer: string; say: string };
  schema: object;
  /** Made anew for each question; null: none are to be had. */
  tools: ToolSet | null;
  /** Calls that it may take with tools, the last of them without. */
  maxSteps: number;
};

export type Spoken =
  | { outcome: 'answered'; text: string }
  | { outcome: 'failed'; problem: ModelProblem }
  | { outcome: 'aborted' };

export type ConversationOptions = {
  /** Opened once, when it is first spoken to. */
  open: () => Promise<OpenModel>;
  spending: Spending;
  limits: FetchLimits;
  countTokens: (text: string) => number;
  scrub: (text: string) => string;
};

/** From the most to the least that a model can be asked for: not every server knows schemas or tools. */
const WAYS = [
  { schema: true, tools: true },
  { schema: false, tools: true },
  { schema: false, tools: false },
] as const;

/** One model that is asked questions, some at the same time. What it can not do it is not asked for again. */
export class Conversation {
  readonly #options: ConversationOptions;
  #opened: Promise<OpenModel> | null = null;
  #way = 0;

  constructor(options: ConversationOptions) {
    this.#options = options;
  }

  async ask(question: Question, signal: AbortSignal): Promise<Spoken> {
    let first: Spoken | null = null;
    for (let way = this.#way; ; way += 1) {
      const spoken = this.#scrubbed(await this.#askBy(way, question, signal));
      if (!isBeyond(spoken) || WAYS[way + 1] === undefined) {
        if (spoken.outcome === 'answered') this.#way = Math.max(this.#way, way);
        return spoken.outcome === 'answered' ? spoken : (first ?? spoken);
      }
      first ??= spoken;
    }
  }

  async #askBy(way: number, question: Question, signal: AbortSignal): Promise<Spoken> {
    if (signal.aborted) return { outcome: 'aborted' };
    let model: OpenModel;
    try {
      this.#opened ??= this.#options.open();
      model = await this.#opened;
    } catch (error) {
      return { outcome: 'failed', problem: problemOf(error) };
    }
    return new Exchange(this.#options, model, WAYS[way] ?? WAYS[0], question, signal).run();
  }

  #scrubbed(spoken: Spoken): Spoken {
    if (spoken.outcome !== 'failed') return spoken;
    const { scrub } = this.#options;
    const { problem } = spoken;
    return 'message' in problem
      ? { outcome: 'failed', problem: { ...problem, message: scrub(problem.message) } }
      : spoken;
  }
}

/** The server does not take the request as it is; it may take a plainer one. */
function isBeyond(spoken: Spoken): boolean {
  if (spoken.outcome !== 'failed' || spoken.problem.kind !== 'http') return false;
  const { status } = spoken.problem;
  return (status === 400 || status === 422) && failureOf(spoken.problem, '').concerns === 'run';
}

/** Thrown from within the SDK's loop to end it. */
class BudgetSpent extends Error {
  readonly limit: string;
  constructor(limit: string) {
    super('the budget is spent');
    this.limit = limit;
  }
}

/** One question and its answer, with the looks that the model takes in between. */
class Exchange {
  readonly #options: ConversationOptions;
  readonly #model: OpenModel;
  readonly #question: Question;
  readonly #signal: AbortSignal;
  readonly #schema: boolean;
  readonly #tools: ToolSet | null;
  #reserved: Reserved | null = null;
  #fault: unknown = null;

  constructor(
    options: ConversationOptions,
    model: OpenModel,
    way: (typeof WAYS)[number],
    question: Question,
    signal: AbortSignal,
  ) {
    this.#options = options;
    this.#model = model;
    this.#question = question;
    this.#signal = signal;
    this.#schema = way.schema;
    this.#tools = way.tools ? question.tools : null;
  }

  async run(): Promise<Spoken> {
    const guard = guardFetch(this.#options.limits);
    try {
      const steps = await this.#stream(guard.fetch);
      const last = steps.at(-1);
      if (this.#signal.aborted) return { outcome: 'aborted' };
      if (last === undefined || this.#fault !== null) return this.#failed(guard.tripped());
      const problem = problemOfEnd(last.finishReason, last.rawFinishReason, last.text);
      return problem === null ? { outcome: 'answered', text: last.text } : { outcome: 'failed', problem };
    } catch (error) {
      if (this.#signal.aborted) return { outcome: 'aborted' };
      this.#fault ??= error;
      return this.#failed(guard.tripped());
    } finally {
      this.#reserved?.settle(null);
    }
  }

  #failed(tripped: ModelProblem | null): Spoken {
    const fault = this.#fault;
    if (fault instanceof BudgetSpent) return { outcome: 'failed', problem: { kind: 'budget', limit: fault.limit } };
    return { outcome: 'failed', problem: tripped ?? problemOf(fault) };
  }

  async #stream(fetch: typeof globalThis.fetch): Promise<StepResult<ToolSet>[]> {
    const { maxOutputTokens } = this.#model;
    const { schema, maxSteps } = this.#question;
    const pieces = this.#question.pieces(this.#tools !== null);
    const result = streamText({
      model: this.#model.over(fetch),
      instructions: this.#instructions(pieces),
      messages: this.#messages(pieces),
      maxRetries: 0,
      abortSignal: this.#signal,
      providerOptions: this.#model.options,
      ...(maxOutputTokens === null ? {} : { maxOutputTokens }),
      ...(this.#schema ? { output: Output.object({ schema: jsonSchema(schema), name: 'answer' }) } : {}),
      ...(this.#tools === null ? {} : { tools: this.#tools, stopWhen: isStepCount(maxSteps) }),
      prepareStep: ({ steps, messages }) => {
        const size = this.#sizeOf(pieces, steps);
        const lack = this.#options.spending.lack(size);
        if (lack !== null) {
          this.#fault = new BudgetSpent(lack);
          throw this.#fault;
        }
        this.#reserved = this.#options.spending.reserve(size);
        const isLast = steps.length >= maxSteps - 1 || this.#options.spending.lack(size) !== null;
        if (this.#tools === null || steps.length === 0 || !isLast) return {};
        return { toolChoice: 'none', messages: [...messages, { role: 'user', content: NO_MORE_TOOLS }] };
      },
      onStepEnd: ({ usage }) => this.#reserved?.settle(callUsage(usage)),
      onError: ({ error }) => {
        this.#fault ??= error;
      },
    });
    await result.consumeStream({
      onError: (error) => {
        this.#fault ??= error;
      },
    });
    return result.steps;
  }

  #instructions({ system }: PromptPieces): SystemModelMessage {
    const { cacheMark } = this.#model;
    return { role: 'system', content: system, ...(cacheMark === null ? {} : { providerOptions: cacheMark }) };
  }

  #messages({ shared, part }: PromptPieces): ModelMessage[] {
    const { cacheMark } = this.#model;
    const { more } = this.#question;
    const asked: ModelMessage =
      cacheMark === null
        ? { role: 'user', content: `${shared}\n\n${part}` }
        : {
            role: 'user',
            content: [
              { type: 'text', text: shared, providerOptions: cacheMark },
              { type: 'text', text: part },
            ],
          };
    if (more === undefined) return [asked];
    return [asked, { role: 'assistant', content: more.answer }, { role: 'user', content: more.say }];
  }

  /** Tokens that the next call sends. */
  #sizeOf({ system, shared, part }: PromptPieces, steps: readonly StepResult<ToolSet>[]): number {
    const { countTokens } = this.#options;
    const last = steps.at(-1);
    if (last === undefined) {
      const more = this.#question.more;
      return countTokens(`${system}${shared}${part}${more?.answer ?? ''}${more?.say ?? ''}`);
    }
    const looked = countTokens(JSON.stringify(last.toolResults.map(({ output }): unknown => output)));
    return (last.usage.inputTokens ?? 0) + (last.usage.outputTokens ?? 0) + looked;
  }
}

function callUsage({ inputTokens, outputTokens, inputTokenDetails }: LanguageModelUsage): CallUsage {
  return {
    inputTokens: inputTokens ?? 0,
    outputTokens: outputTokens ?? 0,
    cacheReadTokens: inputTokenDetails.cacheReadTokens ?? 0,
    cacheWriteTokens: inputTokenDetails.cacheWriteTokens ?? 0,
  };
}
