import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { readRepositoryFile } from '../../../src/adapters/github/repository-file.ts';
import { EpochSeconds, RepositoryName } from '../../../src/core/ids.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import { HostFault } from '../../../src/ports/pull-requests.ts';
import { GitRepository, type Files } from '../../support/git/git-repository.ts';
import { effects } from '../../support/github/faults.ts';
import { startGitHub, type GitHub } from '../../support/github/start-github.ts';
import type { Permissions, Repo } from '../../support/github/state.ts';
import { silentLog } from '../../support/silent-log.ts';

const SHOP = RepositoryName.parse('acme/shop');
const PATH = '.github/pushback.yml';
const clock: Clock = {
  now: () => EpochSeconds.parse(1_790_000_000),
  monotonicMs: () => 0,
  sleep: async () => undefined,
};

type Scene = AsyncDisposable & { github: GitHub; git: GitRepository; repository: Repo };

async function shopWith(files: Files): Promise<Scene> {
  const git = await GitRepository.create();
  await git.commit('base', { 'README.md': '# Shop\n', ...files });
  const github = await startGitHub();
  const repository = await github.createRepository({ owner: 'acme', name: 'shop', dir: git.folder });
  const dispose = async (): Promise<void> => {
    await github.close();
    await git[Symbol.asyncDispose]();
  };
  return { github, git, repository, [Symbol.asyncDispose]: dispose };
}

function read(
  { github, repository }: Scene,
  permissions: Permissions = { contents: 'read' },
  path = PATH,
): Promise<string | null> {
  const token = github.issueToken({ repository, permissions });
  return textAt({ token, apiUrl: github.apiUrl }, path);
}

async function textAt(at: { token: string; apiUrl: string }, path = PATH): Promise<string | null> {
  const access = { ...at, clock, log: silentLog, random: () => 0 };
  const bytes = await readRepositoryFile(access, SHOP, path, 20);
  return bytes === null ? null : new TextDecoder().decode(bytes);
}

describe('a file of the default branch', () => {
  test('is read by one call, as it stands there and nowhere else', async () => {
    await using scene = await shopWith({ [PATH]: 'fail-on: critical\n' });
    await scene.git.checkout('elsewhere', 'main');
    await scene.git.commit('weaker', { [PATH]: 'fail-on: never\n' });
    expect(await read(scene)).toBe('fail-on: critical\n');
    expect(scene.github.calls.map(({ operation, query }) => [operation, query])).toEqual([['repos/get-content', '']]);
    expect(scene.github.violations).toEqual([]);
  });

  test('through a link; no further than may be; null where there is none', async () => {
    await using scene = await shopWith({
      [PATH]: { symlink: '../review.yml' },
      'review.yml': 'paths: src/**\n',
      'long.yml': '#'.repeat(1_000_000),
      empty: '',
    });
    expect(await read(scene)).toBe('paths: src/**\n');
    expect((await read(scene, { contents: 'read' }, 'long.yml'))?.length).toBe(21);
    expect(await read(scene, { contents: 'read' }, 'empty')).toBe('');
    expect(await read(scene, { contents: 'read' }, 'no/such file.yml')).toBeNull();
    expect(scene.github.violations).toEqual([]);
  });

  test('a folder is none', async () => {
    await using scene = await shopWith({ 'src/a.ts': 'a\n' });
    await expect(read(scene, { contents: 'read' }, 'src')).rejects.toThrow(/src of acme\/shop is no file: a folder/u);
    expect(scene.github.violations).toEqual([]);
  });
});

describe('what can not be read is a fault, never no file', () => {
  test('without the permission', async () => {
    await using scene = await shopWith({ [PATH]: 'fail-on: critical\n' });
    const fault: unknown = await read(scene, { 'pull-requests': 'write' }).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(HostFault);
    expect(fault).toMatchObject({
      missingPermission: 'contents: read',
      message: expect.stringContaining(`may not read ${PATH} of acme/shop`),
    });
  });

  test('where GitHub breaks four times, and not before', async () => {
    await using scene = await shopWith({ [PATH]: 'fail-on: critical\n' });
    scene.github.faults.add({ on: 'repos/get-content', times: 3, effect: effects.badGateway() });
    expect(await read(scene)).toBe('fail-on: critical\n');
    scene.github.faults.clear();
    scene.github.faults.add({ on: 'repos/get-content', times: 4, effect: effects.unavailable() });
    await expect(read(scene)).rejects.toThrow(`GitHub answered 503 when asked to read ${PATH} of acme/shop`);
  });

  test('where the connection breaks in the middle of it', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(200, {
        'content-type': 'application/vnd.github.raw+json; charset=utf-8',
        'content-length': 100,
      });
      response.write('fail-on');
      setImmediate(() => response.destroy());
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    try {
      const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      await expect(textAt({ token: 'ghs_1', apiUrl })).rejects.toThrow(HostFault);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
