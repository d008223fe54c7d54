import { faultsOfProofs, heldBy, isCurrent, lossText, type Proof } from './attempts.ts';
import type { ReleaseCommand, RunWriteAnswer } from './commands.ts';
import type { RunWriteDecision } from './run-write.ts';
import { withCheckpointOf } from './sources.ts';
import { Draft, pullRequestIdOf, type Context, type LedgerState } from './state.ts';

export type Release = Proof & Pick<ReleaseCommand['runs'][number], 'status' | 'why'>;

/** Gives up leases early, so that the next claim need not wait for their end. */
export function decideRelease(state: LedgerState, releases: readonly Release[], context: Context): RunWriteDecision {
  const draft = new Draft(state, context);
  const faults = faultsOfProofs(draft, releases, 'runs');
  if (faults.length > 0) return { outcome: 'rejected', faults };
  const answers = releases.map((release) => releaseOne(draft, release));
  return { outcome: 'answered', answers, change: draft.change() };
}

function releaseOne(draft: Draft, release: Release): RunWriteAnswer {
  const held = heldBy(draft, release);
  if (held === null) throw new Error(`run ${release.runId} passed the check and is not held`);
  const { runId, status, why } = release;
  const { pullRequest, run } = held;
  const current = pullRequest.run;
  if (!isCurrent(held) || current === null) {
    return { runId, status: 'stale', detail: lossText(held) };
  }
  switch (current.status) {
    case 'running': {
      const ended = { status, why };
      const kept = withCheckpointOf(pullRequest, current, draft.nextVersion(pullRequestIdOf(run.pullRequest)));
      draft.putPullRequest({ ...kept, run: { ...current, ...ended, leaseEndsAt: null, checkpoint: null } });
      draft.putRun({ ...run, ...ended });
      return { runId, status: 'done', detail: `released: ${status}` };
    }
    case 'completed': {
      if (current.leaseEndsAt === null) return { runId, status: 'replayed', detail: 'it had been released' };
      // The result stays: the next claim publishes it, and pays for no second review.
      draft.putPullRequest({
        ...pullRequest,
        run: { ...current, why, leaseEndsAt: null, runExpiresAt: draft.runExpiresAt },
      });
      draft.putRun({ ...run, why });
      return { runId, status: 'done', detail: 'released; its recorded result is still to be published' };
    }
    case 'failed':
    case 'cancelled':
      return { runId, status: 'replayed', detail: `it had been released: ${current.status}` };
    case 'delivered':
    case 'superseded':
      return { runId, status: 'stale', detail: `this run ended: ${current.status}` };
  }
}
