import { withDismissals, type StandingDismissal } from '../core/findings/dismiss.ts';
import type { SessionName } from '../core/ids.ts';
import { planPublication } from '../core/publish/plan-publication.ts';
import type { PublishPlan } from '../core/publish/plan.ts';
import type { ReviewRecord } from '../core/review-record.ts';
import { HostFault, type PullRequestSnapshot } from '../ports/pull-requests.ts';
import { hearPeople } from './people.ts';
import type { ReviewPorts, ReviewSettings } from './ports.ts';
import { viewContext } from './publish.ts';

export type Standing = {
  pullRequest: PullRequestSnapshot;
  record: ReviewRecord;
  dismissals: readonly StandingDismissal[];
  markerKey: string | null;
  /** Findings (by id) that someone reopened by command just now. */
  reopened?: ReadonlySet<string>;
};

/**
 * Shows a review that stands as people's word since then makes it: nothing is reviewed, no new comment is posted. Only
 * for a PR that nobody is working on.
 * @returns the record as it is shown now
 */
export async function refreshStanding(
  ports: Pick<ReviewPorts, 'pullRequests' | 'ledger' | 'log' | 'holder' | 'signWith'>,
  settings: ReviewSettings,
  session: SessionName,
  { pullRequest, record: stored, dismissals, markerKey, reopened }: Standing,
): Promise<ReviewRecord> {
  const findings = [...stored.result.findings, ...(stored.result.remembered ?? [])];
  const asked = { session, pullRequest, markerKey, findings, dismissals, postsReview: async () => false };
  const heard = await hearPeople(ports, settings, asked);
  const record = withDismissals(stored, heard.dismissals);
  if (heard.conversation === null || heard.conversation.summary === null) return record;
  const context = viewContext(ports, settings, session, {
    companions: [],
    markerKey,
    detail: '',
    relation: null,
    movedUpstream: 0,
  });
  const plan = planPublication({
    record,
    conversation: heard.conversation,
    // Without it no comment finds a place: those of this record are posted.
    fullDiff: [],
    markerKey,
    options: settings.publication,
    context,
    ...(reopened === undefined ? {} : { reopened }),
  });
  const changed = record !== stored || plan.changes.length > 0;
  if (!changed) return record;
  ports.log.info(`People's word changed what stands on ${pullRequest.url}: ${plan.changes.length} changes of comments`);
  await publishQuietly(ports, plan);
  return record;
}

/** What can't be shown now is shown by the next run. */
async function publishQuietly(
  { pullRequests, log }: Pick<ReviewPorts, 'pullRequests' | 'log'>,
  plan: PublishPlan,
): Promise<void> {
  try {
    await pullRequests.publish({ ...plan, review: { action: 'none' }, alone: true }, async () => true);
  } catch (error) {
    if (!(error instanceof HostFault)) throw error;
    log.warning(`What stands on the pull request could not be brought up to date: ${error.message}`);
  }
}
