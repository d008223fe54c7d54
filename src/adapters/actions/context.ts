import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { CommitSha, OwnerId, RepositoryId, RepositoryName } from '../../core/ids.ts';

/** Where and why the action runs, from the runner's environment. */
export type ActionContext = {
  eventName: string;
  /** GitHub's event payload, unchecked. */
  payload: unknown;
  repository: RepositoryName;
  repositoryId: RepositoryId;
  ownerId: OwnerId;
  /** What `actions/checkout` checks out without being told otherwise: on `pull_request` the merge commit. */
  sha: CommitSha;
  refProtected: boolean;
  workflowRun: { id: string; attempt: number };
  /** Page of this attempt. */
  runUrl: string;
  apiUrl: string;
  graphqlUrl: string;
  serverUrl: string;
  tempFolder: string;
  workspace: string;
};

const Environment = z.object({
  GITHUB_EVENT_NAME: z.string().min(1),
  GITHUB_EVENT_PATH: z.string().optional(),
  GITHUB_REPOSITORY: RepositoryName,
  GITHUB_REPOSITORY_ID: z.coerce.number().pipe(RepositoryId),
  GITHUB_REPOSITORY_OWNER_ID: OwnerId,
  GITHUB_SHA: CommitSha,
  GITHUB_REF_PROTECTED: z.string().optional(),
  GITHUB_RUN_ID: z.string().regex(/^[0-9]+$/),
  GITHUB_RUN_ATTEMPT: z.coerce.number().int().positive(),
  GITHUB_API_URL: z.url(),
  GITHUB_GRAPHQL_URL: z.url(),
  GITHUB_SERVER_URL: z.url(),
  RUNNER_TEMP: z.string().min(1),
  GITHUB_WORKSPACE: z.string().optional(),
});

/** The environment is not a workflow's: names every variable at fault. */
export class NotInAWorkflow extends Error {
  override readonly name = 'NotInAWorkflow';
}

export async function readActionContext(env: NodeJS.ProcessEnv): Promise<ActionContext> {
  const parsed = Environment.safeParse(env);
  if (!parsed.success) {
    const names = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.')))];
    throw new NotInAWorkflow(
      `this is not a GitHub Actions job: ${names.join(', ')} missing or wrong in the environment`,
    );
  }
  const variables = parsed.data;
  const attempt = variables.GITHUB_RUN_ATTEMPT;
  return {
    eventName: variables.GITHUB_EVENT_NAME,
    payload: await readPayload(variables.GITHUB_EVENT_PATH),
    repository: variables.GITHUB_REPOSITORY,
    repositoryId: variables.GITHUB_REPOSITORY_ID,
    ownerId: variables.GITHUB_REPOSITORY_OWNER_ID,
    sha: variables.GITHUB_SHA,
    refProtected: variables.GITHUB_REF_PROTECTED === 'true',
    workflowRun: { id: variables.GITHUB_RUN_ID, attempt },
    runUrl: `${variables.GITHUB_SERVER_URL}/${variables.GITHUB_REPOSITORY}/actions/runs/${variables.GITHUB_RUN_ID}/attempts/${attempt}`,
    apiUrl: variables.GITHUB_API_URL,
    graphqlUrl: variables.GITHUB_GRAPHQL_URL,
    serverUrl: variables.GITHUB_SERVER_URL,
    tempFolder: variables.RUNNER_TEMP,
    workspace: variables.GITHUB_WORKSPACE ?? process.cwd(),
  };
}

/** A payload that can't be read is no reason to stop where the inputs name the PRs: it reads as empty. */
async function readPayload(path: string | undefined): Promise<unknown> {
  if (path === undefined || path === '') return {};
  try {
    return JSON.parse(await readFile(path, 'utf8')) as unknown;
  } catch {
    return {};
  }
}
