import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as core from '@actions/core';
import type { ActionContext } from '../adapters/actions/context.ts';
import { actionsLog } from '../adapters/actions/log.ts';
import type { GateDecision } from '../core/gate.ts';
import { findingsDocument } from '../core/findings-document.ts';
import { outputsOf } from '../core/outputs.ts';
import { feedbackText } from '../core/render/feedback.ts';
import { renderJobSummary } from '../core/render/job-summary.ts';
import { annotationsOf, logLines } from '../core/render/log-lines.ts';
import type { PullRequestKey } from '../core/pull-request.ts';
import type { PullReport, RunReport } from '../core/report.ts';
import { sarifLog } from '../core/sarif/print.ts';
import { viewOf } from './view.ts';

/** GitHub shows at most ten annotations of each kind for a step. */
const MAX_ANNOTATIONS = 10;

/** Says what came of the run wherever a step can say it: log, annotations, job summary, outputs. */
export async function finish(report: RunReport, context: ActionContext): Promise<void> {
  const entries = report.pulls.map((pull) => ({
    report: pull,
    view: viewOf(pull, report.session, othersIn(report, pull), context),
  }));
  for (const { report: pull, view } of entries) {
    await actionsLog.group(`${pull.url}: ${pull.outcome}`, async () => {
      actionsLog.info([pull.mode, pull.reason, pull.detail].filter((part) => part !== null).join(', '));
      if (view !== null) logLines(view).forEach((line) => core.info(line));
    });
    if (pull.outcome === 'reviewed' && pull.record !== null) annotate(pull.record.result.findings);
  }
  for (const [name, value] of Object.entries(outputsOf(report))) core.setOutput(name, value);
  core.setOutput('findings-file', await writeForTools('findings', 'json', findingsDocument(report), report, context));
  const sarif = sarifLog(report, context.serverUrl);
  core.setOutput('sarif-file', await writeForTools('findings', 'sarif', sarif, report, context));
  core.setOutput('feedback', feedbackText(report));
  await core.summary.addRaw(renderJobSummary(entries), true).write();
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
  name: string,
  ending: string,
  document: object,
  report: RunReport,
  { tempFolder, workflowRun }: ActionContext,
): Promise<string> {
  const folder = join(tempFolder, 'pushback');
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${name}-${workflowRun.id}-${workflowRun.attempt}-${report.batchId}.${ending}`);
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
