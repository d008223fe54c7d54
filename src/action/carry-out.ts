import * as core from '@actions/core';
import type { ActionContext } from '../adapters/actions/context.ts';
import { actionsLog } from '../adapters/actions/log.ts';
import { listenForInterruption } from '../adapters/system/interruption.ts';
import type { Asked } from '../core/commands/asked.ts';
import type { Config } from '../core/config.ts';
import type { NamedPullRequest } from '../core/event.ts';
import { safeSetUp } from '../core/fork-rule.ts';
import { gate } from '../core/gate.ts';
import type { QueuedMerge } from '../core/merge-group.ts';
import { inlineText } from '../core/neutralise.ts';
import type { RunReport } from '../core/report.ts';
import { ClaimRejected } from '../pipeline/claim.ts';
import { PullRequestNotFound } from '../pipeline/look.ts';
import { mirrorVerdict } from '../pipeline/mirror.ts';
import { runReview } from '../run-review.ts';
import { runCommand } from './command.ts';
import { composeReview, settingsOf } from './compose.ts';
import { applyGate, finish } from './finish.ts';

/** What an event asks for. */
export type Work =
  | { outcome: 'review'; pullRequests: readonly NamedPullRequest[] }
  | { outcome: 'asked'; asked: Asked }
  | { outcome: 'queued'; merge: QueuedMerge };

export function carryOut(work: Work, config: Config, context: ActionContext): Promise<void> {
  switch (work.outcome) {
    case 'review':
      return review(config, context, work.pullRequests);
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
  if (report !== null) await tell(report, config, context);
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

async function review(config: Config, context: ActionContext, targets: readonly NamedPullRequest[]): Promise<void> {
  using interruption = listenForInterruption();
  let report: RunReport;
  try {
    const ports = await composeReview(config, context, interruption.signal);
    core.setSecret(ports.holder.token);
    report = await runReview(ports, settingsOf(config, context), targets);
  } catch (error) {
    await noReview(error, config, context);
    return;
  }
  await tell(report, config, context);
}

async function tell(report: RunReport, config: Config, context: ActionContext): Promise<void> {
  try {
    await finish(report, context);
  } catch (error) {
    core.warning(`What came of the run could not be told in full here: ${messageOf(error)}`, { title: 'Pushback' });
  }
  const advice = safeSetUp(context.eventName, context.payload);
  if (advice !== null && report.pulls.some(({ outcome }) => outcome === 'failed')) {
    core.warning(advice, { title: 'Pushback' });
    await summarise(advice);
  }
  applyGate(gate(report.pulls, config.gate));
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
