import type { DismissCommand, Fault } from './commands.ts';
import type { Pause, PullRequestItem, StoredDismissal } from './items.ts';
import { Draft, pullRequestIdOf, type Context, type LedgerChange, type LedgerState } from './state.ts';
import { trusts } from './trust.ts';

/** Together with all else that a PR item may hold, under DynamoDB's 400 KB for an item. */
export const MAX_DISMISSALS_BYTES = 200_000;

export type DismissDecision =
  | { outcome: 'rejected'; faults: Fault[] }
  | { outcome: 'unknown-pull-request' }
  | { outcome: 'done'; change: LedgerChange | null };

/**
 * A person's word on a finding, or on the whole PR. It binds runs of the trust it came with, and below; said again with
 * more trust it binds those too, and only with as much trust is it taken back.
 */
export function decideDismiss(state: LedgerState, command: DismissCommand, context: Context): DismissDecision {
  const draft = new Draft(state, context);
  const pullRequest = draft.pullRequest(pullRequestIdOf(command.pullRequest));
  if (pullRequest === null) return { outcome: 'unknown-pull-request' };
  const before = saidBefore(pullRequest, command);
  if (before !== null && !isSaid(command) && !trusts(before.trust, context.caller.trust)) {
    return outranked(command, before);
  }
  const next = isChange(command, before, context) ? changed(pullRequest, command, context) : pullRequest;
  if (new TextEncoder().encode(JSON.stringify(next.dismissals)).length > MAX_DISMISSALS_BYTES) {
    const message = `the pull request has ${pullRequest.dismissals.length} dismissals, and there is no room for more`;
    return { outcome: 'rejected', faults: [{ path: 'findingId', message }] };
  }
  if (next !== pullRequest) draft.putPullRequest(next);
  return { outcome: 'done', change: draft.change() };
}

function saidBefore(pullRequest: PullRequestItem, command: DismissCommand): Pause | StoredDismissal | null {
  if (command.action === 'pause') return pullRequest.paused;
  return pullRequest.dismissals.find(({ findingId }) => findingId === command.findingId) ?? null;
}

/** False where the command takes back what was said. */
function isSaid(command: DismissCommand): boolean {
  return command.action === 'pause' ? command.paused : command.dismissed;
}

function isChange(command: DismissCommand, before: Pause | StoredDismissal | null, { caller }: Context): boolean {
  if (before === null) return isSaid(command);
  return !isSaid(command) || (caller.trust !== before.trust && trusts(before.trust, caller.trust));
}

function outranked({ action }: DismissCommand, { by, trust }: Pause | StoredDismissal): DismissDecision {
  const path = action === 'pause' ? 'paused' : 'dismissed';
  const message = `${by} ${path} it in a run of more trust (${trust}): take it back there`;
  return { outcome: 'rejected', faults: [{ path, message }] };
}

function changed(pullRequest: PullRequestItem, command: DismissCommand, context: Context): PullRequestItem {
  return command.action === 'pause' ? paused(pullRequest, command, context) : dismissed(pullRequest, command, context);
}

function paused(
  pullRequest: PullRequestItem,
  { paused: isPaused, by, why }: Extract<DismissCommand, { action: 'pause' }>,
  { caller, now }: Context,
): PullRequestItem {
  return { ...pullRequest, paused: isPaused ? { by, why, at: now, trust: caller.trust } : null };
}

function dismissed(
  pullRequest: PullRequestItem,
  { findingId, by, why, dismissed: isDismissed }: Extract<DismissCommand, { action: 'finding' }>,
  { caller, now }: Context,
): PullRequestItem {
  const others = pullRequest.dismissals.filter((dismissal) => dismissal.findingId !== findingId);
  const added: StoredDismissal = { findingId, by, why, at: now, trust: caller.trust };
  return { ...pullRequest, dismissals: isDismissed ? [...others, added] : others };
}
