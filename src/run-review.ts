import type { RunId, SessionName } from './core/ids.ts';
import type { ModeDecision } from './core/mode.ts';
import type { Conversation } from './core/publish/plan.ts';
import { mayLeadToReview } from './core/publish/plan-publication.ts';
import type { RunReport } from './core/report.ts';
import { claimPullRequests, isOurs, type Claimed, type ClaimStage } from './pipeline/claim.ts';
import { keepChecks } from './pipeline/check-keeper.ts';
import { concludeRun } from './pipeline/conclude.ts';
import { Endings, ourRun } from './pipeline/endings.ts';
import { keepLease, type Lease } from './pipeline/lease.ts';
import type { ReviewPorts, ReviewSettings } from './pipeline/ports.ts';
import { prepare } from './pipeline/prepare.ts';
import type { Prepared } from './pipeline/prepared.ts';
import { reviewUntilOvertaken } from './pipeline/reclaim.ts';
import { hearPeople } from './pipeline/people.ts';
import { publicationOf, storedPublication } from './pipeline/publications.ts';
import { markerKeyOf, publishRecord, type Publication } from './pipeline/publish.ts';
import { letGo, markDelivered, recordResults, type Concluded } from './pipeline/record.ts';
import { reviewBatch, type NoteProgress } from './pipeline/review.ts';
import { refreshStanding } from './pipeline/refresh.ts';
import { standingRecord } from './pipeline/standing.ts';
import { concludeUnclaimed } from './pipeline/unclaimed.ts';
import { LedgerForbidden, LedgerUnavailable } from './ports/ledger.ts';
import type { PullRequestRef } from './ports/pull-requests.ts';
import type { Repository } from './ports/repository.ts';

/** One run over one batch, as its stages share it. */
type Run = {
  ports: ReviewPorts;
  settings: ReviewSettings;
  session: SessionName;
  claimed: readonly Claimed[];
  lease: Lease;
  endings: Endings;
  /** Runs that came to nothing and could not be let go of. */
  stillHeld: RunId[];
  openRepository(claimed: Claimed): Promise<Repository>;
};

/**
 * Reviews a batch of PRs; those that were overtaken and are current again, once more (bounded). A PR that fails ends
 * there and is let go of; the others go on. Faults of the ledger itself are thrown.
 */
export async function runReview(
  ports: ReviewPorts,
  settings: ReviewSettings,
  refs: readonly PullRequestRef[],
): Promise<RunReport> {
  return reviewUntilOvertaken(ports, settings, refs, (under, named) => reviewOnce(ports, under, named));
}

/** claim -> prepare (scope and mode) -> review -> conclude -> record -> publish -> mark delivered. */
async function reviewOnce(
  ports: ReviewPorts,
  settings: ReviewSettings,
  refs: readonly PullRequestRef[],
): Promise<RunReport> {
  const { log } = ports;
  const { session, batchId, claimed } = await log.group('Claim', () => claim(ports, settings, refs));
  const endings = new Endings();
  const ours = claimed.filter(({ answer }) => isOurs(answer));
  await using repositories = new AsyncDisposableStack();
  await using lease = keepLease(
    ports,
    session,
    ours.map((one) => ourRun(one).runId),
    settings.heartbeatMs,
  );
  const openRepository = async ({ pullRequest }: Claimed): Promise<Repository> =>
    repositories.use(await ports.openRepository(pullRequest));
  const stillHeld: RunId[] = [];
  const checks = keepChecks(ports.checks, ports, session);
  const run: Run = { ports, settings, session, claimed, lease, endings, stillHeld, openRepository };

  try {
    await checks.begin(ours.map(({ pullRequest }) => pullRequest));
    await carryThrough(run);
    for (const { pullRequest, report } of endings.each(claimed)) {
      if (settings.unasked !== true || report.outcome !== 'skipped') await checks.finish(pullRequest, report);
    }
  } catch (error) {
    await checks.abandon(error instanceof Error ? error.message : String(error));
    throw error;
  }
  ports.holding(session, stillHeld);
  return { session, batchId, pulls: endings.inOrder(claimed) };
}

async function claim(
  ports: ReviewPorts,
  settings: ReviewSettings,
  refs: readonly PullRequestRef[],
): Promise<ClaimStage> {
  try {
    return await claimPullRequests(ports, settings, refs);
  } catch (error) {
    if (settings.unasked !== true) await concludeUnclaimed(ports, settings, refs, messageOf(error));
    throw error;
  }
}

async function carryThrough(run: Run): Promise<void> {
  const { log } = run.ports;
  await endWhatIsNotOurs(run);
  await publish(run, await readStored(run));
  const prepared = await log.group('Scope and mode', () => prepareAll(run));
  const concluded = await log.group('Review', () => reviewAndConclude(run, prepared));
  const recorded = await log.group('Record', () => record(run, concluded));
  await log.group('Publish', () => publish(run, recorded));
}

async function endWhatIsNotOurs({ ports, settings, session, claimed, endings }: Run): Promise<void> {
  for (const one of claimed.filter(({ answer }) => !isOurs(answer))) {
    const { answer, reason, detail } = one.answer;
    const overtaken = answer === 'skip' && reason === 'stale-head';
    const untold = overtaken || settings.unasked === true;
    const standing = untold ? null : await standingRecord(ports, session, one);
    const { pullRequest } = one;
    const markerKey = markerKeyOf(one);
    const record =
      standing === null
        ? null
        : await refreshStanding(ports, settings, session, { ...standing, pullRequest, markerKey });
    endings.end(one, { outcome: overtaken ? 'overtaken' : 'skipped', detail, mode: 'none', record });
  }
}

async function prepareAll(run: Run): Promise<Prepared[]> {
  const prepared: Prepared[] = [];
  for (const claimed of run.claimed.filter(({ answer }) => answer.answer === 'review')) {
    const { ports, settings, session } = run;
    const refused = settings.refusalOf(claimed.pullRequest);
    if (refused !== null) {
      await fail(run, claimed, refused);
      continue;
    }
    const pr = await attempt(run, claimed, async () =>
      prepare(ports, settings, session, await run.openRepository(claimed), claimed),
    );
    if (pr === null) continue;
    const { mode, reason, detail } = pr.decision;
    const { files, tokens, fullFiles, fullTokens, contextTokens } = pr.scope;
    const context = contextTokens === undefined ? '' : `, and ${contextTokens} of context`;
    ports.log.info(`${claimed.pullRequest.url}: ${mode}, ${reason} (${detail})`);
    ports.log.info(`Incremental reviews: ${incrementalWords(settings, claimed)}`);
    ports.log.info(`In scope: ${files.length} of ${fullFiles} files, ${tokens} of ${fullTokens} tokens${context}`);
    prepared.push(pr);
  }
  return prepared;
}

/** The deployment's word and what it rests on; the input, where it overrules that. */
function incrementalWords(settings: ReviewSettings, { answer }: Claimed): string {
  const { value, cause } = answer.incremental;
  const flag = `${value ? 'on' : 'off'} (${cause})`;
  return settings.incremental === 'auto'
    ? flag
    : `${settings.incremental} by the input, whatever the flag says: ${flag}`;
}

type ConcludedPr = Concluded & { pr: Prepared; conversation: Conversation | null };

function peopleOf(session: SessionName, { claimed, pullRequest, earlier, recorded }: Prepared) {
  const findings = earlier.flatMap((record) => record.findings);
  return { session, pullRequest, markerKey: markerKeyOf(claimed), findings, dismissals: recorded.dismissals };
}

async function reviewAndConclude(run: Run, prepared: readonly Prepared[]): Promise<ConcludedPr[]> {
  const { ports, settings, session, lease } = run;
  const concluded: ConcludedPr[] = [];
  const checkpoint: NoteProgress = (pr, reviewed) => {
    const { runId } = ourRun(pr.claimed);
    lease.checkpoint(runId, async () => (await concludeRun(ports, runId, pr, reviewed)).result);
  };
  for (const { pr, reviewed } of await reviewBatch(ports, settings, session, prepared, lease, checkpoint)) {
    const { runId } = ourRun(pr.claimed);
    switch (reviewed.outcome) {
      case 'failed':
        await lease.handIn(runId);
        await fail(run, pr.claimed, reviewed.why, pr.decision);
        break;
      case 'overtaken':
        await lease.handIn(runId);
        run.endings.end(pr.claimed, { ...pr.decision, outcome: 'overtaken', detail: lossOf(lease, pr.claimed) });
        break;
      case 'reviewed':
      case 'unasked': {
        const drawn = await attempt(
          run,
          pr.claimed,
          async () => {
            const { conversation, dismissals } = await hearPeople(ports, settings, {
              ...peopleOf(session, pr),
              postsReview: async (standing) => {
                const { findings } = (await concludeRun(ports, runId, pr, reviewed)).result;
                return mayLeadToReview(findings, standing, pr.fullDiff, settings.publication);
              },
            });
            const today = { ...pr, ...commentedIn(conversation), recorded: { ...pr.recorded, dismissals } };
            return { conversation, ...(await concludeRun(ports, runId, today, reviewed)) };
          },
          pr.decision,
        );
        if (drawn === null) break;
        for (const { path, title, why } of drawn.ignored) ports.log.info(`Left out: ${path}: ${title}: ${why}`);
        concluded.push({ pr, runId, result: drawn.result, conversation: drawn.conversation });
        break;
      }
      default:
        reviewed satisfies never;
    }
  }
  return concluded;
}

function commentedIn(conversation: Conversation | null): Pick<Prepared, 'commented'> {
  if (conversation === null) return {};
  return { commented: new Set(conversation.comments.map(({ findingId }) => findingId)) };
}

async function record(run: Run, concluded: readonly ConcludedPr[]): Promise<Publication[]> {
  const answers = await recordResults(run.ports, run.session, concluded);
  const publications: Publication[] = [];
  for (const { pr, runId, result, conversation } of concluded) {
    const answer = answers.get(runId);
    if (answer === undefined) throw new Error(`the ledger said nothing of ${runId}`);
    run.ports.log.info(`Result: ${answer.detail}`);
    switch (answer.status) {
      case 'recorded':
      case 'replayed':
        publications.push(publicationOf(pr, result, answer, conversation));
        break;
      case 'recorded_superseded':
        run.endings.end(pr.claimed, {
          ...pr.decision,
          outcome: 'overtaken',
          detail: `a newer push is being reviewed instead; what was found is kept for it (${answer.detail})`,
        });
        break;
      case 'stale':
        run.endings.end(pr.claimed, { ...pr.decision, outcome: 'overtaken', detail: answer.detail });
        break;
      default:
        answer.status satisfies never;
    }
  }
  return publications;
}

/** Results that an earlier run stored and never published. */
async function readStored(run: Run): Promise<Publication[]> {
  const { ports, session } = run;
  const publications: Publication[] = [];
  for (const claimed of run.claimed.filter(({ answer }) => answer.answer === 'publish')) {
    const stored = await attempt(run, claimed, async () =>
      storedPublication(ports, session, await run.openRepository(claimed), claimed),
    );
    if (stored === null) continue;
    if ('unavailable' in stored) await fail(run, claimed, stored.unavailable);
    else publications.push(stored);
  }
  return publications;
}

async function publish(run: Run, publications: readonly Publication[]): Promise<void> {
  const { ports, settings, session, lease, endings } = run;
  for (const publication of publications) {
    const { claimed, record: published } = publication;
    const { mode, reason } = published.result;
    const outcome = await attempt(
      run,
      claimed,
      () => publishRecord(ports, settings, session, run.claimed, publication, lease),
      published.result,
    );
    if (outcome === null) continue;
    if (outcome.outcome === 'overtaken') {
      if (lease.lossOf(published.runId) === null) await release(run, claimed, 'the pull request has a newer head');
      endings.end(claimed, { mode, reason, outcome: 'overtaken', detail: lossOf(lease, claimed) });
      continue;
    }
    const { commentId, reviewId, refused } = outcome.published;
    if (refused.length > 0) {
      ports.log.warning(
        `${claimed.pullRequest.url}: ${refused.length} inline comments were refused; the summary tells them`,
      );
    }
    await markDelivered(ports, session, { runId: ourRun(claimed).runId, commentId, reviewId });
    const fresh = claimed.answer.answer === 'review';
    endings.end(claimed, {
      ...(fresh ? { mode, reason } : { mode: 'none', reason: 'undelivered' }),
      outcome: fresh ? 'reviewed' : 'published',
      detail: publication.detail,
      record: published,
    });
  }
}

/** A fault with one PR ends that PR and lets go of it; null then. One of the ledger concerns them all, and is thrown. */
async function attempt<T>(run: Run, claimed: Claimed, work: () => Promise<T>, decision?: Decision): Promise<T | null> {
  try {
    run.ports.interrupted.throwIfAborted();
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof LedgerUnavailable || error instanceof LedgerForbidden)
      throw error;
    run.ports.log.debug(error.stack ?? error.message);
    await fail(run, claimed, error.message, decision);
    return null;
  }
}

type Decision = Pick<ModeDecision, 'mode' | 'reason'>;

async function fail(run: Run, claimed: Claimed, why: string, decision?: Decision): Promise<void> {
  await release(run, claimed, why);
  run.endings.end(claimed, { ...decision, outcome: 'failed', detail: why });
}

async function release({ ports, session, stillHeld }: Run, claimed: Claimed, why: string): Promise<void> {
  const { runId } = ourRun(claimed);
  const status = ports.interrupted.aborted ? 'cancelled' : 'failed';
  if (!(await letGo(ports, session, runId, status, why))) stillHeld.push(runId);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function lossOf(lease: Lease, claimed: Claimed): string {
  return lease.lossOf(ourRun(claimed).runId) ?? 'the pull request has a newer head';
}
