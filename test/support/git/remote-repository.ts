import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRepository, type OpenRepositoryOptions } from '../../../src/adapters/git/open-repository.ts';
import type { Repository } from '../../../src/ports/repository.ts';
import { GitRepository } from './git-repository.ts';
import { startGitServer, type GitServer, type GitServerOptions } from './git-server.ts';

export const TEST_TOKEN = 'ghs_secretOfTheTests';

/** A repository, a server over it that asks for a token, and our own repository that fetches from there. */
export type RemoteRepository = AsyncDisposable & {
  git: GitRepository;
  server: GitServer;
  repository: Repository;
  /** Under which our own repository lives. */
  workFolder: string;
};

export async function remoteRepository(
  options: {
    server?: Partial<GitServerOptions>;
    repository?: Partial<OpenRepositoryOptions>;
    git?: GitRepository;
  } = {},
): Promise<RemoteRepository> {
  const workFolder = await mkdtemp(join(tmpdir(), 'pushback-work-'));
  const git = options.git ?? (await GitRepository.create());
  const repositories = { 'acme/shop': join(git.folder, '.git') };
  const server = await startGitServer({ repositories, token: TEST_TOKEN, ...options.server });
  const remoteUrl = `${server.url}/acme/shop.git`;
  const repository = await openRepository({ remoteUrl, token: TEST_TOKEN, workFolder, ...options.repository });
  return {
    git,
    server,
    repository,
    workFolder,
    async [Symbol.asyncDispose]() {
      await repository[Symbol.asyncDispose]();
      await server.close();
      await git[Symbol.asyncDispose]();
      await rm(workFolder, { recursive: true, force: true });
    },
  };
}
