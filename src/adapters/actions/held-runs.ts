import * as core from '@actions/core';
import * as z from 'zod';
import type { LedgerConfig } from '../../core/config.ts';
import { HolderToken, RunId, SessionName } from '../../core/ids.ts';

const Table = z.object({ table: z.string(), region: z.string() });
const Ledger = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('endpoint'), url: z.string(), audience: z.string(), readsFrom: Table.nullable() }),
  Table.extend({ kind: z.literal('dynamodb') }),
  z.object({ kind: z.literal('comment') }),
]) satisfies z.ZodType<LedgerConfig>;

/**
 * What `main` leaves for `post`: the runs that are held until somebody lets go of them, and where. The ledger goes along,
 * for what named it (the configuration file) can be another one by now.
 */
export const HeldRuns = z.object({
  session: SessionName,
  runIds: z.array(RunId),
  token: HolderToken,
  ledger: Ledger,
});
export type HeldRuns = z.infer<typeof HeldRuns>;

const STATE = 'held-runs';

/** Saved as soon as a claim is answered: a job that is cancelled later still lets go. */
export function saveHeldRuns(held: HeldRuns): void {
  core.saveState(STATE, JSON.stringify(held));
}

/** Null where nothing was saved, or nothing that is ours. */
export function loadHeldRuns(): HeldRuns | null {
  const saved = core.getState(STATE);
  if (saved === '') return null;
  try {
    const parsed = HeldRuns.safeParse(JSON.parse(saved));
    return parsed.success && parsed.data.runIds.length > 0 ? parsed.data : null;
  } catch {
    return null;
  }
}
