import * as z from 'zod';

export const Mode = z.enum(['full', 'incremental', 'none']);
export type Mode = z.infer<typeof Mode>;

export const FULL_REASONS = [
  'first-review',
  'forced',
  'incremental-off',
  'reviewer-changed',
  'history-unavailable',
  'interdiff-not-smaller',
] as const;
export const INCREMENTAL_REASONS = ['new-commits', 'base-moved', 'history-rewritten', 'resumed-partial'] as const;
export const NONE_REASONS = [
  'unchanged',
  'undelivered',
  'already-reviewed',
  'active-run',
  'stale-head',
  'ineligible',
  'nothing-reviewable',
] as const;

export const Reason = z.enum([...FULL_REASONS, ...INCREMENTAL_REASONS, ...NONE_REASONS]);
export type Reason = z.infer<typeof Reason>;

export type ModeDecision =
  | { mode: 'full'; reason: (typeof FULL_REASONS)[number]; detail: string }
  | { mode: 'incremental'; reason: (typeof INCREMENTAL_REASONS)[number]; detail: string }
  | { mode: 'none'; reason: (typeof NONE_REASONS)[number]; detail: string };
