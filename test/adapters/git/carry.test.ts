import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { pathOf } from '../../../src/core/diff.ts';
import { remoteRepository } from '../../support/git/remote-repository.ts';

const LONG = Array.from({ length: 30 }, (_, index) => `line ${index + 1}\n`);

describe('carrying a version over', () => {
  test('costs one fetch for the blobs of the merge, over the network and without history', async () => {
    await using remote = await remoteRepository();
    const { git, repository, server } = remote;
    const base = await git.commit('base', { 'a.txt': LONG.join(''), 'other.txt': 'o\n' });
    await git.checkout('pr', 'main');
    const head = await git.commit('pr', { 'a.txt': LONG.with(9, 'PR\n').join('') });
    await git.checkout('main');
    const today = await git.commit('main', {
      'a.txt': LONG.with(9, 'UP\n').with(20, 'UP too\n').join(''),
      'other.txt': 'p\n',
    });
    expect(await repository.fetch([base, head, today])).toEqual({ outcome: 'fetched' });

    const before = server.requests.filter((request) => request.command === 'fetch').length;
    const carried = await repository.carry({ mergeBaseSha: base, headSha: head }, today);
    expect(carried).toMatchObject({ outcome: 'carried', conflicts: ['a.txt'], renames: [] });
    expect(server.requests.filter((request) => request.command === 'fetch')).toHaveLength(before + 1);
    if (carried.outcome !== 'carried') return;
    // The one line both changed is today's; nothing else is left of the PR's change.
    expect(await repository.diff(today, carried.tree)).toEqual([]);
  });

  test('a blob that the remote will not give makes history unavailable, and says which', async () => {
    const refused: string[] = [];
    await using remote = await remoteRepository({
      server: { intercept: (request) => (request.wants.some((want) => refused.includes(want)) ? 403 : undefined) },
    });
    const { git, repository } = remote;
    const base = await git.commit('base', { 'a.txt': LONG.join('') });
    await git.checkout('pr', 'main');
    const head = await git.commit('pr', { 'a.txt': LONG.with(9, 'PR\n').join('') });
    await git.checkout('main');
    const today = await git.commit('main', { 'a.txt': LONG.with(20, 'UP\n').join('') });
    await repository.fetch([base, head, today]);
    refused.push(await git.git('rev-parse', `${head}:a.txt`));
    const carried = await repository.carry({ mergeBaseSha: base, headSha: head }, today);
    expect(carried).toMatchObject({
      outcome: 'history-unavailable',
      why: expect.stringContaining('git merge-tree failed'),
    });
  });

  test('commits that were never fetched make it unavailable too', async () => {
    await using remote = await remoteRepository();
    const base = await remote.git.commit('base', { a: '1\n' });
    const head = await remote.git.commit('head', { a: '2\n' });
    await remote.repository.fetch([base]);
    const carried = await remote.repository.carry({ mergeBaseSha: head, headSha: head }, base);
    expect(carried).toMatchObject({ outcome: 'history-unavailable' });
  });

  test.each([
    ['binary', Uint8Array.of(0, 1), Uint8Array.of(0, 2), Uint8Array.of(0, 3)],
    ['symlinks', { symlink: 'a' }, { symlink: 'b' }, { symlink: 'c' }],
    ['a file against a symlink', 'x\n', { symlink: 'b' }, 'z\n'],
    ['a deletion', 'x\n', null, 'z\n'],
    ['a deletion upstream', 'x\n', 'y\n', null],
  ])("takes today's base's side where %s conflict", async (_, before, ours, theirs) => {
    await using remote = await remoteRepository();
    const { git, repository } = remote;
    const base = await git.commit('base', { file: before, keep: 'k\n' });
    await git.checkout('pr', 'main');
    const head = await git.commit('pr', { file: ours, mine: 'm\n' });
    await git.checkout('main');
    const today = await git.commit('main', { file: theirs });
    await repository.fetch([base, head, today]);
    const carried = await repository.carry({ mergeBaseSha: base, headSha: head }, today);
    if (carried.outcome !== 'carried') throw new Error(carried.why);
    expect(carried.conflicts).toEqual(['file']);
    expect((await repository.diff(today, carried.tree)).map(pathOf)).toEqual(['mine']);
  });

  test('a mode that one side changed outlives a conflict of lines', async () => {
    await using remote = await remoteRepository();
    const { git, repository } = remote;
    const base = await git.commit('base', { run: 'a\n' });
    await git.checkout('pr', 'main');
    const head = await git.commit('pr', { run: { executable: 'b\n' } });
    await git.checkout('main');
    const today = await git.commit('main', { run: 'c\n' });
    await repository.fetch([base, head, today]);
    const carried = await repository.carry({ mergeBaseSha: base, headSha: head }, today);
    if (carried.outcome !== 'carried') throw new Error(carried.why);
    expect(await repository.diff(today, carried.tree)).toMatchObject([
      { old: { mode: '100644' }, new: { mode: '100755' }, hunks: [] },
    ]);
  });

  test('leaves only objects behind, and the remote as the only one it knows', async () => {
    await using remote = await remoteRepository();
    const base = await remote.git.commit('base', { a: '1\n' });
    const head = await remote.git.commit('head', { a: '2\n' });
    await remote.repository.fetch([base, head]);
    await remote.repository.carry({ mergeBaseSha: base, headSha: base }, head);
    const [folder = ''] = await readdir(remote.workFolder);
    expect(await readdir(join(remote.workFolder, folder, 'scratch'))).toEqual([]);
    const config = await readFile(join(remote.workFolder, folder, 'repository.git', 'config'), 'utf8');
    expect(config).not.toMatch(/remote|promisor|extraheader/i);
  });
});
