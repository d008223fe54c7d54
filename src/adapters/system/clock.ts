import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { EpochSeconds } from '../../core/ids.ts';
import type { Clock } from '../../ports/clock.ts';

export const systemClock: Clock = {
  now: () => EpochSeconds.parse(Math.floor(Date.now() / 1000)),
  monotonicMs: () => performance.now(),
  async sleep(ms, signal) {
    try {
      await delay(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      if (signal?.aborted !== true) throw error;
    }
  },
};
