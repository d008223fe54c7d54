import { parseAccept } from 'hono/utils/accept';
import { GZIP_FROM_BYTES, packBody } from '../src/contract/body.ts';
import { PROBLEM_TYPE, type Problem } from '../src/contract/problem.ts';
import type { HttpAnswer } from './http.ts';

export function respond(status: number, body: unknown): HttpAnswer {
  return jsonAnswer(status, body, { 'content-type': 'application/json' });
}

export function respondProblem(problem: Problem, headers: Record<string, string> = {}): HttpAnswer {
  return jsonAnswer(problem.status, problem, { ...headers, 'content-type': PROBLEM_TYPE });
}

function jsonAnswer(status: number, body: unknown, headers: Record<string, string>): HttpAnswer {
  return {
    status,
    headers: { ...headers, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
    body: JSON.stringify(body),
  };
}

/** As it goes out: packed where it is long and `accepted`, the request's `accept-encoding`, takes gzip; its length said. */
export async function outgoing(answer: HttpAnswer, accepted: string | undefined): Promise<HttpAnswer> {
  const { body, headers } = answer;
  const length = Buffer.byteLength(body);
  if (typeof body !== 'string' || length <= GZIP_FROM_BYTES) return withLength(answer, headers, body, length);
  const varying = { ...headers, vary: 'accept-encoding' };
  if (!takesGzip(accepted)) return withLength(answer, varying, body, length);
  const { bytes } = await packBody(body);
  return withLength(answer, { ...varying, 'content-encoding': 'gzip' }, bytes, bytes.byteLength);
}

function withLength(
  answer: HttpAnswer,
  headers: Record<string, string>,
  body: HttpAnswer['body'],
  length: number,
): HttpAnswer {
  return { ...answer, headers: { ...headers, 'content-length': String(length) }, body };
}

/** A word for gzip itself goes before one for whatever there is. */
function takesGzip(accepted: string | undefined): boolean {
  if (accepted === undefined) return false;
  const named = parseAccept(accepted);
  const told = named.find(({ type }) => type.toLowerCase() === 'gzip') ?? named.find(({ type }) => type === '*');
  return told !== undefined && told.q > 0;
}
