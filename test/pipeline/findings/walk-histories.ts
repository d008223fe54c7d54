import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { COMPILED_SOURCES } from '../../support/compiled-sources.ts';
import type { KindName } from './kinds.ts';

/** `npm run deep` has thousands. */
export const HISTORIES = Number(process.env['PUSHBACK_FINDING_HISTORIES'] ?? 50);
/** No test is timed: this only ends what hangs. */
const TIME_LIMIT_MS = process.env['PUSHBACK_DEEP'] === undefined ? 900_000 : 12 * 3_600_000;
export const TEST_LIMIT_MS = TIME_LIMIT_MS + 60_000;

/**
 * Goes through random histories in a process of their own, and returns what it printed. Each starts git dozens of times,
 * and starting a process costs the more the more memory the one that starts it has: jest has five times as much.
 */
export async function walkHistories(kind: KindName): Promise<string> {
  const script = fileURLToPath(new URL('walk.ts', import.meta.url));
  const { seed } = fc.readConfigureGlobal();
  const how = [kind, HISTORIES, TIME_LIMIT_MS, ...(seed === undefined ? [] : [seed])].map(String);
  const child = spawn(process.execPath, [script, ...how], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      ...process.env,
      ...COMPILED_SOURCES,
      NODE_OPTIONS: '--disable-warning=ExperimentalWarning --max-semi-space-size=1',
    },
  });
  const [printed] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return printed;
}
