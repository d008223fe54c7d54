import * as core from '@actions/core';
import type { ActionContext } from '../adapters/actions/context.ts';
import { actionsLog } from '../adapters/actions/log.ts';
import { listenForInterruption } from '../adapters/system/interruption.ts';
import type { Asked } from '../core/commands/asked.ts';
import type { Config } from '../core/config.ts';
import type { RunHead } from '../core/event.ts';
import { safeSetUp } from '../core/fork-rule.ts';
import { gate } from '../core/gate.ts';
import type { RepositoryName } from '../core/ids.ts';
import type { QueuedMerge } from '../core/merge-group.ts';
import { inlineText } from '../core/neutralise.ts';
import type { NamedPullRequest } from '../core/pull-request.ts';
import type { RunReport, RunReports } from '../core/report.ts';
import { ClaimRejected } from '../pipeline/claim.ts';
import { PullRequestNotFound } from '../pipeline/look.ts';
import { mirrorVerdict } from '../pipeline/mirror.ts';
import { runReview } from '../run-review.ts';
import { runCommand } from './command.ts';
import { composeReview, settingsOf } from './compose.ts';
import { applyGate, finish } from './finish.ts';
import { whatHasHead, whatIsNamed, whatIsOpen, type Reviewing } from './targets.ts';

/** What an event asks for. */
export type Work =
  | { outcome: 'review'; pullRequests: readonly NamedPullRequest[] }
  | { outcome: 'head'; head: RunHead }
  | { outcome: 'open'; repository: RepositoryName }
  | { outcome: 'asked'; asked: Asked }
  | { outcome: 'queued'; merge: QueuedMerge };

export function carryOut(work: Work, config: Config, context: ActionContext): Promise<void> {
  switch (work.outcome) {
    case 'review':
      return reviewed(config, context, whatIsNamed(config, context, work.pullRequests));
    case 'head':
      return reviewed(config, context, whatHasHead(config, context, work.head));
    case 'open':
      return reviewed(config, context, whatIsOpen(config, context, work.repository));
    case 'asked':
      return command(config, context, work.asked);
    case 'queued':
      return mirror(config, context, work.merge);
    default:
      return work satisfies never;
  }
}

async function command(config: Config, context: ActionContext, asked: Asked): Promise<void> {
  using interruption = listenForInterruption();
  let report: RunReport | null;
  try {
    report = await runCommand(config, context, asked, interruption.signal);
  } catch (error) {
    await noReview(error, config, context);
    return;
  }
  if (report !== null) await tell(only(report), config, context);
}

/** A queue's commit gets what its pull request's head got. */
async function mirror(config: Config, context: ActionContext, merge: QueuedMerge): Promise<void> {
  using interruption = listenForInterruption();
  try {
    const ports = await composeReview(config, context, interruption.signal);
    const report = await mirrorVerdict(ports, settingsOf(config, context), merge);
    actionsLog.info(`${merge.headSha.slice(0, 7)} in the merge queue: ${report.detail}`);
    applyGate(gate([report], config.gate));
  } catch (error) {
    await noReview(error, config, context);
  }
}

async function reviewed(config: Config, context: ActionContext, work: Reviewing): Promise<void> {
  using interruption = listenForInterruption();
  let reports: RunReports | null;
  try {
    const ports = await composeReview(config, context, interruption.signal);
    reports = await work(ports, (settings, refs) => runReview(ports, settings, refs));
  } catch (error) {
    await noReview(error, config, context);
    return;
  }
  if (reports !== null) await tell(reports, config, context);
}
async function tell(reports: RunReports, config: Config, context: ActionContext): Promise<void> {
  try {
    await finish(reports, context);
  } catch (error) {
    core.warning(`What came of the run could not be told in full here: ${messageOf(error)}`, { title: 'Pushback' });
  }
  const pulls = reports.runs.flatMap((run) => run.pulls);
  const advice = safeSetUp(context.eventName, context.payload);
  if (advice !== null && pulls.some(({ outcome }) => outcome === 'failed')) {
    core.warning(advice, { title: 'Pushback' });
    await summarise(advice);
  }
  applyGate(gate(pulls, config.gate, reports.failures));
}

function only(report: RunReport): RunReports {
  return { runs: [report], failures: [], notes: [] };
}

/**
 * No review could be made. A mistake in the configuration fails the step; an outage does what `on-error` says. Either
 * way the words can't be taken for a review.
 */
export async function noReview(error: unknown, config: Pick<Config, 'gate'>, context: ActionContext): Promise<void> {
  if (error instanceof Error && error.stack !== undefined) core.debug(error.stack);
  const advice = safeSetUp(context.eventName, context.payload);
  const message = [`NOT reviewed: ${messageOf(error)}`, ...(advice === null ? [] : [advice])].join('\n');
  await summarise(message);
  const ourFault = error instanceof ClaimRejected || error instanceof PullRequestNotFound;
  if (ourFault || config.gate.onError === 'fail' || config.gate.failOn !== 'never') core.setFailed(message);
  else core.warning(message, { title: 'Pushback' });
}

/** On the run's page. Where that can't be written, the log still says it. */
async function summarise(text: string): Promise<void> {
  try {
    await core.summary.addRaw(text.split('\n').map(inlineText).join('\n\n'), true).write();
  } catch (error) {
    core.debug(`The job's summary could not be written: ${messageOf(error)}`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
