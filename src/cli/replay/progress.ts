const WIDTH = 28;
const REDRAW_MS = 100;

/** A bar on a terminal that is written over, with the time that is left; nothing anywhere else. */
export type Progress = { update(done: number): void; clear(): void };

export type ProgressOptions = {
  total: number;
  what: string;
  /** Null where there is no terminal. */
  write: ((text: string) => void) | null;
  monotonicMs: () => number;
};

export function createProgress({ total, what, write, monotonicMs }: ProgressOptions): Progress {
  if (write === null) return { update: () => undefined, clear: () => undefined };
  const started = monotonicMs();
  let drawn = -Infinity;
  return {
    update(done) {
      const now = monotonicMs();
      if (now - drawn < REDRAW_MS && done < total) return;
      drawn = now;
      write(`\r\x1b[2K${barText(done, total, now - started)} ${what}`);
    },
    clear: () => write('\r\x1b[2K'),
  };
}

export function barText(done: number, total: number, elapsedMs: number): string {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const full = Math.round(share * WIDTH);
  const left = done === 0 ? 'time left unknown' : `${duration((elapsedMs / done) * (total - done))} left`;
  return `[${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}] ${done}/${total}, ${left}`;
}

function duration(ms: number): string {
  const seconds = Math.round(Math.max(0, ms) / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
