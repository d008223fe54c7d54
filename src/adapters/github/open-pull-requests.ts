import * as z from 'zod';
import { CommitSha, PullRequestNumber, RepositoryId, RepositoryName } from '../../core/ids.ts';
import type { ListedPullRequest } from '../../core/pull-request.ts';
import type { OpenPullRequests } from '../../ports/open-pull-requests.ts';
import { HostFault } from '../../ports/pull-requests.ts';
import { createClient, type GitHubAccess, type GitHubClient } from './client.ts';
import { hostFault } from './faults.ts';
import { ownerAndName } from './read-pull-request.ts';

const PER_PAGE = 100;

const Listed = z.array(
  z.object({
    number: PullRequestNumber,
    draft: z.boolean().default(false),
    html_url: z.string(),
    user: z.object({ login: z.string() }).nullable(),
    labels: z.array(z.object({ name: z.string().nullish() })),
    head: z.object({ sha: CommitSha, repo: z.object({ id: RepositoryId }).nullish() }),
    base: z.object({ ref: z.string(), repo: z.object({ id: RepositoryId, full_name: RepositoryName }) }),
  }),
);

/** Calls: `list` one per hundred, `ofBranch` one. Faults are `HostFault`s. */
export function createGitHubOpenPullRequests(access: GitHubAccess): OpenPullRequests {
  const octokit = createClient(access);
  return {
    async list(repository, most) {
      const pulls: ListedPullRequest[] = [];
      for (let page = 1; pulls.length <= most; page += 1) {
        const found = await listPage(octokit, repository, { page });
        // What changes while the pages are read comes up twice.
        pulls.push(...found.filter(({ key }) => !pulls.some((other) => other.key.number === key.number)));
        if (found.length < PER_PAGE) return { pulls: pulls.slice(0, most), complete: pulls.length <= most };
        if (pulls.length >= most) break;
      }
      return { pulls: pulls.slice(0, most), complete: false };
    },
    ofBranch: (repository, owner, branch) => listPage(octokit, repository, { page: 1, head: `${owner}:${branch}` }),
  };
}

async function listPage(
  octokit: GitHubClient,
  repository: RepositoryName,
  which: { page: number; head?: string },
): Promise<ListedPullRequest[]> {
  const doing = { what: `list the open pull requests of ${repository}`, permission: 'pull-requests: read' };
  try {
    const { data } = await octokit.rest.pulls.list({
      ...ownerAndName(repository),
      ...which,
      state: 'open',
      sort: 'updated',
      direction: 'desc',
      per_page: PER_PAGE,
    });
    const listed = Listed.safeParse(data);
    if (listed.success) return listed.data.map(asListed);
    throw new HostFault(`GitHub's answer when asked to ${doing.what} makes no sense: ${z.prettifyError(listed.error)}`);
  } catch (error) {
    throw hostFault(error, doing);
  }
}

function asListed({
  number,
  draft,
  html_url,
  user,
  labels,
  head,
  base,
}: z.infer<typeof Listed>[number]): ListedPullRequest {
  return {
    key: { repository: base.repo.full_name, repositoryId: base.repo.id, number },
    headSha: head.sha,
    headRepositoryId: head.repo?.id ?? null,
    baseRef: base.ref,
    draft,
    author: user?.login ?? 'ghost',
    labels: labels.flatMap(({ name }) => name ?? []),
    fromFork: head.repo?.id !== base.repo.id,
    url: html_url,
  };
}
