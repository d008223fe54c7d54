import { expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isolatedGitEnvironment, runGit } from '../support/git/git-process.ts';
import { GitRepository } from '../support/git/git-repository.ts';
import { runEnvironment } from '../support/github/runner/run-environment.ts';
import { openShop } from './shop.ts';

test('git is served to who holds a token: heads and merges of pull requests, in part', async () => {
  await using shop = await openShop();
  const { github, repository, pull } = shop;
  const folder = await mkdtemp(join(tmpdir(), 'pushback-clone-'));
  try {
    const git = (...args: string[]): ReturnType<typeof runGit> =>
      runGit(args, { cwd: folder, env: isolatedGitEnvironment(folder) });
    await git('init', '-q', '--bare', '.');
    const url = `${github.url}/acme/shop.git`;
    const fetchWith = (token: string, what: string): ReturnType<typeof runGit> => {
      const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
      return git(
        '-c',
        `http.extraHeader=Authorization: Basic ${basic}`,
        'fetch',
        '-q',
        '--depth=1',
        '--filter=blob:none',
        url,
        what,
      );
    };
    const token = github.issueToken({ repository });
    expect((await fetchWith('wrong', pull.head.sha)).code).toBe(128);
    expect((await fetchWith(token, pull.head.sha)).code).toBe(0);
    expect((await fetchWith(token, 'refs/pull/1/merge')).code).toBe(0);
    expect((await git('cat-file', '-t', pull.mergeCommitSha ?? '')).stdout.toString()).toBe('commit\n');
    expect(new Set(github.calls.map((call) => call.operation))).toEqual(new Set(['git']));
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a pull request from a fork: its commits come along, its runs get little', async () => {
  await using shop = await openShop();
  await using fork = await GitRepository.create();
  const { github, git, repository } = shop;
  await fork.git('fetch', '-q', git.folder, 'main');
  await fork.checkout('patch', 'FETCH_HEAD');
  const head = await fork.commit('from outside', { 'c.txt': 'c\n' });
  const headRepository = await github.createRepository({ owner: 'eve', name: 'shop', dir: fork.folder });
  const pull = await github.people.openPullRequest({ repository, headRepository, head: 'patch', author: 'eve' });
  expect(await git.head('refs/pull/2/head')).toBe(head);
  await using run = await runEnvironment(github, { repository, pull, name: 'pull_request', action: 'opened' });
  expect(run.payload).toMatchObject({
    pull_request: { head: { label: 'eve:patch', repo: { full_name: 'eve/shop' } } },
  });
  expect(run.env['ACTIONS_ID_TOKEN_REQUEST_URL']).toBeUndefined();
  expect(github.world.tokens.get(run.token)?.permissions).toEqual({
    contents: 'read',
    'pull-requests': 'read',
    checks: 'read',
  });
});
