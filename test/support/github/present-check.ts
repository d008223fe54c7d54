import { timestamp } from './clock.ts';
import { api, type Json, presentAccount } from './present-repository.ts';
import { accountOf, type Annotation, type CheckRun, fullName, type World } from './state.ts';

const GITHUB_ACTIONS_APP = 15_368;

export function presentCheck(world: World, check: CheckRun): Json {
  const { repository } = check;
  const repositoryUrl = api(world, `/repos/${fullName(repository)}`);
  const url = `${repositoryUrl}/check-runs/${check.id}`;
  const page = `${world.url}/${fullName(repository)}/runs/${check.id}`;
  const pulls = [...repository.pulls.values()].filter(
    (pull) => pull.state === 'open' && pull.head.sha === check.headSha,
  );
  return {
    id: check.id,
    name: check.name,
    node_id: check.nodeId,
    head_sha: check.headSha,
    external_id: check.externalId,
    url,
    html_url: page,
    details_url: check.detailsUrl ?? page,
    status: check.status,
    conclusion: check.conclusion,
    started_at: timestamp(check.startedAt),
    completed_at: check.completedAt === null ? null : timestamp(check.completedAt),
    output: {
      title: check.output.title,
      summary: check.output.summary,
      text: check.output.text,
      annotations_count: check.output.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: repository.id },
    app: presentActionsApp(world),
    pull_requests: pulls.map((pull) => ({
      id: pull.id,
      number: pull.number,
      url: `${repositoryUrl}/pulls/${pull.number}`,
      head: {
        ref: pull.head.ref,
        sha: pull.head.sha,
        repo: {
          id: pull.head.repository.id,
          url: api(world, `/repos/${fullName(pull.head.repository)}`),
          name: pull.head.repository.name,
        },
      },
      base: {
        ref: pull.base.ref,
        sha: pull.base.sha,
        repo: { id: repository.id, url: repositoryUrl, name: repository.name },
      },
    })),
  };
}

export function presentAnnotation(world: World, check: CheckRun, annotation: Annotation): Json {
  return {
    path: annotation.path,
    blob_href: `${world.url}/${fullName(check.repository)}/blob/${check.headSha}/${annotation.path}`,
    start_line: annotation.start_line,
    start_column: annotation.start_column ?? null,
    end_line: annotation.end_line,
    end_column: annotation.end_column ?? null,
    annotation_level: annotation.annotation_level,
    title: annotation.title ?? null,
    message: annotation.message,
    raw_details: annotation.raw_details ?? null,
  };
}

function presentActionsApp(world: World): Json {
  return {
    id: GITHUB_ACTIONS_APP,
    slug: 'github-actions',
    node_id: 'MDM6QXBwMTUzNjg=',
    owner: presentAccount(world, accountOf(world, 'github', 'Organization')),
    name: 'GitHub Actions',
    description: 'Automate your workflow from idea to production',
    external_url: 'https://help.github.com/en/actions',
    html_url: `${world.url}/apps/github-actions`,
    created_at: '2018-07-30T09:30:17Z',
    updated_at: '2024-04-10T20:33:16Z',
    permissions: { checks: 'write', contents: 'write', metadata: 'read', pull_requests: 'write' },
    events: ['check_run', 'pull_request', 'push'],
  };
}
