import * as z from 'zod';
import { MAX_PULL_REQUESTS_PER_CLAIM } from '../ledger/commands.ts';
import type { NamedPullRequest } from '../pull-request.ts';
import { pullRequestList, type HostContext } from './pull-request-list.ts';

export type PayloadList =
  | { outcome: 'absent' }
  /** A list that names none: its sender meant none, and not all. */
  | { outcome: 'empty' }
  | { outcome: 'named'; pullRequests: NamedPullRequest[] }
  | { outcome: 'wrong'; why: string };

const PLACE = 'client_payload.pull-requests';
const MAX_TEXT = 10_000;
/** One word each, so that a list can hold no more than it seems to. */
const Word = z.union([z.int().positive(), z.string().regex(/^[^\s,]{1,500}$/)]);
const Words = z.union([z.int().positive(), z.string().max(MAX_TEXT), z.array(Word).max(MAX_PULL_REQUESTS_PER_CLAIM)]);
const Dispatched = z.object({ client_payload: z.object({ 'pull-requests': z.unknown().optional() }).nullish() });

/**
 * The pull requests that whoever sent a `repository_dispatch` named in `client_payload.pull-requests`: a text as the
 * input of that name takes it, a number, or a list of either.
 */
export function readPayloadList(payload: unknown, host: HostContext): PayloadList {
  const event = Dispatched.safeParse(payload);
  if (!event.success) return { outcome: 'wrong', why: "the event's payload is not a repository_dispatch's" };
  const given = event.data.client_payload?.['pull-requests'];
  if (given === undefined || given === null || given === '') return { outcome: 'absent' };
  const words = Words.safeParse(given);
  if (!words.success) {
    const most = `at most ${MAX_PULL_REQUESTS_PER_CLAIM} pull requests`;
    return { outcome: 'wrong', why: `${PLACE}: expected a text, a number or a list of them, ${most}` };
  }
  const text = Array.isArray(words.data) ? words.data.join(' ') : String(words.data);
  const reading = pullRequestList(host)(text);
  if ('value' in reading) {
    return reading.value.length === 0 ? { outcome: 'empty' } : { outcome: 'named', pullRequests: reading.value };
  }
  const faults = reading.map(
    ({ found, expected }) => `${found === undefined ? '' : `found ${found}; `}expected ${expected}`,
  );
  return { outcome: 'wrong', why: `${PLACE}: ${faults.join('; ')}` };
}
