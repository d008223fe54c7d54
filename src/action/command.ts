import type { ActionContext } from '../adapters/actions/context.ts';
import { actionsLog } from '../adapters/actions/log.ts';
import { createGitHubReplies } from '../adapters/github/replies.ts';
import type { Asked } from '../core/commands/asked.ts';
import type { Config } from '../core/config.ts';
import type { RunReport } from '../core/report.ts';
import { obey } from '../pipeline/command.ts';
import { runReview } from '../run-review.ts';
import { composeReview, settingsOf } from './compose.ts';
import { accessOf } from './ledger.ts';

/** What an analyser did not find there would count as fixed. */
const ANOTHER_TREE =
  'on issue_comment a job checks out the default branch, and its results say nothing of this pull request: run its own job again';

/** Does what a comment asks for. The report of the review that it led to, if it did. */
export async function runCommand(
  config: Config,
  context: ActionContext,
  asked: Asked,
  interrupted: AbortSignal,
): Promise<RunReport | null> {
  const ports = await composeReview(config, context, interrupted);
  const { repository, number } = asked;
  const obeyed = await obey(
    ports,
    settingsOf(config, context),
    createGitHubReplies(accessOf(config, context)),
    asked,
    config.reviewer.kind === 'sarif' && context.eventName === 'issue_comment'
      ? { impossible: ANOTHER_TREE }
      : (settings) => runReview(ports, settings, [{ repository, number }]),
  );
  actionsLog.info(`/pushback by ${asked.by} on ${repository}#${number}: ${obeyed.detail}`);
  return obeyed.report;
}
