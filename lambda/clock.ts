import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { EpochSeconds } from '../src/core/ids.ts';
import type { Clock } from '../src/ports/clock.ts';

/** The function's clock; no call of the endpoint outlives its request, so that nothing is to be woken early. */
export const lambdaClock: Clock = {
  now: () => EpochSeconds.parse(Math.floor(Date.now() / 1000)),
  monotonicMs: () => performance.now(),
  sleep: (ms) => delay(ms),
};
