import { openLedger } from './action/ledger.ts';
import { readActionContext } from './adapters/actions/context.ts';
import { loadHeldRuns } from './adapters/actions/held-runs.ts';
import { actionsLog } from './adapters/actions/log.ts';
import { readInputs } from './inputs.ts';

/** Releases what an interrupted run still holds, so that the next push need not wait. Never fails the job. */
export async function post(): Promise<void> {
  const held = loadHeldRuns();
  if (held === null) return;
  try {
    const context = await readActionContext(process.env);
    const inputs = readInputs(context);
    if (inputs.outcome === 'faults') return;
    const outcome = await openLedger(inputs.config, context).ledger.release({
      session: held.session,
      runs: held.runIds.map((runId) => ({ runId, token: held.token, status: 'cancelled', why: 'the job ended early' })),
    });
    const released = outcome.outcome === 'answered' ? outcome.runs.filter((run) => run.status === 'done') : [];
    if (outcome.outcome === 'rejected') {
      const faults = outcome.faults.map((fault) => fault.message).join('; ');
      actionsLog.warning(`An interrupted run could not be released, its lease ends by itself: ${faults}`);
    }
    if (released.length > 0) actionsLog.info(`Let go of ${released.length} interrupted run(s).`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    actionsLog.warning(`An interrupted run could not be released, its lease ends by itself: ${why}`);
  }
}
