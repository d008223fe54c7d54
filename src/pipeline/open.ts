import { SessionName, type RepositoryName } from '../core/ids.ts';
import { mayNeedReview, SWEEP } from '../core/open-pull-requests.ts';
import { pullRequestName, type ListedPullRequest } from '../core/pull-request.ts';
import type { RunReport, RunReports } from '../core/report.ts';
import type { OpenPullRequests } from '../ports/open-pull-requests.ts';
import type { PullRequestRef } from '../ports/pull-requests.ts';
import { orNoted, reviewOne, type ReviewBatch } from './one-by-one.ts';
import type { ReviewPorts, ReviewSettings } from './ports.ts';

export type Sweep = {
  repository: RepositoryName;
  open: OpenPullRequests;
  review: ReviewBatch;
};

type SweepPorts = Pick<ReviewPorts, 'ledger' | 'log' | 'interrupted'>;

/**
 * Reviews what is open and needs it, as far as one run goes: the latest changed first, and each in its own session, one
 * after another; or what a named session holds, at once. Nobody asked for any of them: what is left alone, or needs
 * nothing, is not touched.
 */
export async function reviewOpen(ports: SweepPorts, settings: ReviewSettings, sweep: Sweep): Promise<RunReports> {
  const { pulls, complete } = await sweep.open.list(sweep.repository, SWEEP.listed);
  const unasked: ReviewSettings = { ...settings, unasked: true, maxWaitMs: 0 };
  const told: RunReports = { runs: [], failures: [], notes: [] };
  if (!complete) {
    told.notes.push(`There are more than ${SWEEP.listed} open pull requests: those changed latest were listed`);
  }
  const wanted = withoutLeftAlone(ports, settings, pulls, told);
  if (settings.session === null) await reviewEach(ports, unasked, sweep, wanted, told);
  else await reviewSession(ports, unasked, sweep, settings.session, wanted, complete, told);
  if (told.runs.length === 0 && told.failures.length === 0) told.notes.push('No open pull request needs a review');
  for (const note of told.notes) ports.log.info(`${note}.`);
  return told;
}

function withoutLeftAlone(
  { log }: SweepPorts,
  settings: ReviewSettings,
  pulls: readonly ListedPullRequest[],
  told: RunReports,
): ListedPullRequest[] {
  const wanted = pulls.filter((pull) => {
    const why = settings.exclusionOf(pull) ?? settings.refusalOf(pull);
    if (why !== null) log.debug(`${pullRequestName(pull.key)} is left alone: ${why}`);
    return why === null;
  });
  const alone = pulls.length - wanted.length;
  told.notes.push(`${pulls.length} open, ${alone} left alone as configured`);
  return wanted;
}

async function reviewEach(
  ports: SweepPorts,
  settings: ReviewSettings,
  { review }: Sweep,
  wanted: readonly ListedPullRequest[],
  told: RunReports,
): Promise<void> {
  let [at, claimed] = [0, 0];
  for (; at < wanted.length && !ports.interrupted.aborted; at += 1) {
    const pull = wanted[at];
    if (pull === undefined || isEnough(told) || claimed >= SWEEP.claimed) break;
    const name = pullRequestName(pull.key);
    const session = SessionName.parse(name);
    const views = await orNoted(told, name, () => ports.ledger.list(session, pull.key));
    if (views === null || !mayNeedReview(pull, views)) continue;
    claimed += 1;
    const report = await reviewOne(ports, settings, pull.key, review, told);
    if (report !== null && didSomething(report)) told.runs.push(report);
  }
  const left = wanted.length - at;
  if (left > 0) told.notes.push(`${left} open pull requests were left for the next run`);
}

function isEnough({ runs, failures }: RunReports): boolean {
  return runs.length + failures.length >= SWEEP.reviewed;
}

/** A session's pull requests may lie in several repositories: of those elsewhere only a claim can tell. */
async function reviewSession(
  ports: SweepPorts,
  settings: ReviewSettings,
  { review }: Sweep,
  session: SessionName,
  wanted: readonly ListedPullRequest[],
  complete: boolean,
  told: RunReports,
): Promise<void> {
  const views = await ports.ledger.list(session);
  const here = new Map(wanted.map((pull) => [`${pull.key.repositoryId} ${pull.key.number}`, pull]));
  const home = wanted[0]?.key.repositoryId;
  const refs = views.flatMap((view): PullRequestRef[] => {
    const { pullRequest } = view;
    const listed = here.get(`${pullRequest.repositoryId} ${pullRequest.number}`);
    if (listed !== undefined) return mayNeedReview(listed, views) ? [listed.key] : [];
    const isGone = complete && pullRequest.repositoryId === home;
    const seen = { key: pullRequest, headSha: view.version.headSha, baseRef: view.version.baseRef };
    return isGone || !mayNeedReview(seen, views) ? [] : [pullRequest];
  });
  if (refs.length > SWEEP.reviewed) {
    told.notes.push(`${refs.length - SWEEP.reviewed} pull requests of the session were left for the next run`);
  }
  if (refs.length === 0) return;
  const report = await review(settings, refs.slice(0, SWEEP.reviewed));
  if (didSomething(report)) told.runs.push(report);
}

function didSomething({ pulls }: RunReport): boolean {
  return pulls.some(({ outcome }) => outcome !== 'skipped');
}
