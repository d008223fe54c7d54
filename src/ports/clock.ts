import type { EpochSeconds } from '../core/ids.ts';

export interface Clock {
  now(): EpochSeconds;
  /** Milliseconds of a clock that only runs forward; for durations. */
  monotonicMs(): number;
  /** Resolves after `ms`, or at once when `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
