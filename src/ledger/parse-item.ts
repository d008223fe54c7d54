import type * as z from 'zod';
import { ITEM_SCHEMA } from '../core/ledger/items.ts';
import { LedgerUnavailable } from '../ports/ledger.ts';

/** Reads one stored item. One that a newer version wrote is refused, not misread; so is one that is damaged. */
export function parseItem<T>(schema: z.ZodType<T>, raw: unknown, what: string): T {
  const version = typeof raw === 'object' && raw !== null && 'schema' in raw ? raw.schema : undefined;
  if (typeof version === 'number' && version > ITEM_SCHEMA) {
    throw new LedgerUnavailable(
      `The stored ${what} has schema ${version}; this version of Pushback reads up to ${ITEM_SCHEMA}. Update Pushback.`,
    );
  }
  const parsed = schema.safeParse(raw);
  if (!parsed.success) {
    throw new LedgerUnavailable(`The stored ${what} is damaged: it does not have the shape of schema ${ITEM_SCHEMA}.`, {
      cause: parsed.error,
    });
  }
  return parsed.data;
}
