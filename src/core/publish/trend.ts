import { isOpen } from '../finding.ts';
import type { ReviewRecord } from '../review-record.ts';
import { MAX_TREND } from '../render/marker.ts';
import type { StandingSummary } from './plan.ts';

/** How many findings were open after each push, this record's last. Shown again, a record adds nothing. */
export function trendWith(record: ReviewRecord, summary: StandingSummary | null): number[] {
  const now = record.result.findings.filter(isOpen).length;
  const before = summary?.trend ?? [];
  const shownAlready = summary?.runId === record.runId;
  return [...(shownAlready ? before.slice(0, -1) : before), now].slice(-MAX_TREND);
}
