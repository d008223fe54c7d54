import * as core from '@actions/core';
import { runCommand } from './action/command.ts';
import { composeReview, settingsOf } from './action/compose.ts';
import { applyGate, finish } from './action/finish.ts';
import { NotInAWorkflow, readActionContext, type ActionContext } from './adapters/actions/context.ts';
import { actionsLog } from './adapters/actions/log.ts';
import { listenForInterruption } from './adapters/system/interruption.ts';
import { commandAsked, isCommentEvent, type Asked } from './core/commands/asked.ts';
import type { Config } from './core/config.ts';
import { targetsOf, type NamedPullRequest } from './core/event.ts';
import { gate } from './core/gate.ts';
import { faultMessage } from './core/inputs/faults.ts';
import { queuedMerge, type QueuedMerge } from './core/merge-group.ts';
import type { RunReport } from './core/report.ts';
import { readInputs } from './inputs.ts';
import { ClaimRejected } from './pipeline/claim.ts';
import { mirrorVerdict } from './pipeline/mirror.ts';
import { PullRequestNotFound } from './pipeline/look.ts';
import { runReview } from './run-review.ts';

/** The action's main step: reads what it is told, reviews, and says what came of it. Never throws. */
export async function main(): Promise<void> {
  try {
    const context = await readActionContext(process.env);
    const inputs = readInputs(context);
    if (inputs.outcome === 'faults') {
      core.setFailed(`Pushback did not start, its inputs are wrong:\n${inputs.faults.map(faultMessage).join('\n')}`);
      return;
    }
    core.setSecret(inputs.config.githubToken);
    if (inputs.config.reviewer.kind === 'model' && inputs.config.reviewer.apiKey !== null) {
      core.setSecret(inputs.config.reviewer.apiKey);
    }
    await start(inputs.config, context);
  } catch (error) {
    if (error instanceof Error && error.stack !== undefined) core.debug(error.stack);
    const why = messageOf(error);
    core.setFailed(
      error instanceof NotInAWorkflow
        ? `Pushback did not start: ${why}.`
        : `Pushback broke, nothing was reviewed: ${why}`,
    );
  }
}

async function start(config: Config, context: ActionContext): Promise<void> {
  const work = workOf(config, context);
  switch (work.outcome) {
    case 'ignored':
      actionsLog.info(`Nothing to do: ${work.why}.`);
      return;
    case 'unsupported':
      core.setFailed(`Pushback did not start: ${work.why}.`);
      return;
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

function workOf({ pullRequests }: Config, { eventName, payload }: ActionContext) {
  if (isCommentEvent(eventName)) return commandAsked(eventName, payload);
  return eventName === 'merge_group' ? queuedMerge(payload) : targetsOf(eventName, payload, pullRequests);
}

async function command(config: Config, context: ActionContext, asked: Asked): Promise<void> {
  using interruption = listenForInterruption();
  let report: RunReport | null;
  try {
    report = await runCommand(config, context, asked, interruption.signal);
  } catch (error) {
    noReview(error, config);
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
    noReview(error, config);
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
    noReview(error, config);
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
  applyGate(gate(report.pulls, config.gate));
}

/**
 * No review could be made. A mistake in the configuration fails the step; an outage does what `on-error` says. Either
 * way the words can't be taken for a review.
 */
function noReview(error: unknown, config: Config): void {
  if (error instanceof Error && error.stack !== undefined) core.debug(error.stack);
  const message = `NOT reviewed: ${messageOf(error)}`;
  const ourFault = error instanceof ClaimRejected || error instanceof PullRequestNotFound;
  if (ourFault || config.gate.onError === 'fail' || config.gate.failOn !== 'never') core.setFailed(message);
  else core.warning(message, { title: 'Pushback' });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
