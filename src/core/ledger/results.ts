import type { ReviewResult } from '../review-record.ts';
import { verdictOf } from '../verdict.ts';
import type { Fault } from './commands.ts';
import type { DataRef, PullRequestItem } from './items.ts';

/** What decisions need to know of a packed result before they know where it will lie. */
export type Packed = Pick<DataRef, 'sha256' | 'bytes' | 'chunks'>;

/** Room above the next free number for the numbers that one result may take: more than it can hold findings. */
const SHORT_ID_ROOM = 20_000;

/** What is wrong with a result though its shape is right. */
export function faultsOfResult(result: ReviewResult, pullRequest: PullRequestItem | null, path: string): Fault[] {
  const faults: Fault[] = [];
  const verdict = verdictOf(result.findings, result.coverage);
  if (verdict !== result.verdict) {
    const message = `${result.verdict}, but its findings and coverage make it ${verdict}`;
    faults.push({ path: `${path}.verdict`, message });
  }
  const ids = new Set(result.findings.map((finding) => finding.id));
  if (ids.size !== result.findings.length) {
    faults.push({ path: `${path}.findings`, message: 'two findings have the same id' });
  }
  // Whoever takes numbers out of thin air would leave none to later runs.
  const limit = (pullRequest?.nextShortId ?? 1) + SHORT_ID_ROOM;
  if (highestShortId(result) >= limit) {
    faults.push({ path: `${path}.findings`, message: `a shortId of ${limit} or more, far from the PR's last one` });
  }
  return faults;
}

/** Numbers are never given twice, whatever became of the run that gave them. */
export function nextShortIdAfter(pullRequest: PullRequestItem, result: ReviewResult): number {
  return Math.max(pullRequest.nextShortId, highestShortId(result) + 1);
}

function highestShortId({ findings }: ReviewResult): number {
  return findings.reduce((highest, { shortId }) => Math.max(highest, shortId), 0);
}
