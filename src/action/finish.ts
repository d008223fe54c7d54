import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as core from '@actions/core';
import type { ActionContext } from '../adapters/actions/context.ts';
import { actionsLog } from '../adapters/actions/log.ts';
import type { GateDecision } from '../core/gate.ts';
import { findingsDocument } from '../core/findings-document.ts';
import { outputsOf } from '../core/outputs.ts';
import { feedbackText } from '../core/render/feedback.ts';
import { renderJobSummary, renderRest } from '../core/render/job-summary.ts';
import { annotationsOf, logLines } from '../core/render/log-lines.ts';
import type { PullRequestKey } from '../core/pull-request.ts';
import type { PullReport, RunReport, RunReports } from '../core/report.ts';
import { sarifLog } from '../core/sarif/print.ts';
import { viewOf } from './view.ts';

/** GitHub shows at most ten annotations of each kind for a step. */
const MAX_ANNOTATIONS = 10;

/** Says what came of the run wherever a step can say it: log, annotations, job summary, outputs. */
export async function finish(reports: RunReports, context: ActionContext): Promise<void> {
  const { runs, failures, notes } = reports;
  const entries = runs.flatMap((run) =>
    run.pulls.map((pull) => ({ report: pull, view: viewOf(pull, run.session, othersIn(run, pull), context) })),
  );
  for (const { report: pull, view } of entries) {
    await actionsLog.group(`${pull.url}: ${pull.outcome}`, async () => {
      actionsLog.info([pull.mode, pull.reason, pull.detail].filter((part) => part !== null).join(', '));
      if (view !== null) logLines(view).forEach((line) => core.info(line));
    });
    if (pull.outcome === 'reviewed' && pull.record !== null) annotate(pull.record.result.findings);
  }
  for (const [name, value] of Object.entries(outputsOf(reports))) core.setOutput(name, value);
  const pulls = entries.map(({ report }) => report);
  const [first] = runs;
  if (first !== undefined) {
    const document = findingsDocument(reports);
    core.setOutput('findings-file', await writeForTools('json', document, first, context));
    const sarif = sarifLog(pulls, context.serverUrl);
    core.setOutput('sarif-file', await writeForTools('sarif', sarif, first, context));
  }
  core.setOutput('feedback', feedbackText(pulls));
  const parts = [renderJobSummary(entries), renderRest(failures, notes)].filter((part) => part !== '');
  await core.summary.addRaw(parts.join('\n\n'), true).write();
}

function othersIn({ pulls }: RunReport, pull: PullReport): PullRequestKey[] {
  return pulls.filter((other) => other !== pull).map((other) => other.pullRequest);
}

function annotate(findings: Parameters<typeof annotationsOf>[0]): void {
  for (const { level, path, startLine, endLine, title, message } of annotationsOf(findings, MAX_ANNOTATIONS)) {
    const place = { file: path, startLine, endLine, title };
    switch (level) {
      case 'failure':
        core.error(message, place);
        break;
      case 'warning':
        core.warning(message, place);
        break;
      case 'notice':
        core.notice(message, place);
        break;
      default:
        level satisfies never;
    }
  }
}

async function writeForTools(
  ending: string,
  document: object | null,
  { batchId }: RunReport,
  { tempFolder, workflowRun }: ActionContext,
): Promise<string> {
  const folder = join(tempFolder, 'pushback');
  await mkdir(folder, { recursive: true });
  const file = join(folder, `findings-${workflowRun.id}-${workflowRun.attempt}-${batchId}.${ending}`);
  await writeFile(file, `${JSON.stringify(document, null, 2)}\n`);
  return file;
}

/** The step's end. A failed gate fails it; a fault of ours does what `on-error` says, and never looks like a review. */
export function applyGate(decision: GateDecision): void {
  switch (decision.conclusion) {
    case 'pass':
      return;
    case 'warn':
      decision.messages.forEach((message) => core.warning(message, { title: 'Pushback' }));
      return;
    case 'fail':
      core.setFailed(decision.messages.join('\n'));
      return;
    default:
      decision satisfies never;
  }
}
