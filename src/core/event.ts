import * as z from 'zod';
import { PullRequestNumber, RepositoryName } from './ids.ts';

/** A pull request as configuration names it. */
export type NamedPullRequest = { repository: RepositoryName; number: PullRequestNumber };

export type EventTargets =
  | { outcome: 'review'; pullRequests: NamedPullRequest[] }
  /** Nothing to do, and nothing wrong: said once in the log. */
  | { outcome: 'ignored'; why: string }
  /** The workflow triggers us in a way that can't work. */
  | { outcome: 'unsupported'; why: string };

/** Actions of `pull_request` after which there may be something new to review. */
const REVIEWED_ACTIONS = new Set(['opened', 'synchronize', 'reopened', 'ready_for_review']);

/** Only what is used of GitHub's payload; the rest is GitHub's business. */
const PullRequestEvent = z.object({
  action: z.string(),
  pull_request: z.object({ number: PullRequestNumber }),
  repository: z.object({ full_name: RepositoryName }),
  changes: z.object({ base: z.unknown().optional() }).optional(),
});

/**
 * Which PRs an event is about. `named` (the input `pull-requests`) outranks the event's own.
 * @param payload GitHub's event payload, as parsed from JSON; not trusted to have any shape.
 */
export function targetsOf(eventName: string, payload: unknown, named: readonly NamedPullRequest[]): EventTargets {
  if (named.length > 0) return { outcome: 'review', pullRequests: [...named] };
  switch (eventName) {
    case 'pull_request':
    case 'pull_request_target':
      return targetsOfPullRequest(payload);
    default:
      return {
        outcome: 'unsupported',
        why: `the event ${eventName} names no pull request: set the input pull-requests, or run on pull_request`,
      };
  }
}

function targetsOfPullRequest(payload: unknown): EventTargets {
  const event = PullRequestEvent.safeParse(payload);
  if (!event.success) {
    const fields = event.error.issues.map((issue) => issue.path.join('.') || '(root)').join(', ');
    return { outcome: 'unsupported', why: `the event's payload is not a pull request's: ${fields} missing or wrong` };
  }
  const { action, changes, pull_request, repository } = event.data;
  const baseChanged = action === 'edited' && changes?.base !== undefined;
  if (!REVIEWED_ACTIONS.has(action) && !baseChanged) {
    return { outcome: 'ignored', why: `"${action}" changes nothing that is reviewed` };
  }
  return { outcome: 'review', pullRequests: [{ repository: repository.full_name, number: pull_request.number }] };
}
