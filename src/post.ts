import { concludeLeftChecks } from './action/checks.ts';
import { accessOf, openLedger } from './action/ledger.ts';
import { readActionContext, type ActionContext } from './adapters/actions/context.ts';
import { loadHeldRuns } from './adapters/actions/held-runs.ts';
import { actionsLog } from './adapters/actions/log.ts';
import type { Config } from './core/config.ts';
import { readInputs } from './inputs.ts';

/** Lets go of what an interrupted run still holds, so that the next push need not wait. Never fails the job. */
export async function post(): Promise<void> {
  try {
    const context = await readActionContext(process.env);
    const inputs = readInputs(context);
    if (inputs.outcome === 'faults') return;
    await trying('The check of an interrupted run could not be concluded', () =>
      concludeLeftChecks(accessOf(inputs.config, context)),
    );
    await trying('An interrupted run could not be released, its lease ends by itself', () =>
      releaseHeldRuns(inputs.config, context),
    );
  } catch (error) {
    actionsLog.warning(`What an interrupted run held stays held: ${messageOf(error)}`);
  }
}

async function releaseHeldRuns(config: Config, context: ActionContext): Promise<void> {
  const held = loadHeldRuns();
  if (held === null) return;
  const outcome = await (
    await openLedger(config, context)
  ).ledger.release({
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
