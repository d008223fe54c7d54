import * as core from '@actions/core';
import { concludeLeftChecks } from './action/checks.ts';
import { accessOf, openLedger } from './action/ledger.ts';
import { readActionContext, type ActionContext } from './adapters/actions/context.ts';
import { loadHeldRuns } from './adapters/actions/held-runs.ts';
import { actionsLog } from './adapters/actions/log.ts';

/** Lets go of what an interrupted run still holds, so that the next push need not wait. Never fails the job. */
export async function post(): Promise<void> {
  try {
    const context = await readActionContext(process.env);
    // The rest `main` left behind: it knew what the configuration file said then.
    const githubToken = core.getInput('github-token');
    await trying('The check of an interrupted run could not be concluded', () =>
      concludeLeftChecks(accessOf({ githubToken }, context)),
    );
    await trying('An interrupted run could not be released, its lease ends by itself', () =>
      releaseHeldRuns(githubToken, context),
    );
  } catch (error) {
    actionsLog.warning(`What an interrupted run held stays held: ${messageOf(error)}`);
  }
}

async function releaseHeldRuns(githubToken: string, context: ActionContext): Promise<void> {
  const held = loadHeldRuns();
  if (held === null) return;
  const { ledger } = await openLedger({ githubToken, ledger: held.ledger }, context);
  const outcome = await ledger.release({
    session: held.session,
    runs: held.runIds.map((runId) => ({ runId, token: held.token, status: 'cancelled', why: 'the job ended early' })),
  });
  if (outcome.outcome === 'rejected') throw new Error(outcome.faults.map((fault) => fault.message).join('; '));
  const released = outcome.runs.filter((run) => run.status === 'done');
  if (released.length > 0) actionsLog.info(`Let go of ${released.length} interrupted run(s).`);
}

async function trying(failing: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    actionsLog.warning(`${failing}: ${messageOf(error)}`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
