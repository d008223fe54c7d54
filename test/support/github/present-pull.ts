import { timestamp } from './clock.ts';
import { pullDiff } from './placement.ts';
import { api, type Json, presentAccount, presentRepository } from './present-repository.ts';
import { fullName, nodeIdOf, type Pull, type Repo, reviewCommentsOf, type World } from './state.ts';

export function pullUrl(world: World, pull: Pull): string {
  return api(world, `/repos/${fullName(pull.repository)}/pulls/${pull.number}`);
}

export function pullPage(world: World, pull: Pull): string {
  return `${world.url}/${fullName(pull.repository)}/pull/${pull.number}`;
}

/** As lists of pull requests hold it. */
export function presentPullSimply(world: World, pull: Pull): Json {
  const url = pullUrl(world, pull);
  const repositoryUrl = api(world, `/repos/${fullName(pull.repository)}`);
  const issueUrl = `${repositoryUrl}/issues/${pull.number}`;
  const statusesUrl = `${repositoryUrl}/statuses/${pull.head.sha}`;
  const html = pullPage(world, pull);
  return {
    id: pull.id,
    node_id: pull.nodeId,
    number: pull.number,
    url,
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issueUrl,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${repositoryUrl}/pulls/comments{/number}`,
    comments_url: `${issueUrl}/comments`,
    statuses_url: statusesUrl,
    state: pull.state,
    locked: pull.locked,
    active_lock_reason: null,
    title: pull.title,
    user: presentAccount(world, pull.author),
    body: pull.body,
    labels: pull.labels.map((label) => presentLabel(world, pull.repository, label)),
    milestone: null,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    created_at: timestamp(pull.createdAt),
    updated_at: timestamp(pull.updatedAt),
    closed_at: pull.closedAt === null ? null : timestamp(pull.closedAt),
    merged_at: pull.mergedAt === null ? null : timestamp(pull.mergedAt),
    merge_commit_sha: pull.mergeCommitSha,
    draft: pull.draft,
    head: presentEnd(world, pull.head.repository, pull.head.ref, pull.head.sha),
    base: presentEnd(world, pull.repository, pull.base.ref, pull.base.sha),
    _links: {
      self: { href: url },
      html: { href: html },
      issue: { href: issueUrl },
      comments: { href: `${issueUrl}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: `${repositoryUrl}/pulls/comments{/number}` },
      commits: { href: `${url}/commits` },
      statuses: { href: statusesUrl },
    },
    author_association: associationOf(pull.repository, pull.author.login),
    auto_merge: null,
  };
}

/** As reading one pull request, or an event's payload, gives it. */
export async function presentPull(world: World, pull: Pull): Promise<Json> {
  const [files, commits] = await Promise.all([
    pullDiff(pull),
    pull.repository.git.commits(pull.mergeBaseSha, pull.head.sha),
  ]);
  const mergeable = pull.mergeCommitSha !== null;
  return {
    ...presentPullSimply(world, pull),
    merged: pull.mergedAt !== null,
    mergeable: pull.state === 'open' ? mergeable : null,
    rebaseable: pull.state === 'open' ? mergeable : null,
    mergeable_state: pull.draft ? 'draft' : mergeable ? 'clean' : 'dirty',
    merged_by: null,
    comments: pull.comments.length,
    review_comments: reviewCommentsOf(pull).length,
    maintainer_can_modify: false,
    commits: commits.length,
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    changed_files: files.length,
  };
}

function presentEnd(world: World, repository: Repo, ref: string, sha: string): Json {
  return {
    label: `${repository.owner.login}:${ref}`,
    ref,
    sha,
    user: presentAccount(world, repository.owner),
    repo: presentRepository(world, repository),
  };
}

export function presentLabel(world: World, repository: Repo, label: { id: number; name: string }): Json {
  return {
    id: label.id,
    node_id: nodeIdOf('LA', label.id),
    url: api(world, `/repos/${fullName(repository)}/labels/${encodeURIComponent(label.name)}`),
    name: label.name,
    color: 'ededed',
    default: false,
    description: null,
  };
}

export function associationOf(repository: Repo, login: string): string {
  if (repository.owner.login === login) return 'OWNER';
  const permission = repository.collaborators.get(login.toLowerCase()) ?? 'none';
  return permission === 'none' || permission === 'read' ? 'CONTRIBUTOR' : 'COLLABORATOR';
}
