/** The time that the stand-in believes in: the machine's, shifted or stopped as a test wants. */
export type SteerableClock = {
  now(): Date;
  advance(ms: number): void;
  /** Stands still at this moment until `resume`. */
  stop(at?: Date): void;
  resume(): void;
};

export function createClock(): SteerableClock {
  let shiftMs = 0;
  let stoppedAt: number | null = null;
  return {
    now: () => new Date(stoppedAt ?? Date.now() + shiftMs),
    advance: (ms) => {
      if (stoppedAt === null) shiftMs += ms;
      else stoppedAt += ms;
    },
    stop: (at) => {
      stoppedAt = at?.getTime() ?? Date.now() + shiftMs;
    },
    resume: () => {
      if (stoppedAt !== null) shiftMs = stoppedAt - Date.now();
      stoppedAt = null;
    },
  };
}

/** GitHub's timestamps have whole seconds. */
export function timestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
