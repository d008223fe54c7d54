import { presentLabel, presentPull, pullPage } from '../present-pull.ts';
import { presentIssueComment, presentReview, presentReviewComment } from '../present-remarks.ts';
import { api, type Json, presentAccount, presentFullRepository } from '../present-repository.ts';
import {
  accountOf,
  fullName,
  type IssueComment,
  type Pull,
  type Repo,
  type Review,
  type ReviewComment,
  type World,
} from '../state.ts';

export type EventName =
  | 'pull_request'
  | 'pull_request_target'
  | 'pull_request_review'
  | 'pull_request_review_comment'
  | 'issue_comment'
  | 'merge_group'
  | 'workflow_dispatch'
  | 'repository_dispatch'
  | 'schedule'
  | 'workflow_run'
  | 'push';

export type Event = {
  name: EventName;
  action?: string;
  pull?: Pull;
  comment?: IssueComment | ReviewComment;
  review?: Review;
  /** Login of whoever caused it; the pull request's author where none is given. */
  sender?: string;
  /** Laid over the payload: what this event carries that state does not know. */
  more?: Json;
};

/** What the file at `GITHUB_EVENT_PATH` holds. */
export async function eventPayload(world: World, repository: Repo, event: Event): Promise<Json> {
  const { name, pull, comment, review } = event;
  const sender = accountOf(world, event.sender ?? pull?.author.login ?? repository.owner.login);
  const common: Json = {
    ...(event.action === undefined ? {} : { action: event.action }),
    repository: presentFullRepository(world, repository),
    ...(repository.owner.type === 'Organization' ? { organization: presentOrganization(world, repository) } : {}),
    sender: presentAccount(world, sender),
  };
  const about: Json = {};
  if (pull !== undefined && name.startsWith('pull_request')) {
    Object.assign(about, { number: pull.number, pull_request: await presentPull(world, pull) });
    if (event.action === 'synchronize') Object.assign(about, lastPush(pull));
  }
  if (pull !== undefined && name === 'issue_comment') Object.assign(about, { issue: presentIssue(world, pull) });
  if (comment?.kind === 'issue-comment') Object.assign(about, { comment: presentIssueComment(world, comment) });
  if (comment?.kind === 'review-comment') Object.assign(about, { comment: await presentReviewComment(world, comment) });
  if (review !== undefined) Object.assign(about, { review: presentReview(world, review) });
  if (name === 'merge_group' && pull !== undefined) Object.assign(about, { merge_group: mergeGroup(pull) });
  Object.assign(about, ofNoPullRequest(world, repository, event));
  return { ...common, ...about, ...event.more };
}

function lastPush(pull: Pull): Json {
  const push = pull.timeline.findLast((event) => event.kind === 'pushed');
  return push?.kind === 'pushed' ? { before: push.before, after: push.after } : {};
}

/** The branch that a merge queue makes; its head is the queue's merge of the pull request into the base. */
export function mergeGroupRef(pull: Pull): string {
  return `refs/heads/gh-readonly-queue/${pull.base.ref}/pr-${pull.number}-${pull.base.tip}`;
}

function mergeGroup(pull: Pull): Json {
  return {
    head_sha: pull.mergeCommitSha ?? pull.head.sha,
    head_ref: mergeGroupRef(pull),
    base_sha: pull.base.tip,
    base_ref: `refs/heads/${pull.base.ref}`,
  };
}

/** What events carry that are about no pull request by themselves. */
function ofNoPullRequest(world: World, { defaultBranch }: Repo, { name, pull }: Event): Json {
  switch (name) {
    case 'workflow_run':
      return pull === undefined ? {} : { workflow_run: workflowRun(world, pull) };
    case 'repository_dispatch':
      return { branch: defaultBranch, client_payload: {} };
    case 'schedule':
      return { schedule: '17 3 * * *' };
    case 'workflow_dispatch':
      return { inputs: null, ref: `refs/heads/${defaultBranch}` };
    default:
      return {};
  }
}

/** What a workflow on `pull_request` was run for. GitHub's own list of pull requests is empty where they come from forks. */
function workflowRun(world: World, pull: Pull): Json {
  const own = pull.head.repository === pull.repository;
  return {
    event: 'pull_request',
    status: 'completed',
    conclusion: 'success',
    head_branch: pull.head.ref,
    head_sha: pull.head.sha,
    head_repository: presentFullRepository(world, pull.head.repository),
    pull_requests: own ? [{ number: pull.number, head: { sha: pull.head.sha, ref: pull.head.ref } }] : [],
  };
}

function presentOrganization(world: World, repository: Repo): Json {
  const { login, id, node_id, avatar_url } = presentAccount(world, repository.owner);
  return { login, id, node_id, avatar_url, url: api(world, `/orgs/${String(login)}`) };
}

function presentIssue(world: World, pull: Pull): Json {
  const url = api(world, `/repos/${fullName(pull.repository)}/issues/${pull.number}`);
  const html = pullPage(world, pull);
  return {
    id: pull.id,
    node_id: pull.nodeId,
    number: pull.number,
    url,
    html_url: html,
    title: pull.title,
    body: pull.body,
    state: pull.state,
    locked: pull.locked,
    draft: pull.draft,
    user: presentAccount(world, pull.author),
    labels: pull.labels.map((label) => presentLabel(world, pull.repository, label)),
    comments: pull.comments.length,
    pull_request: {
      url: api(world, `/repos/${fullName(pull.repository)}/pulls/${pull.number}`),
      html_url: html,
      diff_url: `${html}.diff`,
      patch_url: `${html}.patch`,
      merged_at: pull.mergedAt?.toISOString() ?? null,
    },
  };
}
