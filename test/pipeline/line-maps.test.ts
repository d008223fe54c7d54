import { describe, expect, test } from '@jest/globals';
import { CarriedVersions } from '../../src/pipeline/carried-versions.ts';
import { mapLines } from '../../src/pipeline/line-maps.ts';
import { remoteRepository } from '../support/git/remote-repository.ts';

const TWENTY = Array.from({ length: 20 }, (_, index) => `line ${index + 1}\n`);

describe('where the lines of an earlier version are today', () => {
  test('a file that the PR and its base both renamed, and the PR keeps under its own name too: there', async () => {
    await using remote = await remoteRepository();
    const { git, repository } = remote;
    const base = await git.commit('base', { 'a.txt': TWENTY.join('') });
    await git.checkout('pr', 'main');
    const renamed = TWENTY.with(4, 'of the PR\n').join('');
    const then = await git.commit('then', { 'a.txt': null, 'ours.txt': renamed });
    await git.checkout('main');
    const upstream = await git.commit('upstream', { 'a.txt': null, 'theirs.txt': TWENTY.join('') });
    // As a merge by hand leaves it: under both names.
    await git.checkout('today', 'main');
    const head = await git.commit('today', { 'ours.txt': `new\n${renamed}`, 'theirs.txt': renamed });
    await repository.fetch([base, then, upstream, head]);
    const fullDiff = await repository.diff(upstream, head);
    const map = await mapLines(
      repository,
      new CarriedVersions(repository, upstream),
      { baseRef: 'main', baseSha: base, mergeBaseSha: base, headSha: then },
      { baseRef: 'main', baseSha: upstream, mergeBaseSha: upstream, headSha: head },
      fullDiff,
      ['ours.txt'],
      () => false,
    );
    expect(map.path('ours.txt', 'RIGHT')).toBe('ours.txt');
    expect(map.line('ours.txt', 5, 'RIGHT')).toBe(6);
    expect(map.origin('ours.txt', 6, 'RIGHT')).toBe(5);
    expect(map.origin('ours.txt', 1, 'RIGHT')).toBeNull();
  });
});
