import { isOpen, type Finding } from '../finding.ts';
import type { ReviewRecord } from '../review-record.ts';
import { verdictOf } from '../verdict.ts';

/** A person's word that holds now. */
export type StandingDismissal = { findingId: string; why: string; by?: string };

/** Who said so and why, as people read it. */
export function dismissalWords({ by = '', why }: Omit<StandingDismissal, 'findingId'>): string {
  return [by, why].filter((part) => part !== '').join(': ');
}

/**
 * A stored record as people's word since then makes it: what they dismissed is dismissed, what they took back is open
 * again, and the verdict follows. The same record where nothing changed.
 */
export function withDismissals(record: ReviewRecord, dismissals: readonly StandingDismissal[]): ReviewRecord {
  const byId = new Map(dismissals.map((dismissal) => [dismissal.findingId, dismissal]));
  const findings = record.result.findings.map((finding): Finding => {
    const dismissal = byId.get(finding.id);
    if (dismissal !== undefined && isOpen(finding)) {
      return { ...finding, status: 'dismissed', why: dismissalWords(dismissal).slice(0, 2000) };
    }
    if (dismissal === undefined && finding.status === 'dismissed') return { ...finding, status: 'open', why: '' };
    return finding;
  });
  if (findings.every((finding, at) => finding === record.result.findings[at])) return record;
  const { coverage } = record.result;
  return { ...record, result: { ...record.result, findings, verdict: verdictOf(findings, coverage) } };
}
