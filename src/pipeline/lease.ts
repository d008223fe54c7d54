import type { RunId, SessionName } from '../core/ids.ts';
import type { HeartbeatOutcome } from '../core/ledger/commands.ts';
import type { ReviewResult } from '../core/review-record.ts';
import type { ReviewPorts } from './ports.ts';

type Checkpoint = { made: () => Promise<ReviewResult>; result: ReviewResult };

/** The leases of one batch, kept alive until `stop`. */
export interface Lease extends AsyncDisposable {
  /** Aborts when no run of the batch is ours any more: whatever is under way for it is in vain. */
  readonly signal: AbortSignal;
  /** Asks the ledger now, and again where its answer was long on the way and so is old. False where the run is no longer ours; `lossOf` then says why. A fault of the ledger is thrown. */
  confirm(runId: RunId): Promise<boolean>;
  lossOf(runId: RunId): string | null;
  /** Goes to the ledger with the next heartbeat, and is asked for only then: later ones take its place. */
  checkpoint(runId: RunId, result: () => Promise<ReviewResult>): void;
  /** Sends the checkpoint that no heartbeat has taken yet, where there is one, though the lease be lost. Never throws. */
  handIn(runId: RunId): Promise<void>;
}

/** An answer that took longer may have been overtaken by a newer push meanwhile. */
const FRESH_MS = 3_000;
const MAX_ASKED = 3;

/** Sends a heartbeat every `heartbeatMs`, with what was reviewed since. A failed one is logged and tried again at the next: the lease outlives several. */
export function keepLease(
  ports: Pick<ReviewPorts, 'ledger' | 'clock' | 'log' | 'holder'>,
  session: SessionName,
  runIds: readonly RunId[],
  heartbeatMs: number,
): Lease {
  const losses = new Map<RunId, string>();
  const lost = new AbortController();
  const stopped = new AbortController();
  const waiting = new Map<RunId, () => Promise<ReviewResult>>();

  async function checkpointOf(runId: RunId): Promise<Checkpoint | null> {
    const made = waiting.get(runId);
    if (made === undefined) return null;
    try {
      return { made, result: await made() };
    } catch (error) {
      ports.log.debug(`No checkpoint could be made: ${messageOf(error)}`);
      waiting.delete(runId);
      return null;
    }
  }

  async function send(asked: readonly RunId[], checkpoints: readonly (Checkpoint | null)[]): Promise<HeartbeatOutcome> {
    const outcome = await ports.ledger.heartbeat({
      session,
      runs: asked.map((runId, index) => ({
        runId,
        token: ports.holder.token,
        checkpoint: checkpoints[index]?.result ?? null,
      })),
    });
    forget(asked, checkpoints);
    return outcome;
  }

  function forget(asked: readonly RunId[], checkpoints: readonly (Checkpoint | null)[]): void {
    asked.forEach((runId, index) => {
      if (waiting.get(runId) === checkpoints[index]?.made) waiting.delete(runId);
    });
  }

  /** The lease is worth more than a checkpoint: where that is refused, or too large to get there, it goes without. */
  async function sendWith(asked: readonly RunId[], checkpoints: readonly (Checkpoint | null)[]) {
    if (checkpoints.every((checkpoint) => checkpoint === null)) return send(asked, []);
    try {
      const outcome = await send(asked, checkpoints);
      if (outcome.outcome === 'answered') return outcome;
      ports.log.warning(`A checkpoint was refused: ${outcome.faults.map((fault) => fault.message).join('; ')}`);
    } catch (error) {
      const outcome = await send(asked, []);
      forget(asked, checkpoints);
      ports.log.warning(`A checkpoint could not be kept: ${messageOf(error)}`);
      return outcome;
    }
    return send(asked, []);
  }

  async function beat(asked: readonly RunId[]): Promise<void> {
    const checkpoints = await Promise.all(asked.map(checkpointOf));
    const outcome = await sendWith(asked, checkpoints);
    if (outcome.outcome === 'rejected') {
      for (const runId of asked) losses.set(runId, outcome.faults.map((fault) => fault.message).join('; '));
    } else {
      for (const run of outcome.runs) {
        if (run.status !== 'current') losses.set(run.runId, lossText(run.status, run.supersededBy));
      }
    }
    if (runIds.every((runId) => losses.has(runId))) lost.abort();
  }

  async function beatUntilStopped(): Promise<void> {
    while (!stopped.signal.aborted) {
      await ports.clock.sleep(heartbeatMs, stopped.signal);
      const kept = runIds.filter((runId) => !losses.has(runId));
      if (stopped.signal.aborted || kept.length === 0) return;
      try {
        await beat(kept);
      } catch (error) {
        ports.log.warning(`The lease could not be renewed this time: ${messageOf(error)}`);
      }
    }
  }

  const beating = runIds.length === 0 ? Promise.resolve() : beatUntilStopped();
  return {
    signal: lost.signal,
    async confirm(runId) {
      for (let asked = 0; asked < MAX_ASKED && !losses.has(runId); asked += 1) {
        const askedAt = ports.clock.monotonicMs();
        await beat([runId]);
        if (ports.clock.monotonicMs() - askedAt <= FRESH_MS) break;
      }
      return !losses.has(runId);
    },
    lossOf: (runId) => losses.get(runId) ?? null,
    checkpoint: (runId, result) => void waiting.set(runId, result),
    async handIn(runId) {
      if (!waiting.has(runId)) return;
      try {
        await beat([runId]);
      } catch (error) {
        ports.log.warning(`What was reviewed so far could not be kept: ${messageOf(error)}`);
      }
    },
    async [Symbol.asyncDispose]() {
      stopped.abort();
      await beating;
    },
  };
}

function lossText(status: 'superseded' | 'taken-over' | 'ended' | 'unknown', by: string | null): string {
  switch (status) {
    case 'superseded':
      return `a newer push${by === null ? '' : ` (${by.slice(0, 7)})`} is being reviewed instead`;
    case 'taken-over':
      return 'another run took this review over';
    case 'ended':
      return 'this run had already ended';
    case 'unknown':
      return 'the ledger does not know this run';
    default:
      return status satisfies never;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
