import type * as z from 'zod';
import type { Fault } from '../core/ledger/commands.ts';

/** More than this and the list helps nobody: the rest is counted. */
const MAX_FAULTS = 200;

/** Every fault that a schema found, each with its dotted path. Values are never repeated: they may be secrets. */
export function problemErrorsOf(error: z.ZodError): Fault[] {
  const faults = error.issues
    .slice(0, MAX_FAULTS)
    .map(({ path, message }) => ({ path: path.map(String).join('.'), message }));
  const left = error.issues.length - faults.length;
  return left === 0 ? faults : [...faults, { path: '', message: `and ${left} more` }];
}
