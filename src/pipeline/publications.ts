import { withDismissals } from '../core/findings/dismiss.ts';
import type { SessionName } from '../core/ids.ts';
import type { Conversation } from '../core/publish/plan.ts';
import type { SubmitAnswer } from '../core/ledger/commands.ts';
import type { ReviewRecord, ReviewResult } from '../core/review-record.ts';
import type { Repository } from '../ports/repository.ts';
import type { z } from 'zod';
import { CarriedVersions } from './carried-versions.ts';
import type { Claimed } from './claim.ts';
import { ourRun } from './endings.ts';
import { fetchVersions } from './fetch-versions.ts';
import type { ReviewPorts } from './ports.ts';
import type { Prepared } from './prepared.ts';
import type { Publication } from './publish.ts';

/** What was just recorded, as the record that it became. */
export function publicationOf(
  pr: Prepared,
  result: ReviewResult,
  answer: z.infer<typeof SubmitAnswer>,
  conversation: Conversation | null,
): Publication {
  const run = answer.run ?? ourRun(pr.claimed);
  const record: ReviewRecord = {
    schema: 1,
    runId: run.runId,
    attempt: run.attempt,
    generation: run.generation,
    pullRequest: pr.pullRequest.key,
    version: run.version,
    result,
    trust: run.trust,
    completedAt: run.completedAt,
  };
  const { claimed, fullDiff, decision, relation, scope } = pr;
  const { movedUpstream } = scope;
  // A full review says nothing about what this push changed.
  const changed = decision.mode === 'full' ? null : scope;
  return {
    claimed,
    record,
    fullDiff,
    detail: decision.detail,
    relation,
    movedUpstream,
    scope: changed,
    conversation,
  };
}

/** A result that an earlier run stored and nobody saw: read back whole, to be published as it is. */
export async function storedPublication(
  ports: Pick<ReviewPorts, 'ledger' | 'log'>,
  session: SessionName,
  repository: Repository,
  claimed: Claimed,
): Promise<Publication | { unavailable: string }> {
  const { pullRequest, answer } = claimed;
  const { runId } = ourRun(claimed);
  const stored = await ports.ledger.previous({
    session,
    repositoryId: pullRequest.key.repositoryId,
    number: pullRequest.key.number,
    runId,
    ...(answer.previous?.runId === runId ? { attempt: answer.previous.attempt } : {}),
  });
  if (stored.outcome !== 'found') {
    return { unavailable: stored.outcome === 'none' ? 'the stored review is gone' : stored.why };
  }
  const today = pullRequest.version;
  await fetchVersions(repository, new CarriedVersions(repository, today.mergeBaseSha), today, null, ports.log);
  const fullDiff = await repository.diff(today.mergeBaseSha, today.headSha);
  return {
    claimed,
    record: withDismissals(stored.record, stored.dismissals),
    fullDiff,
    detail: answer.detail,
    relation: null,
    movedUpstream: 0,
    scope: null,
    conversation: null,
  };
}
