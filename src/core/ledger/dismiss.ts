import type { DismissCommand, Fault } from './commands.ts';
import type { PullRequestItem, StoredDismissal } from './items.ts';
import { Draft, pullRequestIdOf, type Context, type LedgerChange, type LedgerState } from './state.ts';
import { trusts } from './trust.ts';

/** Together with all else that a PR item may hold, under DynamoDB's 400 KB for an item. */
export const MAX_DISMISSALS_BYTES = 200_000;

export type DismissDecision =
  | { outcome: 'rejected'; faults: Fault[] }
  | { outcome: 'unknown-pull-request' }
  | { outcome: 'done'; change: LedgerChange | null };

/** A person's word on a finding, or on the whole PR. It binds runs of the trust it came with, and below. */
export function decideDismiss(state: LedgerState, command: DismissCommand, context: Context): DismissDecision {
  const draft = new Draft(state, context);
  const pullRequest = draft.pullRequest(pullRequestIdOf(command.pullRequest));
  if (pullRequest === null) return { outcome: 'unknown-pull-request' };
  const next =
    command.action === 'pause' ? paused(pullRequest, command, context) : dismissed(pullRequest, command, context);
  if (new TextEncoder().encode(JSON.stringify(next.dismissals)).length > MAX_DISMISSALS_BYTES) {
    const message = `the pull request has ${pullRequest.dismissals.length} dismissals, and there is no room for more`;
    return { outcome: 'rejected', faults: [{ path: 'findingId', message }] };
  }
  if (next !== pullRequest) draft.putPullRequest(next);
  return { outcome: 'done', change: draft.change() };
}

function paused(
  pullRequest: PullRequestItem,
  command: Extract<DismissCommand, { action: 'pause' }>,
  { caller, now }: Context,
): PullRequestItem {
  const before = pullRequest.paused;
  if (before !== null && !trusts(before.trust, caller.trust)) return pullRequest;
  if (command.paused === (before !== null)) return pullRequest;
  const { by, why } = command;
  return { ...pullRequest, paused: command.paused ? { by, why, at: now, trust: caller.trust } : null };
}

function dismissed(
  pullRequest: PullRequestItem,
  command: Extract<DismissCommand, { action: 'finding' }>,
  { caller, now }: Context,
): PullRequestItem {
  const { findingId, by, why } = command;
  const before = pullRequest.dismissals.find((dismissal) => dismissal.findingId === findingId);
  if (before !== undefined && !trusts(before.trust, caller.trust)) return pullRequest;
  if (!command.dismissed && before === undefined) return pullRequest;
  if (command.dismissed && before !== undefined && before.trust === caller.trust) return pullRequest;
  const others = pullRequest.dismissals.filter((dismissal) => dismissal !== before);
  if (!command.dismissed) return { ...pullRequest, dismissals: others };
  const added: StoredDismissal = { findingId, by, why, at: now, trust: caller.trust };
  return { ...pullRequest, dismissals: [...others, added] };
}
