import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { EpochSeconds } from '../../src/core/ids.ts';
import type { Clock } from '../../src/ports/clock.ts';

/** Leases end and hearts beat this much faster than on the wall, in every process alike. */
export const SPEED = 10;

/** @param startedAtMs when all clocks of one soak began, by the wall's */
export function fastClock(startedAtMs: number): Clock {
  const began = performance.now();
  return {
    now: () => EpochSeconds.parse(Math.floor((startedAtMs + (Date.now() - startedAtMs) * SPEED) / 1000)),
    monotonicMs: () => (performance.now() - began) * SPEED,
    async sleep(ms, signal) {
      try {
        await delay(ms / SPEED, undefined, signal === undefined ? {} : { signal });
      } catch (error) {
        if (signal?.aborted !== true) throw error;
      }
    },
  };
}
