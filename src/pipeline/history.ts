import type { StandingDismissal } from '../core/findings/dismiss.ts';
import type { PreviousOutcome, PreviousQuery } from '../core/ledger/commands.ts';
import type { SessionName } from '../core/ids.ts';
import type { ReviewRecord } from '../core/review-record.ts';
import type { Claimed } from './claim.ts';
import type { ReviewPorts } from './ports.ts';

/** What earlier runs left in the ledger. */
export type Recorded = {
  previous:
    | { outcome: 'none' }
    | { outcome: 'unavailable'; why: string }
    | { outcome: 'found'; record: ReviewRecord; delivered: boolean };
  /** Checkpoints and late results of runs that never became the previous review, lowest generation first. */
  sources: ReviewRecord[];
  dismissals: StandingDismissal[];
};

/** Reads the previous review and the unmerged sources that the claim named, each whole and each from its one record. */
export async function readHistory(
  ports: Pick<ReviewPorts, 'ledger' | 'log'>,
  session: SessionName,
  { pullRequest, answer }: Claimed,
): Promise<Recorded> {
  const pr = { session, repositoryId: pullRequest.key.repositoryId, number: pullRequest.key.number };
  const previous = await readPrevious(ports, pr, answer.previous);
  const read = await Promise.all(
    answer.pendingSources.map(({ runId, attempt }) => ports.ledger.previous({ ...pr, runId, attempt })),
  );
  const sources: ReviewRecord[] = [];
  for (const source of read) {
    if (source.outcome === 'found') sources.push(source.record);
    else
      ports.log.info(
        'An unfinished review of an earlier push can no longer be read; what it covered is reviewed again.',
      );
  }
  return {
    previous:
      previous.outcome === 'found'
        ? { outcome: 'found', record: previous.record, delivered: previous.delivered }
        : previous,
    sources: sources.toSorted((a, b) => a.generation - b.generation),
    dismissals:
      previous.outcome === 'found'
        ? previous.dismissals
        : (read.find((one) => one.outcome === 'found')?.dismissals ?? []),
  };
}

/** A snapshot that could not be read begins anew, and says so only when it is asked; a table has nothing to add. */
async function readPrevious(
  { ledger }: Pick<ReviewPorts, 'ledger'>,
  pr: Pick<PreviousQuery, 'session' | 'repositoryId' | 'number'>,
  pointer: Claimed['answer']['previous'],
): Promise<PreviousOutcome> {
  if (pointer !== null) return ledger.previous({ ...pr, runId: pointer.runId, attempt: pointer.attempt });
  return ledger.capabilities.exclusive ? { outcome: 'none' } : ledger.previous(pr);
}
