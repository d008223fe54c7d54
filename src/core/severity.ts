import * as z from 'zod';

export const SEVERITIES = ['critical', 'warning', 'suggestion'] as const;
export const Severity = z.enum(SEVERITIES);
export type Severity = z.infer<typeof Severity>;

const rank: Record<Severity, number> = { suggestion: 0, warning: 1, critical: 2 };

/** True where `severity` is at least as grave as `threshold`. */
export function reaches(severity: Severity, threshold: Severity): boolean {
  return rank[severity] >= rank[threshold];
}

/** Orders the gravest first. */
export function bySeverity(a: Severity, b: Severity): number {
  return rank[b] - rank[a];
}
