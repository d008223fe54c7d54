import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startEndpoint } from '../../lambda/serve.ts';
import type { EndpointEvent } from '../../lambda/log.ts';
import { dynamoDbLocalClient, startDynamoDbLocal } from '../../src/adapters/dynamodb-local/server.ts';
import { createGitHubPullRequests } from '../../src/adapters/github/pull-requests.ts';
import { createGitHubStickyComments } from '../../src/adapters/github/sticky-comment.ts';
import { createDynamoDbLedger } from '../../src/adapters/ledger-dynamodb/ledger.ts';
import { tableDefinition } from '../../src/adapters/ledger-dynamodb/table.ts';
import { createCommentLedger } from '../../src/adapters/ledger-snapshot/comment-ledger.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { OwnerId } from '../../src/core/ids.ts';
import type { Ledger } from '../../src/ports/ledger.ts';
import { silentLog } from './silent-log.ts';
import { GitRepository } from './git/git-repository.ts';
import { startGitHub, type GitHub } from './github/start-github.ts';
import type { Repo } from './github/state.ts';

/** One organisation with one repository, on GitHub's stand-in, and a ledger. */
export type ReviewedWorld = AsyncDisposable & {
  github: GitHub;
  repository: Repo;
  /** The repository's own git, where people commit. */
  git: GitRepository;
  /** The ledger read as the owner, for looking. */
  ledger: Ledger;
  /** The action's inputs that point it at this ledger. */
  inputs: Record<string, string>;
};

/** With the deployed endpoint over DynamoDB Local. */
export type DeployedWorld = ReviewedWorld & {
  endpoint: string;
  audience: string;
  table: string;
  client: DynamoDBClient;
  databaseEndpoint: string;
  events: EndpointEvent[];
};

type Place = {
  /** What `main` holds at first. */
  files: Parameters<GitRepository['commit']>[1];
  owner?: string;
  name?: string;
  port?: number;
};

const AUDIENCE = 'https://pushback.example';

async function startGitHubWith(options: Place): Promise<AsyncDisposable & Omit<ReviewedWorld, 'ledger' | 'inputs'>> {
  const stack = new AsyncDisposableStack();
  try {
    const git = stack.use(await GitRepository.create());
    await git.commit('Start the shop', options.files);
    const github = stack.use(await startGitHub(options.port === undefined ? {} : { port: options.port }));
    const repository = await github.createRepository({
      owner: options.owner ?? 'acme',
      name: options.name ?? 'shop',
      dir: git.folder,
      protectedBranches: ['main'],
    });
    return { git, github, repository, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

/** With neither endpoint nor table: the ledger lies in the pull request's own comment. */
export async function startCommentWorld(options: Place): Promise<ReviewedWorld> {
  const place = await startGitHubWith(options);
  const { github, repository } = place;
  const access = {
    token: github.issueToken({ repository }),
    apiUrl: github.apiUrl,
    clock: systemClock,
    log: silentLog,
    random: () => 0,
  };
  const caller = {
    ownerId: OwnerId.parse(String(repository.owner.id)),
    workflowRun: null,
    trust: 'contributor',
  } as const;
  const open = (): Ledger =>
    createCommentLedger({
      pullRequests: createGitHubPullRequests(access),
      openComment: createGitHubStickyComments(access),
      clock: systemClock,
      runUrl: null,
    }).ledgerFor(caller);
  // What one ledger has read it knows; whoever looks from outside looks anew.
  const ledger: Ledger = { ...open(), previous: (query) => open().previous(query) };
  return { ...place, ledger, inputs: {} };
}

export async function startWorld(
  options: Place & {
    /** A DynamoDB Local that runs already; without it the world starts its own. */
    databaseEndpoint?: string;
  },
): Promise<DeployedWorld> {
  const stack = new AsyncDisposableStack();
  try {
    const { git, github, repository } = stack.use(await startGitHubWith(options));
    const databaseEndpoint = options.databaseEndpoint ?? stack.use(await startDynamoDbLocal()).endpoint;
    const client = dynamoDbLocalClient(databaseEndpoint);
    stack.defer(() => client.destroy());
    const table = `pushback-${process.pid}-${git.folder.replaceAll(/[^A-Za-z0-9]/gu, '').slice(-12)}`;
    await client.send(new CreateTableCommand({ ...tableDefinition, TableName: table }));

    const ledgerFor = createDynamoDbLedger({ client, tableName: table, clock: systemClock });
    const ownerId = OwnerId.parse(String(repository.owner.id));
    const events: EndpointEvent[] = [];
    const endpoint = await startEndpoint({
      port: 0,
      ledgerFor,
      auth: {
        kind: 'tokens',
        issuer: {
          issuer: github.oidc.issuer,
          jwksUrl: new URL(`${github.oidc.issuer}/.well-known/jwks`),
          audience: AUDIENCE,
        },
        policy: { owners: [ownerId], repositoryGroups: [], pinnedWorkflows: [], refs: [], environments: [] },
      },
      clock: systemClock,
      log: (event) => void events.push(event),
    });
    stack.defer(() => endpoint.close());
    return {
      github,
      repository,
      git,
      endpoint: endpoint.url,
      audience: AUDIENCE,
      table,
      client,
      databaseEndpoint,
      ledger: ledgerFor({ ownerId, workflowRun: null, trust: 'contributor' }),
      events,
      inputs: { endpoint: endpoint.url, audience: AUDIENCE },
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}
