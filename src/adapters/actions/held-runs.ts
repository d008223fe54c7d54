import * as core from '@actions/core';
import * as z from 'zod';
import { HolderToken, RunId, SessionName } from '../../core/ids.ts';

/** What `main` leaves for `post`: the runs that are held until somebody lets go of them. */
export const HeldRuns = z.object({ session: SessionName, runIds: z.array(RunId), token: HolderToken });
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
