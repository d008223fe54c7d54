import type { Answer, ModelRequest, Reply } from './exchange.ts';
import { record } from './json.ts';

/** What a script answers. */

export function says(text: string, more: Omit<Partial<Answer>, 'kind' | 'text'> = {}): Answer {
  return { kind: 'answer', text, ...more };
}

export function calls(name: string, args: unknown, more: Omit<Partial<Answer>, 'kind' | 'calls'> = {}): Answer {
  return { kind: 'answer', calls: [{ name, arguments: args }], ...more };
}

/** Names under which clients offer the model a tool that takes the answer itself. */
const ANSWER_TOOLS = ['json', 'StructuredOutput', 'structured_output', 'return_json'];

/** The tool that takes the answer, where the client asks for it that way. */
export function answerTool(request: ModelRequest): string | null {
  if (request.outputSchema !== null) return null;
  return request.tools.find(({ name }) => ANSWER_TOOLS.includes(name))?.name ?? null;
}

/** An answer by schema: as text, or through the tool that the client offers for it. */
export function saysJson(
  request: ModelRequest,
  value: unknown,
  more: Omit<Partial<Answer>, 'kind' | 'text' | 'calls'> = {},
): Answer {
  const tool = answerTool(request);
  return tool === null ? says(JSON.stringify(value), more) : calls(tool, record(value), more);
}

/** Every way to go wrong. `401` and the like come in the words of the protocol that was used. */
export const failures = {
  badRequest: (message = 'max_tokens: must be less than 8192'): Reply => ({ kind: 'error', status: 400, message }),
  badKey: (message = 'invalid x-api-key'): Reply => ({ kind: 'error', status: 401, message }),
  forbidden: (message = 'Your account may not use this model.'): Reply => ({ kind: 'error', status: 403, message }),
  noSuchModel: (message = 'model: no-such-model'): Reply => ({ kind: 'error', status: 404, message }),
  requestTimeout: (): Reply => ({ kind: 'error', status: 408, message: 'Request timed out' }),
  tooLarge: (): Reply => ({ kind: 'error', status: 413, message: 'Request exceeds the maximum size' }),
  rateLimited: (retryAfterSeconds = 1): Reply => ({
    kind: 'error',
    status: 429,
    message: 'Number of request tokens has exceeded your rate limit',
    headers: { 'retry-after': String(retryAfterSeconds) },
  }),
  noCredit: (): Reply => ({
    kind: 'error',
    status: 429,
    code: 'insufficient_quota',
    message: 'You exceeded your current quota, please check your plan and billing details.',
  }),
  serverError: (status: 500 | 502 | 503 | 504 = 500): Reply => ({
    kind: 'error',
    status,
    message: 'The server had an error while processing your request',
  }),
  overloaded: (): Reply => ({ kind: 'error', status: 529, message: 'Overloaded' }),
  refusal: (): Reply => says('I can not help with that.', { finish: 'refusal' }),
  contentFilter: (): Reply => ({ kind: 'answer', text: '', finish: 'content-filter' }),
  lengthStop: (text = '{"reviews": [{"pullRequest": "acme/sh'): Reply => says(text, { finish: 'length' }),
  empty: (): Reply => says(''),
  prose: (): Reply => says('I had a look, and all is well!'),
  wrongJson: (): Reply => says('{"reviews": "none"}'),
  notHttpJson: (): Reply => ({
    kind: 'raw',
    status: 200,
    headers: { 'content-type': 'text/html' },
    body: '<html><body>Welcome to your proxy</body></html>',
  }),
  hang: (): Reply => ({ kind: 'hang' }),
  cut: (): Reply => ({ kind: 'cut' }),
  cutHalfway: (): Reply => ({ kind: 'cut', after: says('{"reviews": [{"pullRequest": "acme/shop#12"}]}') }),
  huge: (characters = 40_000_000): Reply => says('x'.repeat(characters)),
  /** Ten pieces of a streamed answer, each so late. */
  slow: (pauseMs: number, text = '{"reviews": []}'): Reply => says(text, { pauseMs }),
} as const;
