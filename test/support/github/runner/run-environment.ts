import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OidcClaims } from '../oidc.ts';
import type { GitHub } from '../start-github.ts';
import { usualPermissions } from '../start-github.ts';
import { accountOf, fullName, nextId, type Permissions, type Pull, type Repo } from '../state.ts';
import { type Event, eventPayload, mergeGroupRef } from './event-payload.ts';

export type NewRun = Event & {
  repository: Repo;
  inputs?: Record<string, string>;
  runId?: string;
  attempt?: number;
  permissions?: Permissions;
  /** File of the workflow, which its references name. */
  workflow?: string;
  /** A reusable workflow that is not the caller's own: `acme/workflows/.github/workflows/review.yml@<sha>`. */
  jobWorkflowRef?: string;
};

/** One attempt of one workflow run, as its steps see it. Its folder goes when it is disposed of. */
export type RunEnvironment = AsyncDisposable & {
  runId: string;
  attempt: number;
  token: string;
  folder: string;
  workspace: string;
  payload: Record<string, unknown>;
  env: Record<string, string>;
};

export async function runEnvironment(github: GitHub, run: NewRun): Promise<RunEnvironment> {
  await github.sync();
  const { world } = github;
  const runId = run.runId ?? String(nextId(world));
  const attempt = run.attempt ?? 1;
  const permissions = permissionsOf(run);
  const token = github.issueToken({ repository: run.repository, permissions, runId });
  const payload = await eventPayload(world, run.repository, run);
  const folder = await mkdtemp(join(tmpdir(), 'pushback-runner-'));
  const [workspace, temp, home] = ['workspace', 'temp', 'home'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await Promise.all([workspace, temp, home].map((each) => mkdir(each)));
  const eventPath = join(folder, 'event.json');
  await writeFile(eventPath, JSON.stringify(payload));

  const { ref, sha } = whereOf(run);
  const actor = accountOf(world, run.sender ?? run.pull?.author.login ?? run.repository.owner.login);
  const name = fullName(run.repository);
  const workflowRef = `${name}/${run.workflow ?? '.github/workflows/pushback.yml'}@${ref}`;
  const pullRefs = pullRefsOf(run);
  const refProtected = String(run.repository.protectedBranches.has(ref.replace('refs/heads/', '')));
  const common: Record<string, string> = {
    repository: name,
    repository_id: String(run.repository.id),
    repository_owner: run.repository.owner.login,
    repository_owner_id: String(run.repository.owner.id),
    ref,
    ref_type: 'branch',
    ref_protected: refProtected,
    sha,
    actor: actor.login,
    actor_id: String(actor.id),
    event_name: run.name,
    run_id: runId,
    run_attempt: String(attempt),
    run_number: '1',
    workflow: 'Pushback',
    workflow_ref: workflowRef,
    workflow_sha: sha,
    head_ref: pullRefs.head,
    base_ref: pullRefs.base,
  };
  const claims: OidcClaims = {
    ...common,
    sub: `repo:${name}:${run.name === 'pull_request' ? 'pull_request' : `ref:${ref}`}`,
    job_workflow_ref: run.jobWorkflowRef ?? workflowRef,
    job_workflow_sha: sha,
    repository_visibility: run.repository.private ? 'private' : 'public',
    runner_environment: 'github-hosted',
  };
  const env = {
    ...contextVariables(common),
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    LANG: 'C.UTF-8',
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: '__self',
    GITHUB_JOB: 'review',
    GITHUB_EVENT_PATH: eventPath,
    GITHUB_REF_NAME: ref.replace(/^refs\/(heads|pull)\//, ''),
    GITHUB_TRIGGERING_ACTOR: actor.login,
    GITHUB_RETENTION_DAYS: '90',
    GITHUB_SERVER_URL: github.url,
    GITHUB_API_URL: github.apiUrl,
    GITHUB_GRAPHQL_URL: github.graphqlUrl,
    GITHUB_WORKSPACE: workspace,
    RUNNER_TEMP: temp,
    RUNNER_TOOL_CACHE: join(folder, 'tools'),
    RUNNER_WORKSPACE: folder,
    RUNNER_OS: 'Linux',
    RUNNER_ARCH: 'X64',
    RUNNER_NAME: 'stand-in',
    RUNNER_ENVIRONMENT: 'github-hosted',
    ...(permissions['id-token'] === 'write' ? oidcVariables(github, claims) : {}),
    ...inputVariables(run.inputs ?? {}),
  };
  const dispose = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  return { runId, attempt, token, folder, workspace, payload, env, [Symbol.asyncDispose]: dispose };
}

/** Runs for a fork's pull request get a token that only reads, and no OIDC. */
function permissionsOf(run: NewRun): Permissions {
  const wanted = run.permissions ?? usualPermissions;
  const fork = run.pull !== undefined && run.pull.head.repository !== run.repository;
  if (!fork || !['pull_request', 'pull_request_review', 'pull_request_review_comment'].includes(run.name))
    return wanted;
  const names = Object.keys(wanted).filter((name) => name !== 'id-token');
  return Object.fromEntries(names.map((name) => [name, 'read'] as const));
}

/** The ref that the workflow runs for, and its commit. */
function whereOf({ name, pull, repository }: NewRun): { ref: string; sha: string } {
  const onDefault = { ref: `refs/heads/${repository.defaultBranch}`, sha: pull?.base.tip ?? '' };
  if (pull === undefined) return onDefault;
  const merge = { ref: `refs/pull/${pull.number}/merge`, sha: pull.mergeCommitSha ?? pull.head.sha };
  if (name === 'merge_group') return { ref: mergeGroupRef(pull), sha: merge.sha };
  if (name === 'pull_request_target') return { ref: `refs/heads/${pull.base.ref}`, sha: pull.base.tip };
  return name.startsWith('pull_request') ? merge : onDefault;
}

function pullRefsOf({ name, pull }: NewRun): { head: string; base: string } {
  const shown: Pull | undefined = name.startsWith('pull_request') ? pull : undefined;
  return { head: shown?.head.ref ?? '', base: shown?.base.ref ?? '' };
}

/** `repository_id` of the OIDC claims is `GITHUB_REPOSITORY_ID` in the environment, and so on. */
function contextVariables(common: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(common).map(([name, value]) => [`GITHUB_${name.toUpperCase()}`, value]));
}

function oidcVariables(github: GitHub, claims: OidcClaims): Record<string, string> {
  const bearer = randomBytes(24).toString('hex');
  return { ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer, ACTIONS_ID_TOKEN_REQUEST_URL: github.oidc.grant(bearer, claims) };
}

export function inputVariables(inputs: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value]),
  );
}
