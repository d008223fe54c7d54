import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { openRepository } from '../../../src/adapters/git/open-repository.ts';
import { startGitServer } from '../../support/git/git-server.ts';
import { OURS, PullRequest, twenty } from './pull-request.ts';

describe('after a review that left files over', () => {
  test.each<[string, (pr: PullRequest) => Promise<unknown>, string[], string[]]>([
    [
      'a rebase brings them, whole, and nothing else',
      async (pr) => {
        await pr.onMain({ 'a.txt': twenty({ 1: 'UP 1' }), 'c.txt': 'c1\nUP\nc3\n' });
        await pr.git.rebase('main');
      },
      ['incremental/history-rewritten', 'a.txt +5,10 -4,9'],
      ['left over: no budget'],
    ],
    [
      'a merge, and a change in another file',
      async (pr) => {
        await pr.onMain({ 'a.txt': twenty({ 1: 'UP 1' }) });
        await pr.git.merge('main');
        await pr.git.commit('own', { 'b.txt': 'b1\nb2\nb3\n' });
      },
      ['incremental/base-moved', 'a.txt +5,10 -4,9', 'b.txt +3'],
      ['left over: no budget', 'changed since it was reviewed'],
    ],
    [
      'a file renamed meanwhile comes under its new name',
      async (pr) => {
        await pr.git.move('a.txt', 'renamed.txt');
        await pr.git.commit('rename');
      },
      ['incremental/new-commits', 'a.txt => renamed.txt +5,10 -4,9'],
      ['never reviewed'],
    ],
    [
      'a file renamed meanwhile, in a history that was rewritten',
      async (pr) => {
        await pr.git.move('a.txt', 'renamed.txt');
        await pr.git.git('add', '-A');
        await pr.git.git('commit', '-q', '--amend', '-m', 'all in one');
      },
      ['incremental/history-rewritten', 'a.txt => renamed.txt +5,10 -4,9'],
      ['never reviewed'],
    ],
    [
      'a file that upstream renamed meanwhile',
      async (pr) => {
        await pr.on('main', async () => {
          await pr.git.move('a.txt', 'moved.txt');
          await pr.git.commit('upstream renames');
        });
        await pr.git.rebase('main');
      },
      ['incremental/history-rewritten', 'moved.txt +5,10 -4,9'],
      ['never reviewed'],
    ],
    [
      'a file that the pull request no longer changes is done with',
      (pr) => pr.git.commit('back', { 'a.txt': twenty() }),
      ['none/unchanged'],
      [],
    ],
    [
      'a file that it deletes instead',
      (pr) => pr.git.commit('delete', { 'a.txt': null }),
      ['incremental/new-commits', 'a.txt deleted -0'],
      ['left over: no budget'],
    ],
  ])('%s', async (_, run, expected, why) => {
    await using pr = await PullRequest.open();
    await pr.review(['a.txt']);
    await run(pr);
    const { seen, whys } = await pr.reviewAndReport();
    expect({ seen, whys }).toEqual({ seen: expected, whys: why });
    await pr.git.commit('nothing');
    expect(await pr.review()).toEqual(['none/unchanged']);
  });
});

test('a deletion that is left over comes back, though a file has taken the place of its folder', async () => {
  await using pr = await PullRequest.open();
  await pr.onMain({ 'lib/one.txt': 'one\n', 'lib/two.txt': 'two\n' });
  await pr.git.rebase('main');
  await pr.review();
  await pr.git.commit('a file', { lib: 'no folder\n' });
  const seen = ['lib +1', 'lib/one.txt deleted -0', 'lib/two.txt deleted -0'];
  expect(await pr.review(['lib/one.txt'])).toEqual(['incremental/new-commits', ...seen]);
  await pr.git.commit('own', { 'b.txt': 'b1\nb2\nb3\n' });
  expect(await pr.review()).toEqual(['incremental/new-commits', 'b.txt +3', 'lib/one.txt deleted -0']);
});

describe('over the network', () => {
  test('where a merge can not be made, patches tell what was reviewed, and the detail says why', async () => {
    await using pr = await PullRequest.open();
    const refused: string[] = [];
    const server = await startGitServer({
      repositories: { 'acme/shop': join(pr.git.folder, '.git') },
      intercept: (request) => (request.wants.some((want) => refused.includes(want)) ? 403 : undefined),
    });
    const workFolder = await mkdtemp(join(tmpdir(), 'pushback-work-'));
    const remote = {
      openRepository: () => openRepository({ remoteUrl: `${server.url}/acme/shop.git`, token: null, workFolder }),
    };
    try {
      await pr.review([], remote);
      // Only the merge of what was reviewed needs it.
      refused.push(await pr.git.git('rev-parse', 'topic:a.txt'));
      await pr.onMain({ 'a.txt': twenty({ 1: 'UP 1' }) });
      await pr.git.merge('main');
      const { report, seen } = await pr.reviewAndReport([], remote);
      expect(seen).toEqual(['none/unchanged']);
      expect(report.detail).toMatch(/can't be carried over: git merge-tree failed/);
    } finally {
      await server.close();
      await rm(workFolder, { recursive: true, force: true });
    }
  });

  test('where files of what was reviewed can not be had, patches tell, its findings stay, and the detail says why', async () => {
    await using pr = await PullRequest.open();
    const refused: string[] = [];
    const server = await startGitServer({
      repositories: { 'acme/shop': join(pr.git.folder, '.git') },
      intercept: (request) => (request.wants.some((want) => refused.includes(want)) ? 403 : undefined),
    });
    const workFolder = await mkdtemp(join(tmpdir(), 'pushback-work-'));
    const remote = {
      openRepository: () => openRepository({ remoteUrl: `${server.url}/acme/shop.git`, token: null, workFolder }),
    };
    try {
      await pr.git.commit('own', { 'a.txt': twenty({ 5: 'PR BUG', 10: 'PR 10' }) });
      await pr.review([], remote);
      refused.push(await pr.git.git('rev-parse', 'topic:b.txt'));
      await pr.git.commit('own', { 'b.txt': 'b1\nb2\nb3\n' });
      const { report, seen } = await pr.reviewAndReport([], remote);
      expect(seen).toEqual(['incremental/new-commits', 'b.txt +1-3']);
      expect(report.detail).toMatch(/can't be compared with: .*: 2 files are as reviewed by the digest of the patch/);
      expect(report.record?.result.findings.map(({ status, line }) => [status, line])).toEqual([['open', 5]]);
    } finally {
      await server.close();
      await rm(workFolder, { recursive: true, force: true });
    }
  });

  test('a head that the remote has no more costs what changed since, file by file, and says why', async () => {
    await using pr = await PullRequest.open();
    const first = await pr.git.head();
    const server = await startGitServer({ repositories: { 'acme/shop': join(pr.git.folder, '.git') } });
    const workFolder = await mkdtemp(join(tmpdir(), 'pushback-work-'));
    const remote = {
      openRepository: () => openRepository({ remoteUrl: `${server.url}/acme/shop.git`, token: null, workFolder }),
    };
    try {
      await pr.review([], remote);
      await pr.git.write({ 'a.txt': OURS.replace('line 1\n', 'PR 1\n') });
      await pr.git.git('commit', '-qa', '--amend', '--no-edit');
      await pr.git.git('reflog', 'expire', '--expire=now', '--all');
      await pr.git.git('prune', '--expire=now');
      const { report, seen } = await pr.reviewAndReport([], remote);
      expect(seen).toEqual(['incremental/history-rewritten', 'a.txt +1,5,10 -0,4,9']);
      expect(report.detail).toContain(`${first.slice(0, 7)} can't be had: the remote refused`);
    } finally {
      await server.close();
      await rm(workFolder, { recursive: true, force: true });
    }
  });
});
