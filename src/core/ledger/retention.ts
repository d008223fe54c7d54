import * as z from 'zod';

const DAY = 24 * 60 * 60;

/** How long each kind of item is kept after it was last written, in seconds. Runs outlive their data, PR items their runs. */
export type Retention = {
  dataSeconds: number;
  runSeconds: number;
  pullRequestSeconds: number;
};

/** The same as people set it, in days. */
export type RetentionDays = { data: number; runs: number; pullRequests: number };

export const DEFAULT_RETENTION_DAYS: RetentionDays = { data: 75, runs: 90, pullRequests: 120 };
export const MAX_RETENTION_DAYS = 3650;
export const DEFAULT_RETENTION: Retention = inSeconds(DEFAULT_RETENTION_DAYS);

const Days = z
  .union([
    z.int(),
    z
      .string()
      .regex(/^[0-9]{1,4}$/)
      .transform(Number),
  ])
  .refine((days) => days >= 1 && days <= MAX_RETENTION_DAYS);

export type RetentionFault = { path: keyof RetentionDays; message: string };

export type RetentionOutcome =
  | { outcome: 'parsed'; days: RetentionDays; retention: Retention }
  | { outcome: 'rejected'; faults: RetentionFault[] };

/** Days as they were set, in digits or as numbers; what is not set has its default. Every fault is named, by its key. */
export function parseRetention(given: Partial<Record<keyof RetentionDays, unknown>>): RetentionOutcome {
  const faults: RetentionFault[] = [];
  const read = (key: keyof RetentionDays): number | null => {
    if (given[key] === undefined) return DEFAULT_RETENTION_DAYS[key];
    const parsed = Days.safeParse(given[key]);
    if (parsed.success) return parsed.data;
    faults.push({ path: key, message: `must be whole days, from 1 to ${MAX_RETENTION_DAYS}` });
    return null;
  };
  const [data, runs, pullRequests] = [read('data'), read('runs'), read('pullRequests')];
  if (data !== null && runs !== null && runs <= data) {
    faults.push({ path: 'runs', message: `must be more than the ${data} days of data: a run outlives its data` });
  }
  if (runs !== null && pullRequests !== null && pullRequests <= runs) {
    const message = `must be more than the ${runs} days of runs: a pull request outlives its runs`;
    faults.push({ path: 'pullRequests', message });
  }
  if (data === null || runs === null || pullRequests === null || faults.length > 0) {
    return { outcome: 'rejected', faults };
  }
  const days = { data, runs, pullRequests };
  return { outcome: 'parsed', days, retention: inSeconds(days) };
}

function inSeconds({ data, runs, pullRequests }: RetentionDays): Retention {
  return { dataSeconds: data * DAY, runSeconds: runs * DAY, pullRequestSeconds: pullRequests * DAY };
}
