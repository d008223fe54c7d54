import * as z from 'zod';
import { Fault } from '../core/ledger/commands.ts';

/** Everything that a call can end in other than its answer. `type` is `urn:pushback:problem:` and one of these. */
export const PROBLEMS = {
  'malformed-body': { status: 400, title: 'The body can not be read' },
  'malformed-gzip': { status: 400, title: 'The body is not gzip' },
  unauthenticated: { status: 401, title: 'No valid token' },
  forbidden: { status: 403, title: 'The token does not allow this' },
  'unknown-route': { status: 404, title: 'There is no such call' },
  'unknown-pull-request': { status: 404, title: 'The session holds no such pull request' },
  'method-not-allowed': { status: 405, title: 'The call has another method' },
  'too-large': { status: 413, title: 'The body is too large' },
  misdirected: { status: 421, title: 'The request is for another host' },
  'unsupported-media-type': { status: 415, title: 'The body is of another type' },
  rejected: { status: 422, title: 'The call was rejected whole' },
  'bad-cursor': { status: 422, title: 'The cursor is not of this list' },
  internal: { status: 500, title: 'The endpoint failed' },
  unavailable: { status: 503, title: 'The ledger can not be reached' },
} as const satisfies Record<string, { status: number; title: string }>;
export type ProblemKind = keyof typeof PROBLEMS;

const PREFIX = 'urn:pushback:problem:';

export const PROBLEM_TYPE = 'application/problem+json';

/** RFC 9457, with the fields at fault and, on 403, the rule that refused. */
export const Problem = z.object({
  type: z.string().max(2048),
  title: z.string().max(500),
  status: z.int().min(400).max(599),
  detail: z.string().max(5000).optional(),
  rule: z.string().max(64).optional(),
  errors: z.array(Fault).default([]),
});
export type Problem = z.infer<typeof Problem>;

export function problemOf(kind: ProblemKind, more: { detail?: string; rule?: string; errors?: Fault[] } = {}): Problem {
  return { type: `${PREFIX}${kind}`, ...PROBLEMS[kind], errors: [], ...more };
}

/** Null for a problem that this version does not know. */
export function kindOf(problem: { type: string }): ProblemKind | null {
  const kind = problem.type.startsWith(PREFIX) ? problem.type.slice(PREFIX.length) : '';
  return Object.hasOwn(PROBLEMS, kind) ? (kind as ProblemKind) : null;
}
