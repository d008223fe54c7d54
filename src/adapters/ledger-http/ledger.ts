import type * as z from 'zod';
import { kindOf } from '../../contract/problem.ts';
import { routes, type LedgerRouteName } from '../../contract/routes.ts';
import type { Rejected } from '../../core/ledger/commands.ts';
import { BadCursor, LedgerUnavailable, type Ledger } from '../../ports/ledger.ts';
import { createTransport, type HttpLedgerOptions, type Reply } from './transport.ts';

export type { HttpLedgerOptions } from './transport.ts';

/**
 * The ledger behind a deployed endpoint. Every call of it may be repeated (claims and writes answer a repetition as they
 * answered the first time), so that lost answers are asked for again.
 */
export function createHttpLedger(options: HttpLedgerOptions): Ledger {
  const send = createTransport(options);

  async function write<K extends WriteName>(
    name: K,
    command: unknown,
  ): Promise<({ outcome: 'answered' } & BodyOf<K>) | Rejected> {
    const reply = await send(routes[name], JSON.stringify(command));
    return reply.outcome === 'answered' ? { outcome: 'answered', ...check(name, reply.body) } : rejected(name, reply);
  }

  async function read<K extends LedgerRouteName>(
    name: K,
    query: Record<string, string | number | undefined>,
  ): Promise<BodyOf<K>> {
    const reply = await send(routes[name], new URLSearchParams(textual(query)));
    if (reply.outcome === 'answered') return check(name, reply.body);
    if (kindOf(reply.problem) === 'bad-cursor') throw new BadCursor('the endpoint does not know this cursor');
    throw notAnswered(name, reply);
  }

  return {
    capabilities: { exclusive: true },
    claim: (command) => write('claims', command),
    heartbeat: (command) => write('heartbeats', command),
    submit: (command) => write('results', command),
    deliver: (command) => write('deliveries', command),
    release: (command) => write('releases', command),
    async dismiss(command) {
      const reply = await send(routes.dismissals, JSON.stringify(command));
      if (reply.outcome === 'answered') return check('dismissals', reply.body);
      if (kindOf(reply.problem) === 'unknown-pull-request') return { outcome: 'unknown-pull-request' };
      return rejected('dismissals', reply);
    },
    async list(session) {
      return (await read('reviews', { session })).reviews;
    },
    history: (query) => read('runs', query),
    previous: (query) => read('previous', query),
  };
}

type BodyOf<K extends LedgerRouteName> = z.output<(typeof routes)[K]['answers'][200]['body']>;
type WriteName = 'claims' | 'heartbeats' | 'results' | 'deliveries' | 'releases';

/** All statuses of one call answer by one schema. */
function check<K extends LedgerRouteName>(name: K, body: unknown): BodyOf<K> {
  const parsed = routes[name].answers[200].body.safeParse(body);
  if (parsed.success) return parsed.data as BodyOf<K>;
  const { path, message } = parsed.error.issues[0] ?? { path: [], message: 'unknown fault' };
  const field = path.length === 0 ? 'the body' : path.map(String).join('.');
  throw new LedgerUnavailable(
    `the endpoint's answer to ${routes[name].path} does not fit the contract: ${field}: ${message}; is the address an endpoint of this version?`,
  );
}

function rejected(name: LedgerRouteName, reply: Reply & { outcome: 'refused' }): Rejected {
  if (kindOf(reply.problem) === 'rejected') return { outcome: 'rejected', faults: reply.problem.errors };
  throw notAnswered(name, reply);
}

function notAnswered(name: LedgerRouteName, { problem }: Reply & { outcome: 'refused' }): LedgerUnavailable {
  const faults = problem.errors.slice(0, 5).map(({ path, message }) => `${path}: ${message}`);
  const words = [problem.title, problem.detail ?? '', ...faults].filter((text) => text !== '');
  return new LedgerUnavailable(`the endpoint refused ${routes[name].path} (${problem.status}): ${words.join('; ')}`);
}

function textual(query: Record<string, string | number | undefined>): Record<string, string> {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}
