import { createHash } from 'node:crypto';
import type * as z from 'zod';
import { TokenHash, type HolderToken } from '../core/ids.ts';
import type { Rejected } from '../core/ledger/commands.ts';

/** A command checked against its schema, whoever hands it in; every fault is named. */
export function parseCommand<T>(schema: z.ZodType<T>, command: unknown): { outcome: 'parsed'; command: T } | Rejected {
  const parsed = schema.safeParse(command);
  if (parsed.success) return { outcome: 'parsed', command: parsed.data };
  const faults = parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
  return { outcome: 'rejected', faults };
}

/** What is compared, and all that is ever stored, of a holder's token. */
export function hashOf(token: HolderToken): TokenHash {
  return TokenHash.parse(createHash('sha256').update(token).digest('hex'));
}
