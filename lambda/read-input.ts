import * as z from 'zod';
import { unpackGzip } from '../src/contract/body.ts';
import { problemErrorsOf } from '../src/contract/faults.ts';
import { problemOf, type Problem } from '../src/contract/problem.ts';
import type { Route } from '../src/contract/routes.ts';
import type { HttpRequest } from './http.ts';

export type BodyLimits = {
  /** Bytes of a body as it is sent, packed or not. */
  maxBodyBytes: number;
  /** Bytes of a gzipped body once unpacked. */
  maxUnpackedBytes: number;
};

type Refused = { outcome: 'refused'; problem: Problem };
export type Input = { outcome: 'read'; value: unknown } | Refused;

/** What the caller sent, checked by the route's schema; or the problem with it, every field at fault named. */
export async function readInput(route: Route, request: HttpRequest, limits: BodyLimits): Promise<Input> {
  if (route.input === null) return { outcome: 'read', value: null };
  const raw = route.method === 'GET' ? readQuery(request) : await readJson(request, limits);
  if (raw.outcome === 'refused') return raw;
  const parsed = route.input.safeParse(raw.value);
  if (!parsed.success) return refused(problemOf('rejected', { errors: problemErrorsOf(parsed.error) }));
  return { outcome: 'read', value: parsed.data };
}

const refused = (problem: Problem): Refused => ({ outcome: 'refused', problem });

function readQuery(request: HttpRequest): Input {
  const searchParams = new URLSearchParams(`?${request.query}`);
  const names = [...new Set(searchParams.keys())];
  const repeated = names.filter((name) => searchParams.getAll(name).length > 1);
  if (repeated.length > 0) {
    const errors = repeated
      .slice(0, 20)
      .map((path) => ({ path: path.slice(0, 100), message: 'is given more than once' }));
    return refused(problemOf('rejected', { errors }));
  }
  return { outcome: 'read', value: Object.fromEntries(searchParams) };
}

async function readJson(request: HttpRequest, limits: BodyLimits): Promise<Input> {
  const unsupported = unsupportedType(request);
  if (unsupported !== null) return refused(problemOf('unsupported-media-type', { detail: unsupported }));
  const said = Number(request.header('content-length') ?? 0);
  const sent = said > limits.maxBodyBytes ? null : await request.body(limits.maxBodyBytes);
  if (sent === null) {
    return refused(problemOf('too-large', { detail: `a body may be ${limits.maxBodyBytes} bytes at most` }));
  }
  const gzipped = encodingOf(request) === 'gzip';
  const unpacked = gzipped
    ? await unpackGzip(sent, limits.maxUnpackedBytes)
    : { outcome: 'unpacked' as const, bytes: sent };
  if (unpacked.outcome === 'too-large') {
    const detail = `a body may be ${limits.maxUnpackedBytes} bytes at most when unpacked`;
    return refused(problemOf('too-large', { detail }));
  }
  if (unpacked.outcome === 'malformed') {
    return refused(
      problemOf('malformed-gzip', { detail: 'content-encoding says gzip, and the body is not, or is cut off' }),
    );
  }
  return parseJson(unpacked.bytes);
}

function unsupportedType(request: HttpRequest): string | null {
  const [type = '', ...parameters] = (request.header('content-type') ?? '')
    .split(';')
    .map((part) => part.trim().toLowerCase());
  if (type !== 'application/json') return 'send the body as content-type application/json';
  const charset = parameters.find((parameter) => parameter.startsWith('charset='));
  if (charset !== undefined && !/^charset="?utf-8"?$/.test(charset)) return 'send the body in UTF-8';
  if (!['', 'identity', 'gzip'].includes(encodingOf(request))) return 'content-encoding may be gzip, or be left out';
  return null;
}

const encodingOf = (request: HttpRequest): string => (request.header('content-encoding') ?? '').trim().toLowerCase();

async function parseJson(bytes: Uint8Array): Promise<Input> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return refused(problemOf('malformed-body', { detail: 'the body is not UTF-8' }));
  }
  try {
    return { outcome: 'read', value: JSON.parse(text) as unknown };
  } catch (error) {
    const position = await positionOf(error, text);
    const where = position === null ? '' : `, from position ${position} on`;
    return refused(problemOf('malformed-body', { detail: `the body is not JSON${where}` }));
  }
}

/** Longer texts are not read a second time for the sake of a message. */
const MAX_LOCATED = 1024 * 1024;

/**
 * 0-based offset of the first fault. The engine's message names it for most faults only, and quotes the text (which may
 * hold secrets) for the others, so that those are looked for by a parser that tells.
 */
async function positionOf(error: unknown, text: string): Promise<number | null> {
  const told = /at position ([0-9]+)/.exec(error instanceof Error ? error.message : '')?.[1];
  if (told !== undefined) return Number(told);
  if (text.length > MAX_LOCATED) return null;
  const { parse: parseStrictly } = await import('@humanwhocodes/momoa');
  try {
    parseStrictly(text, { mode: 'json' });
    return null;
  } catch (fault) {
    const located = z.object({ offset: z.int().nonnegative() }).safeParse(fault);
    return located.success ? located.data.offset : null;
  }
}
