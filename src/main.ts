import * as core from '@actions/core';
import { NotInAWorkflow, readActionContext, type ActionContext } from './adapters/actions/context.ts';
import { actionsLog } from './adapters/actions/log.ts';
import { commandAsked, isCommentEvent } from './core/commands/asked.ts';
import type { Config } from './core/config.ts';
import { targetsOf } from './core/event.ts';
import { faultMessage, type Fault } from './core/inputs/faults.ts';
import type { Beforehand } from './core/inputs/parse.ts';
import { queuedMerge } from './core/merge-group.ts';
import { readBeforehand } from './inputs.ts';

/** The action's main step: reads what it is told, reviews, and says what came of it. Never throws. */
export async function main(): Promise<void> {
  try {
    maskSecrets(process.env);
    const context = await readActionContext(process.env);
    await start(readBeforehand(context), context);
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

/** Before anything is read, and so before anything can be said of it: also what turns out to be wrong stays unseen. */
function maskSecrets(variables: Record<string, string | undefined>): void {
  for (const name of ['INPUT_GITHUB-TOKEN', 'INPUT_API-KEY']) {
    const secret = variables[name]?.trim() ?? '';
    // The runner masks line by line.
    for (const line of secret.split(/\r?\n/)) if (line !== '') core.setSecret(line);
  }
}

async function start(before: Beforehand, context: ActionContext): Promise<void> {
  const work = workOf(before, context);
  switch (work.outcome) {
    case 'ignored':
      if (before.faults.length > 0) failFor(before.faults);
      else actionsLog.info(`Nothing to do: ${work.why}.`);
      return;
    case 'unsupported':
      if (before.faults.length > 0) failFor(before.faults);
      else core.setFailed(`Pushback did not start: ${work.why}.`);
      return;
    case 'review':
    case 'head':
    case 'open':
    case 'asked':
    case 'queued': {
      // Most of the program: it is not loaded for the many events that ask nothing of it.
      const [{ configure }, { carryOut, noReview }] = await Promise.all([
        import('./action/configure.ts'),
        import('./action/carry-out.ts'),
      ]);
      const configured = await configure(before, context);
      if (configured.outcome === 'config') return carryOut(work, configured.config, context);
      if (configured.outcome === 'unreadable') return noReview(configured.error, before, context);
      return failFor(configured.faults);
    }
    default:
      return work satisfies never;
  }
}

function failFor(faults: readonly Fault[]): void {
  core.setFailed(`Pushback did not start, its inputs are wrong:\n${faults.map(faultMessage).join('\n')}`);
}

function workOf({ pullRequests }: Pick<Config, 'pullRequests'>, context: ActionContext) {
  const { eventName, payload } = context;
  if (isCommentEvent(eventName)) return commandAsked(eventName, payload);
  return eventName === 'merge_group' ? queuedMerge(payload) : targetsOf(eventName, payload, pullRequests, context);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
