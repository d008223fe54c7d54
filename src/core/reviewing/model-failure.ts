import { assertNever } from '../exhaustive.ts';
import { quoteForeign } from '../faults.ts';

/** How a call of a model came to nothing. Texts from the provider are as they came, but for secrets. */
export type ModelProblem =
  /** It answered with a status of 400 or above. `code` is its own word for it. */
  | { kind: 'http'; status: number; code: string | null; message: string; retryAfterMs: number | null }
  | { kind: 'unreachable'; message: string }
  /** Nothing came for so long. */
  | { kind: 'silent'; afterMs: number }
  | { kind: 'too-much'; maxBytes: number }
  | { kind: 'refusal'; message: string }
  | { kind: 'content-filter' }
  /** It stopped at the length of its output. */
  | { kind: 'length' }
  | { kind: 'empty' }
  /** What it says can't be read even after it was asked to mend it. */
  | { kind: 'malformed'; faults: readonly string[] }
  /** There is no key, or no role to take on. */
  | { kind: 'credentials'; message: string }
  /** What the budget has left does not do for another call. */
  | { kind: 'budget'; limit: string };

export type ModelFailure = {
  /** One sentence, with what to do about it. */
  why: string;
  /** Whether asking again may help. */
  retry: boolean;
  /** `run`: no other call of this run would fare better. */
  concerns: 'part' | 'run';
};

const MAX_MESSAGE = 300;

/** What a person can do about it. */
export function failureOf(problem: ModelProblem, model: string): ModelFailure {
  switch (problem.kind) {
    case 'http':
      return httpFailure(problem, model);
    case 'unreachable':
      return again(
        `${model} could not be reached (${quoted(problem.message)}): check base-url and the network of the runner`,
      );
    case 'silent':
      return again(
        `${model} said nothing for ${Math.round(problem.afterMs / 1000)} s: run it again, or use a faster model`,
      );
    case 'too-much':
      return forPart(
        `${model} sent more than ${problem.maxBytes} bytes and was cut off: check base-url, or use another model`,
      );
    case 'refusal': {
      const said = problem.message.trim() === '' ? '' : ` (it said ${quoted(problem.message)})`;
      return forPart(
        `${model} refused to review this part${said}: look at what is in these files, or use another model`,
      );
    }
    case 'content-filter':
      return forPart(
        `the provider's content filter stopped ${model}: look at what is in these files, adjust the filter, or use another model`,
      );
    case 'length':
      return forPart(
        `${model} stopped at the length its output may have, in the middle of its answer: use a model with a longer output`,
      );
    case 'empty':
      return again(`${model} answered nothing: run it again, or use another model`);
    case 'malformed':
      return forPart(
        `${model} did not answer in the form it was asked for, not even when asked again (${quoted(problem.faults.join('; '))}): use a model that can follow a JSON schema`,
      );
    case 'credentials':
      return forRun(problem.message);
    case 'budget':
      return forRun(`budget: the rest of ${problem.limit} does not do for another call`);
    default:
      return assertNever(problem, "a model's failure");
  }
}

const TOO_LONG =
  /(?:context|prompt|input|token|request|messages?)[^.]{0,60}(?:too (?:long|large)|exceed|maximum|limit)|too many (?:input )?tokens|context_length|reduce the length/i;
const NO_CREDIT =
  /insufficient.?(?:quota|funds|credit|balance)|credit balance|billing|payment|exceeded your current quota/i;
const NO_ACCESS = /access|enable|permission|not authorized|subscribe/i;

function httpFailure(
  { status, code, message, retryAfterMs }: Extract<ModelProblem, { kind: 'http' }>,
  model: string,
): ModelFailure {
  const said = quoted(message);
  const signs = `${code ?? ''} ${message}`;
  if (status === 413 || ((status === 400 || status === 422) && TOO_LONG.test(signs))) {
    return forPart(
      `the prompt is longer than ${model} takes (${said}): use a model with a larger context, or leave files out with paths-ignore`,
    );
  }
  if (status === 402 || (status !== 404 && NO_CREDIT.test(signs) && status < 500)) {
    return forRun(
      `the account behind the key has no credit or quota left for ${model} (${said}): raise it with the provider`,
    );
  }
  return statusFailure(status, said, { message, model, retryAfterMs });
}

function statusFailure(
  status: number,
  said: string,
  { message, model, retryAfterMs }: { message: string; model: string; retryAfterMs: number | null },
): ModelFailure {
  switch (status) {
    case 400:
    case 422:
      return forRun(`${model} does not take the request (${said}): check the inputs model and base-url`);
    // What a provider says of a wrong key can hold parts of it.
    case 401:
      return forRun(
        `the provider does not accept the key for ${model}: check api-key (secrets are empty on pull requests from forks)`,
      );
    case 403:
      return forRun(
        `the key or role may not use ${model}${NO_ACCESS.test(message) ? ` (${said})` : ''}: give it access to the model, or use another one`,
      );
    case 404:
      return forRun(`there is no ${model} at this address (${said}): check the inputs model and base-url`);
    case 408:
    case 504:
    case 524:
      return again(`${model} took too long for its own provider: run it again, or use a faster model`);
    case 429:
      return again(
        `the provider's rate limit for ${model} is reached${retryAfterMs === null ? '' : ` for ${Math.ceil(retryAfterMs / 1000)} s`}: run it again later, or raise the limit with the provider`,
      );
    case 503:
    case 529:
      return again(`${model} is overloaded: run it again later`);
    default:
      return status >= 500
        ? again(`the provider of ${model} has a fault of its own (status ${status}, ${said}): run it again later`)
        : forRun(
            `the provider of ${model} refuses the request (status ${status}, ${said}): check the inputs model and base-url`,
          );
  }
}

function again(why: string): ModelFailure {
  return { why, retry: true, concerns: 'part' };
}

function forPart(why: string): ModelFailure {
  return { why, retry: false, concerns: 'part' };
}

function forRun(why: string): ModelFailure {
  return { why, retry: false, concerns: 'run' };
}

function quoted(message: string): string {
  const text = quoteForeign(message.trim().replaceAll(/\s+/g, ' '), MAX_MESSAGE);
  return text === '' ? 'it gave no reason' : JSON.stringify(text.replaceAll('\n', ' '));
}
