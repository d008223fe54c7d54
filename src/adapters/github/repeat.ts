import { RequestError } from '@octokit/request-error';
import * as z from 'zod';
import type { EpochSeconds } from '../../core/ids.ts';

/** What a failed call was, as far as asking again is concerned. */
export type Failure =
  /** GitHub did not do it, and says when it would. */
  | { kind: 'limited'; afterMs: number }
  /** It broke on the way, or GitHub did: whether it took effect is unknown. */
  | { kind: 'lost' }
  /** An answer. */
  | { kind: 'answered' };

const MAX_TRIES = 4;
/** All waiting for one call together; a limit that lasts longer is told to the user instead. */
const MAX_WAIT_MS = 120_000;
const FIRST_PAUSE_MS = 1_000;
/** GitHub's own advice where a secondary limit names no time. */
const UNNAMED_LIMIT_MS = 60_000;

export function failureOf(error: unknown, now: EpochSeconds): Failure {
  if (!(error instanceof RequestError)) return isFault(error) ? { kind: 'lost' } : { kind: 'answered' };
  if (error.response === undefined || error.status >= 500) return { kind: 'lost' };
  const limit = limitOf(error, now);
  return limit === null ? { kind: 'answered' } : { kind: 'limited', afterMs: limit };
}

/** Aborted by the time limit, or a connection that broke while the answer was read. */
function isFault(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error.name === 'AbortError' || error.name === 'TimeoutError' || error.name === 'TypeError')
  );
}

/** Milliseconds until a rate limit ends; null where the refusal has another cause. */
function limitOf(error: RequestError, now: EpochSeconds): number | null {
  const headers = error.response?.headers ?? {};
  if (error.status === 422) return isAbuse(error) ? UNNAMED_LIMIT_MS / 4 : null;
  if (error.status !== 403 && error.status !== 429) return null;
  const after = seconds(headers['retry-after']);
  if (after !== null) return after * 1_000;
  const reset = seconds(headers['x-ratelimit-reset']);
  if (headers['x-ratelimit-remaining'] === '0' && reset !== null) return Math.max(0, reset - now + 1) * 1_000;
  return error.status === 429 || /secondary rate limit|abuse detection/iu.test(error.message) ? UNNAMED_LIMIT_MS : null;
}

/** "Was submitted too quickly", which GitHub says as a fault of validation. */
function isAbuse(error: RequestError): boolean {
  return /"code":\s*"abuse"|submitted too quickly/u.test(JSON.stringify(error.response?.data ?? ''));
}

function seconds(header: string | number | undefined): number | null {
  return /^\d{1,12}$/u.test(String(header ?? '')) ? Number(header) : null;
}

/**
 * How long to wait before the same call is made again, and why; null: don't. `random` in [0, 1) adds up to half of the
 * pause, so that runs which failed together do not come back together.
 */
export function pauseBeforeRepeat(
  error: unknown,
  call: { tries: number; waitedMs: number; repeatable: boolean; now: EpochSeconds; random: number },
): { ms: number; why: string } | null {
  const failure = failureOf(error, call.now);
  if (failure.kind === 'answered' || (failure.kind === 'lost' && !call.repeatable) || call.tries >= MAX_TRIES)
    return null;
  const pauseMs = failure.kind === 'limited' ? failure.afterMs : FIRST_PAUSE_MS * 2 ** (call.tries - 1);
  const ms = Math.round(pauseMs * (1 + call.random / 2));
  if (call.waitedMs + pauseMs > MAX_WAIT_MS) return null;
  return { ms, why: failure.kind === 'limited' ? 'a rate limit is reached' : `the call failed (${statusOf(error)})` };
}

const GraphqlFailure = z.object({
  errors: z.array(z.object({ type: z.string().nullish(), message: z.string() })).min(1),
});

/** GraphQL says with status 200 that a limit is reached or that it broke. Thrown as what it is, it is repeated like the rest. */
export function throwHiddenFailure(
  request: ConstructorParameters<typeof RequestError>[2]['request'],
  response: NonNullable<ConstructorParameters<typeof RequestError>[2]['response']>,
): void {
  const failure = request.url.endsWith('/graphql') ? GraphqlFailure.safeParse(response.data) : null;
  if (failure?.success !== true) return;
  const { errors } = failure.data;
  const limited = errors.some(({ type }) => type === 'RATE_LIMITED');
  const broken = errors.some(({ message }) => message.startsWith('Something went wrong while executing your query'));
  if (limited || broken)
    throw new RequestError(errors.map(({ message }) => message).join('; '), limited ? 429 : 502, { request, response });
}

function statusOf(error: unknown): string {
  if (error instanceof RequestError && error.response !== undefined) return String(error.status);
  return error instanceof Error ? error.message : String(error);
}
