import * as z from 'zod';
import { CommitSha, PullRequestNumber, RepositoryId, RepositoryName } from './ids.ts';
import { readPayloadList } from './inputs/payload-list.ts';
import type { HostContext } from './inputs/pull-request-list.ts';
import type { NamedPullRequest } from './pull-request.ts';

export type { NamedPullRequest } from './pull-request.ts';

/** Where the commit came from that a workflow ran on: pull requests are found by it. */
export type RunHead = {
  /** Of the workflow; the pull requests are there. */
  repository: RepositoryName;
  headRepositoryId: RepositoryId;
  headOwner: string;
  headBranch: string;
  headSha: CommitSha;
};

export type EventTargets =
  | { outcome: 'review'; pullRequests: NamedPullRequest[] }
  /** Those whose head this is. */
  | { outcome: 'head'; head: RunHead }
  /** None is named: every open one of the repository that needs a review. */
  | { outcome: 'open'; repository: RepositoryName }
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

const WorkflowRunEvent = z.object({
  repository: z.object({ full_name: RepositoryName }),
  workflow_run: z.object({
    head_sha: CommitSha,
    head_branch: z.string().min(1).max(255).nullable(),
    head_repository: z
      .object({ id: RepositoryId, owner: z.object({ login: z.string().regex(/^[\w-]{1,100}(?:\[bot\])?$/) }) })
      .nullable(),
  }),
});

/**
 * Which PRs an event is about. `named` (the input `pull-requests`) outranks the event's own.
 * @param payload GitHub's event payload, as parsed from JSON; not trusted to have any shape.
 * @param host where the workflow runs
 */
export function targetsOf(
  eventName: string,
  payload: unknown,
  named: readonly NamedPullRequest[],
  host: HostContext,
): EventTargets {
  if (named.length > 0) return { outcome: 'review', pullRequests: [...named] };
  switch (eventName) {
    case 'pull_request':
    case 'pull_request_target':
      return targetsOfPullRequest(payload);
    case 'workflow_run':
      return targetsOfWorkflowRun(payload);
    case 'repository_dispatch':
      return targetsOfDispatch(payload, host);
    case 'schedule':
    case 'workflow_dispatch':
      return { outcome: 'open', repository: host.repository };
    default:
      return {
        outcome: 'unsupported',
        why: `the event ${eventName} names no pull request: set the input pull-requests, or run on pull_request`,
      };
  }
}

function targetsOfPullRequest(payload: unknown): EventTargets {
  const event = PullRequestEvent.safeParse(payload);
  if (!event.success) return notA("pull request's", event.error);
  const { action, changes, pull_request, repository } = event.data;
  const baseChanged = action === 'edited' && changes?.base !== undefined;
  if (!REVIEWED_ACTIONS.has(action) && !baseChanged) {
    return { outcome: 'ignored', why: `"${action}" changes nothing that is reviewed` };
  }
  return { outcome: 'review', pullRequests: [{ repository: repository.full_name, number: pull_request.number }] };
}

/** The payload's own list of pull requests is empty for forks: only the head is taken from it. */
function targetsOfWorkflowRun(payload: unknown): EventTargets {
  const event = WorkflowRunEvent.safeParse(payload);
  if (!event.success) return notA("workflow run's", event.error);
  const { repository, workflow_run: run } = event.data;
  if (run.head_repository === null || run.head_branch === null) {
    return { outcome: 'ignored', why: 'the workflow ran on no branch, or the repository of its branch is gone' };
  }
  const { id, owner } = run.head_repository;
  const place = { headRepositoryId: id, headOwner: owner.login, headBranch: run.head_branch };
  return { outcome: 'head', head: { repository: repository.full_name, ...place, headSha: run.head_sha } };
}

function targetsOfDispatch(payload: unknown, host: HostContext): EventTargets {
  const read = readPayloadList(payload, host);
  switch (read.outcome) {
    case 'absent':
      return { outcome: 'open', repository: host.repository };
    case 'empty':
      return { outcome: 'ignored', why: 'client_payload.pull-requests is an empty list' };
    case 'named':
      return { outcome: 'review', pullRequests: read.pullRequests };
    case 'wrong':
      return { outcome: 'unsupported', why: read.why };
    default:
      return read satisfies never;
  }
}

function notA(kind: string, error: z.ZodError): EventTargets {
  const fields = error.issues.map((issue) => issue.path.join('.') || '(root)').join(', ');
  return { outcome: 'unsupported', why: `the event's payload is not a ${kind}: ${fields} missing or wrong` };
}
