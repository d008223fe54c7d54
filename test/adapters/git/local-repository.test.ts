import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { openLocalRepository } from '../../../src/adapters/git/local-repository.ts';
import { openRepository } from '../../../src/adapters/git/open-repository.ts';
import { CommitSha } from '../../../src/core/ids.ts';
import { GitRepository } from '../../support/git/git-repository.ts';

/** Names and contents. Git may renew the time stamps of objects that it finds instead of writing them again. */
function fingerprint(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => `${path} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`)
    .toSorted();
}

describe('a local repository', () => {
  test('resolves revisions, finds merge bases, and knows who came from whom', async () => {
    await using git = await GitRepository.create();
    const base = await git.commit('base', { a: '1\n' });
    const main = await git.commit('main', { a: '2\n' });
    await git.checkout('feature/x', base);
    const head = await git.commit('head', { b: '1\n' });
    await git.git('tag', '-a', '-m', 'a tag', 'v1');
    const local = await openLocalRepository(git.folder);

    expect(await local.resolve('main')).toBe(main);
    expect(await local.resolve('v1')).toBe(head);
    expect(await local.resolve('feature/x~1')).toBe(base);
    expect(await local.resolve('nowhere')).toBeNull();
    expect(await local.resolve('--output=/tmp/x')).toBeNull();
    expect(await local.mergeBase(main, head)).toBe(base);
    expect([await local.isAncestor(base, head), await local.isAncestor(main, head)]).toEqual([true, false]);
  });

  test('lists commits, the last ones of many', async () => {
    await using git = await GitRepository.create();
    const base = await git.commit('base', { a: '1\n' });
    await git.commit('one', { a: '2\n' });
    const two = await git.commit('two\n\nWhy:\n- it is', { a: '3\n' });
    const three = await git.commit('three', { a: '4\n' });
    const local = await openLocalRepository(git.folder);
    expect(await local.commits(base, three, 2)).toEqual({
      listed: [
        { sha: two, message: 'two\n\nWhy:\n- it is' },
        { sha: three, message: 'three' },
      ],
      total: 3,
    });
    expect(await local.commits(three, base, 2)).toEqual({ listed: [], total: 0 });
  });

  test.each(['ISO-8859-1', 'UTF-16'])('reads messages that are shown in %s otherwise', async (encoding) => {
    await using git = await GitRepository.create();
    const base = await git.commit('base');
    const head = await git.commit('für alle');
    await git.git('config', 'i18n.logOutputEncoding', encoding);
    const local = await openLocalRepository(git.folder);
    expect((await local.commits(base, head, 9)).listed).toEqual([{ sha: head, message: 'für alle' }]);
  });

  test('tells histories without a common ancestor', async () => {
    await using git = await GitRepository.create();
    const one = await git.commit('one', { a: '1\n' });
    await git.git('checkout', '-q', '--orphan', 'other');
    const other = await git.commit('other', { a: '2\n' });
    expect(await (await openLocalRepository(git.folder)).mergeBase(one, other)).toBeNull();
  });

  test('lists remotes without credentials', async () => {
    await using git = await GitRepository.create();
    await git.git('remote', 'add', 'origin', 'https://user:hunter2@example.test/acme/shop.git');
    await git.git('remote', 'add', 'fork', 'git@example.test:ada/shop.git');
    expect(await (await openLocalRepository(git.folder)).remotes()).toEqual([
      { name: 'origin', url: 'https://example.test/acme/shop.git' },
      { name: 'fork', url: 'git@example.test:ada/shop.git' },
    ]);
  });

  test('says when a folder is no repository', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pushback-none-'));
    try {
      await expect(openLocalRepository(folder)).rejects.toThrow(`${folder} is no git repository`);
      await expect(openLocalRepository(join(folder, 'nowhere'))).rejects.toThrow('is no git repository');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('is read through alternates, from a worktree and from a bare clone, and stays as it is', async () => {
    await using git = await GitRepository.create();
    const base = await git.commit('base', { a: '1\n' });
    const head = await git.commit('head', { a: '2\n' });
    const workFolder = await mkdtemp(join(tmpdir(), 'pushback-work-'));
    const worktree = join(workFolder, 'a "quoted"\nworktree');
    const bare = join(workFolder, 'bare.git');
    try {
      await git.git('worktree', 'add', '-q', worktree, 'HEAD');
      execFileSync('git', ['clone', '-q', '--bare', git.folder, bare]);
      for (const folder of [git.folder, worktree, bare]) {
        const local = await openLocalRepository(folder);
        const before = fingerprint(git.folder);
        await using repository = await openRepository({
          remoteUrl: null,
          token: null,
          workFolder,
          alternates: local.objectsFolder,
        });
        expect(await repository.fetch([base, head])).toEqual({ outcome: 'fetched' });
        const tree = await repository.overlay(base, [{ tree: head, paths: ['a'] }]);
        expect(await repository.diff(tree, head)).toEqual([]);
        expect(repository.traffic).toEqual({ fetches: 0, receivedBytes: 0 });
        expect(fingerprint(git.folder)).toEqual(before);
      }
    } finally {
      await rm(workFolder, { recursive: true, force: true });
    }
  });

  test('a commit that it does not have is unavailable', async () => {
    await using git = await GitRepository.create();
    await git.commit('base', { a: '1\n' });
    const workFolder = await mkdtemp(join(tmpdir(), 'pushback-work-'));
    try {
      const alternates = (await openLocalRepository(git.folder)).objectsFolder;
      await using repository = await openRepository({ remoteUrl: null, token: null, workFolder, alternates });
      const nowhere = CommitSha.parse('f'.repeat(40));
      expect(await repository.fetch([nowhere])).toEqual({
        outcome: 'unavailable',
        missing: [nowhere],
        why: 'the local repository does not have them',
      });
    } finally {
      await rm(workFolder, { recursive: true, force: true });
    }
  });
});
