import type { Asked } from '../core/commands/asked.ts';
import type { Command } from '../core/commands/parse.ts';
import type { Finding } from '../core/finding.ts';
import type { DismissOutcome } from '../core/ledger/commands.ts';
import type { SessionName } from '../core/ids.ts';
import { sameVersion } from '../core/pull-request.ts';
import { sameLogin } from '../core/publish/signals.ts';
import { renderExplanation, renderHelp } from '../core/render/replies.ts';
import type { RunReport } from '../core/report.ts';
import type { Force, PreviousRecord } from '../core/ledger/commands.ts';
import type { PullRequestSnapshot } from '../ports/pull-requests.ts';
import type { PersonsComment, Replies, ReplyReaction } from '../ports/replies.ts';
import type * as z from 'zod';
import { keepChecks } from './check-keeper.ts';
import { lookAt, sessionOf } from './look.ts';
import type { ReviewPorts, ReviewSettings } from './ports.ts';
import { viewContext } from './publish.ts';
import { refreshStanding } from './refresh.ts';

export type Obeyed = {
  /** What was made of it, a sentence for the log. */
  detail: string;
  /** Where it led to a review. */
  report: RunReport | null;
};

type Obeying = {
  ports: ReviewPorts;
  settings: ReviewSettings;
  replies: Replies;
  asked: Asked;
  place: PersonsComment;
  review: ReviewNow;
};

/** Reviews the PR that the comment is on; or why that can't be done in this run. */
export type ReviewNow = ((settings: ReviewSettings) => Promise<RunReport>) | { impossible: string };

/**
 * Does what a person asked for in a comment, if that person may write to the repository; answers with one reaction,
 * and with words where words were asked for.
 */
export async function obey(
  ports: ReviewPorts,
  settings: ReviewSettings,
  replies: Replies,
  asked: Asked,
  review: ReviewNow,
): Promise<Obeyed> {
  const { repository, number, comment, by, parsed } = asked;
  if (!(await ports.pullRequests.mayWrite(repository, by))) {
    return { detail: `${by} may not write to ${repository}: the command is left alone`, report: null };
  }
  const obeying: Obeying = { ports, settings, replies, asked, place: { repository, number, ...comment }, review };
  if (parsed.outcome === 'misspelt') return refuse(obeying, parsed.why);
  return carryOut(obeying, parsed.command);
}

async function carryOut(obeying: Obeying, command: Command): Promise<Obeyed> {
  switch (command.command) {
    case 'help':
      await reply(obeying, renderHelp());
      return done(obeying, 'told which commands there are');
    case 'review':
      return reviewNow(obeying, obeying.settings.force);
    case 'full':
      return reviewNow(obeying, 'full');
    case 'pause':
      return pause(obeying, true);
    case 'resume':
      return pause(obeying, false);
    case 'dismiss':
    case 'reopen':
    case 'explain':
      return onFinding(obeying, command);
    default:
      return command satisfies never;
  }
}

/** Whoever asks by hand wants drafts and ignored authors reviewed too. */
async function reviewNow(obeying: Obeying, force: Force | null): Promise<Obeyed> {
  const { settings, review } = obeying;
  if ('impossible' in review) return refuse(obeying, review.impossible);
  const found = await findStanding(obeying);
  if (found.standing !== null && !found.own) {
    return refuse(
      obeying,
      'its reviews come from workflow runs that this one may not build on: push, or run that job again',
    );
  }
  await react(obeying, 'eyes');
  const report = await review({ ...settings, force, exclusionOf: () => null });
  return { detail: `reviewed as ${obeying.asked.by} asked`, report };
}

async function pause(obeying: Obeying, paused: boolean): Promise<Obeyed> {
  const { ports, asked, settings, review } = obeying;
  const { pullRequest, session } = await look(obeying);
  const command = { action: 'pause' as const, session, pullRequest: pullRequest.key, paused };
  const outcome = await ports.ledger.dismiss({ ...command, by: asked.by, why: '' });
  if (outcome.outcome !== 'done') return refuse(obeying, whyNot(outcome));
  if (paused) return done(obeying, 'no push is reviewed until someone resumes');
  await react(obeying, '+1');
  if ('impossible' in review) return { detail: `reviews go on with the next push: ${review.impossible}`, report: null };
  return { detail: 'reviews go on', report: await review(settings) };
}

type OnFinding = Extract<Command, { finding: number }>;

async function onFinding(obeying: Obeying, command: OnFinding): Promise<Obeyed> {
  const { standing, pullRequest, session } = await findStanding(obeying);
  if (standing === null) return refuse(obeying, 'the pull request was not reviewed yet');
  const { findings, remembered = [] } = standing.record.result;
  const finding = [...findings, ...remembered].find(({ shortId }) => shortId === command.finding);
  if (finding === undefined) return refuse(obeying, `there is no finding F${command.finding}`);
  switch (command.command) {
    case 'explain':
      await reply(obeying, explanation(obeying, session, standing, finding));
      return done(obeying, `explained F${finding.shortId}`);
    case 'dismiss':
    case 'reopen':
      return decide(obeying, command, { finding, pullRequest, session });
    default:
      return command satisfies never;
  }
}

type About = { finding: Finding; pullRequest: PullRequestSnapshot; session: SessionName };

async function decide(
  obeying: Obeying,
  command: Exclude<OnFinding, { command: 'explain' }>,
  { finding, pullRequest, session }: About,
): Promise<Obeyed> {
  const { ports, asked } = obeying;
  if (finding.status === 'fixed' || finding.status === 'gone') {
    return refuse(obeying, `F${finding.shortId} is ${finding.status}: there is nothing to decide`);
  }
  if (command.command === 'dismiss' && sameLogin(asked.by, pullRequest.author)) {
    return refuse(obeying, 'the author of a pull request does not decide what counts against it');
  }
  const about = { action: 'finding' as const, session, pullRequest: pullRequest.key, findingId: finding.id };
  const dismissed = command.command === 'dismiss';
  const why = command.command === 'dismiss' ? command.why : '';
  const outcome = await ports.ledger.dismiss({ ...about, dismissed, by: asked.by, why });
  if (outcome.outcome !== 'done') return refuse(obeying, whyNot(outcome));
  await react(obeying, '+1');
  await showAtOnce(obeying, dismissed ? null : finding.id);
  return { detail: `F${finding.shortId}: ${dismissed ? 'dismissed' : 'open again'}`, report: null };
}

const LOOK_AGAIN_MS = 10_000;

/** Once nobody is working on the PR: whoever is would write what was known before. */
async function showAtOnce(obeying: Obeying, reopened: string | null): Promise<void> {
  const { ports, settings } = obeying;
  const until = ports.clock.monotonicMs() + settings.maxWaitMs;
  for (;;) {
    const { standing, pullRequest, session } = await findStanding(obeying);
    const views = await ports.ledger.list(session);
    const { repositoryId, number } = pullRequest.key;
    const view = views.find(
      (one) => one.pullRequest.number === number && one.pullRequest.repositoryId === repositoryId,
    );
    const busy = view?.run !== null && view?.run?.leaseEndsAt !== null && view?.run !== undefined;
    if (!busy) {
      if (standing === null || !sameVersion(standing.record.version, pullRequest.version)) return;
      const record = await refreshStanding(ports, settings, session, {
        ...standing,
        pullRequest,
        markerKey: standing.markerKey ?? null,
        ...(reopened === null ? {} : { reopened: new Set([reopened]) }),
      });
      const { mode, reason } = record.result;
      const detail = `${obeying.asked.by} decided on a finding`;
      const { key, url, version } = pullRequest;
      const said = { pullRequest: key, url, headSha: version.headSha, outcome: 'skipped' as const, mode, reason };
      await keepChecks(ports.checks, ports, session).finish(pullRequest, { ...said, detail, runId: null, record });
      return;
    }
    if (ports.clock.monotonicMs() >= until || ports.interrupted.aborted) return;
    ports.log.info('A run is at this pull request: what was decided is shown when it is over');
    await ports.clock.sleep(LOOK_AGAIN_MS, ports.interrupted);
  }
}

type Standing = z.infer<typeof PreviousRecord>;

/** The latest review, of whatever trust: `own` says whether this run may build on it. */
async function findStanding(
  obeying: Obeying,
): Promise<{ standing: Standing | null; own: boolean; pullRequest: PullRequestSnapshot; session: SessionName }> {
  const { ledger } = obeying.ports;
  const { pullRequest, session } = await look(obeying);
  const query = { session, repositoryId: pullRequest.key.repositoryId, number: pullRequest.key.number };
  const own = await ledger.previous(query);
  const found = own.outcome === 'none' ? await ledger.previous({ ...query, trust: 'contributor' }) : own;
  return { standing: found.outcome === 'found' ? found : null, own: own.outcome !== 'none', pullRequest, session };
}

async function look({ ports, settings, asked }: Obeying): Promise<{
  pullRequest: PullRequestSnapshot;
  session: SessionName;
}> {
  const [pullRequest] = await lookAt(ports.pullRequests, [asked]);
  if (pullRequest === undefined) throw new Error('no pull request was looked at');
  return { pullRequest, session: sessionOf(settings, pullRequest) };
}

function explanation(
  { ports, settings }: Obeying,
  session: SessionName,
  { record }: Standing,
  finding: Finding,
): string {
  const shown = { companions: [], markerKey: null, detail: '', relation: null, movedUpstream: 0 };
  const context = viewContext(ports, settings, session, shown);
  const view = { record, context, inline: new Set<string>(), reviewRefused: false, told: 0, trend: [] };
  return renderExplanation(view, finding);
}

function whyNot(outcome: Exclude<DismissOutcome, { outcome: 'done' }>): string {
  return outcome.outcome === 'unknown-pull-request'
    ? 'the pull request was not reviewed yet'
    : outcome.faults.map(({ message }) => message).join('; ');
}

async function refuse(obeying: Obeying, why: string): Promise<Obeyed> {
  await react(obeying, 'confused');
  return { detail: `nothing was done: ${why}`, report: null };
}

async function done(obeying: Obeying, detail: string): Promise<Obeyed> {
  await react(obeying, '+1');
  return { detail, report: null };
}

/** Whatever was asked for is done, whether or not the answer gets through. */
async function react({ ports, replies, place }: Obeying, reaction: ReplyReaction): Promise<void> {
  try {
    await replies.react(place, reaction);
  } catch (error) {
    ports.log.warning(`The command could not be answered: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function reply({ replies, place }: Obeying, body: string): Promise<void> {
  await replies.reply(place, body);
}
