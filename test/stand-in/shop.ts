import { getOctokit } from '@actions/github';
import { GitRepository } from '../support/git/git-repository.ts';
import { type GitHub, startGitHub } from '../support/github/start-github.ts';
import type { Permissions, Pull, Repo } from '../support/github/state.ts';

/** A repository with one open pull request, on a GitHub of its own. */
export type Shop = AsyncDisposable & {
  github: GitHub;
  git: GitRepository;
  repository: Repo;
  pull: Pull;
  repo: { owner: string; repo: string };
  at: { owner: string; repo: string; pull_number: number };
  issue: { owner: string; repo: string; issue_number: number };
  octokit: ReturnType<typeof getOctokit>;
  as: (permissions: Permissions) => ReturnType<typeof getOctokit>;
};

export const numbered = (count: number): string =>
  Array.from({ length: count }, (_, at) => `line ${at + 1}\n`).join('');

export async function openShop(): Promise<Shop> {
  const git = await GitRepository.create();
  await git.commit('base', { 'a.txt': numbered(40), 'b.txt': 'b\n' });
  await git.checkout('topic', 'main');
  await git.commit('change', {
    'a.txt': numbered(40).replace('line 20\n', 'line twenty\nline more\n'),
    'new.txt': 'one\ntwo\n',
  });
  const github = await startGitHub();
  const repository = await github.createRepository({
    owner: 'acme',
    name: 'shop',
    dir: git.folder,
    collaborators: { ada: 'write' },
  });
  const pull = await github.people.openPullRequest({
    repository,
    head: 'topic',
    title: 'Change',
    body: 'why',
    author: 'ada',
  });
  const as = (permissions?: Permissions): ReturnType<typeof getOctokit> =>
    getOctokit(github.issueToken({ repository, ...(permissions === undefined ? {} : { permissions }) }), {
      baseUrl: github.apiUrl,
    });
  return {
    github,
    git,
    repository,
    pull,
    repo: { owner: 'acme', repo: 'shop' },
    at: { owner: 'acme', repo: 'shop', pull_number: 1 },
    issue: { owner: 'acme', repo: 'shop', issue_number: 1 },
    octokit: as(),
    as,
    async [Symbol.asyncDispose]() {
      await github.close();
      await git[Symbol.asyncDispose]();
    },
  };
}
