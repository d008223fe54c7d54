import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { isolatedGitEnvironment, runGit } from '../../support/git/git-process.ts';
import { GitRepository } from '../../support/git/git-repository.ts';
import { startGitServer } from '../../support/git/git-server.ts';

async function clientFolder(): Promise<AsyncDisposable & { git(...args: string[]): ReturnType<typeof runGit> }> {
  const folder = await mkdtemp(join(tmpdir(), 'pushback-client-'));
  const env = isolatedGitEnvironment(folder);
  await runGit(['init', '-q', '--bare'], { cwd: folder, env });
  return {
    git: (...args) => runGit(args, { cwd: folder, env }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

describe('the git server of the tests', () => {
  test('serves commits by SHA, without blobs, and the heads of pull requests', async () => {
    await using repository = await GitRepository.create();
    const first = await repository.commit('one', { 'a.txt': 'one\n' });
    const second = await repository.commit('two', { 'a.txt': 'two\n' });
    await repository.setPullRequestHead(7, second);
    await using server = await startGitServer({ repositories: { 'acme/shop': repository.folder + '/.git' } });
    await using client = await clientFolder();

    const url = `${server.url}/acme/shop.git`;
    const fetched = await client.git('fetch', '-q', '--depth=1', '--filter=blob:none', url, first);
    expect(fetched).toMatchObject({ code: 0 });
    const refs = await client.git('ls-remote', url, 'refs/pull/7/head');
    expect(refs.stdout.toString()).toBe(`${second}\trefs/pull/7/head\n`);
    expect(server.requests.filter((request) => request.command === 'fetch')).toMatchObject([
      { repository: 'acme/shop', wants: [first], filter: 'blob:none', depth: 1, status: 200 },
    ]);
  });

  test('refuses without its token, and takes it as the password of basic authentication', async () => {
    await using repository = await GitRepository.create();
    await repository.commit('one', { 'a.txt': 'one\n' });
    await using server = await startGitServer({
      repositories: { 'acme/shop': repository.folder + '/.git' },
      token: 't0',
    });
    await using client = await clientFolder();

    const url = `${server.url}/acme/shop`;
    expect((await client.git('ls-remote', url)).code).not.toBe(0);
    const header = `Authorization: Basic ${Buffer.from('x-access-token:t0').toString('base64')}`;
    expect((await client.git('-c', `http.extraHeader=${header}`, 'ls-remote', url)).code).toBe(0);
    expect(new Set(server.requests.map((request) => request.authorization))).toEqual(new Set(['none', 'right']));
  });
});
