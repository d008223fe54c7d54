import { randomBytes } from 'node:crypto';
import { createClock, type SteerableClock } from './clock.ts';
import type { Call, Faults } from './faults.ts';
import { follow } from './follow.ts';
import { Git } from './git.ts';
import type { Oidc } from './oidc.ts';
import { renderPage, type Theme } from './page/render-page.ts';
import { createPeople, type People } from './people.ts';
import { type CallListener, startServer } from './server.ts';
import {
  accountOf,
  actionsBot,
  type CollaboratorPermission,
  fullName,
  nextId,
  type Permissions,
  type Repo,
  type World,
} from './state.ts';

/** One GitHub of one's own: API, git, OIDC and pages on one port of loopback. */
export type GitHub = AsyncDisposable & {
  url: string;
  apiUrl: string;
  graphqlUrl: string;
  clock: SteerableClock;
  oidc: Oidc;
  people: People;
  faults: Faults;
  /** Every call so far, pages apart, in the order in which they arrived. */
  calls: Call[];
  /** What was asked, or answered, against GitHub's own description. Empty after every good test. */
  violations: string[];
  world: World;
  createRepository(wanted: NewRepository): Promise<Repo>;
  issueToken(wanted: NewToken): string;
  /** Brings pull requests in line with the branches; every call does so by itself. */
  sync(): Promise<void>;
  callsOf(runId: string): Call[];
  /** Until the returned function is called, tells of every call when it arrives and when it was answered. */
  onCall(listener: CallListener): () => void;
  renderPage(repository: Repo, number: number, options?: { theme?: Theme }): Promise<string>;
  close(): Promise<void>;
};

export type NewRepository = {
  owner: string;
  name: string;
  /** A git repository, bare or with a checkout. Its branches are the repository's. */
  dir: string;
  private?: boolean;
  defaultBranch?: string;
  protectedBranches?: string[];
  collaborators?: Record<string, CollaboratorPermission>;
  actionsMayApprove?: boolean;
};

export type NewToken = {
  repository: Repo;
  permissions?: Permissions;
  /** A person's login; `github-actions[bot]` where none is given. */
  login?: string;
  runId?: string;
};

/** What a workflow gives Pushback where it follows the documentation. */
export const usualPermissions: Permissions = {
  contents: 'read',
  'pull-requests': 'write',
  checks: 'write',
  'id-token': 'write',
};

export async function startGitHub(options: { clock?: SteerableClock; port?: number } = {}): Promise<GitHub> {
  const clock = options.clock ?? createClock();
  const server = await startServer(clock, options.port ?? 0);
  const { world } = server;
  return {
    url: world.url,
    apiUrl: `${world.url}/api/v3`,
    graphqlUrl: `${world.url}/api/graphql`,
    clock,
    oidc: server.oidc,
    people: createPeople(world),
    faults: server.faults,
    calls: server.calls,
    violations: server.violations,
    world,
    createRepository: (wanted) => createRepository(world, server.repositories, wanted),
    issueToken: (wanted) => issueToken(world, wanted),
    sync: async () => void (await Promise.all(world.repositories.map((repository) => follow(world, repository)))),
    callsOf: (runId) => server.calls.filter((call) => call.run === runId),
    onCall: (listener) => {
      server.listeners.add(listener);
      return () => void server.listeners.delete(listener);
    },
    renderPage: async (repository, number, { theme = 'auto' } = {}) => {
      await follow(world, repository);
      return renderPage(world, repository, number, { theme });
    },
    close: () => server.close(),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

async function createRepository(world: World, served: Record<string, string>, wanted: NewRepository): Promise<Repo> {
  const git = await Git.open(wanted.dir);
  const collaborators = Object.entries(wanted.collaborators ?? {}).map(
    ([login, held]) => [login.toLowerCase(), held] as const,
  );
  for (const login of Object.keys(wanted.collaborators ?? {})) accountOf(world, login);
  const repository: Repo = {
    id: nextId(world),
    owner: accountOf(world, wanted.owner, 'Organization'),
    name: wanted.name,
    private: wanted.private ?? true,
    defaultBranch: wanted.defaultBranch ?? 'main',
    protectedBranches: new Set(wanted.protectedBranches),
    collaborators: new Map(collaborators),
    actionsMayApprove: wanted.actionsMayApprove ?? false,
    createdAt: world.clock.now(),
    git,
    pulls: new Map(),
    checks: [],
    lastNumber: 0,
  };
  world.repositories.push(repository);
  served[fullName(repository)] = git.folder;
  return repository;
}

function issueToken(world: World, { repository, permissions = usualPermissions, login, runId }: NewToken): string {
  const value = `ghs_${randomBytes(18).toString('hex')}`;
  const account = login === undefined ? actionsBot : accountOf(world, login);
  const kind = login === undefined ? 'actions' : 'user';
  world.tokens.set(value, { value, account, kind, repository, permissions, run: runId ?? null });
  return value;
}
