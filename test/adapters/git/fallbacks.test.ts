import { readdir } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { CommitSha } from '../../../src/core/ids.ts';
import type { CoveredVersion } from '../../../src/core/coverage.ts';
import type { Log } from '../../../src/ports/log.ts';
import type { GitRepository } from '../../support/git/git-repository.ts';
import { remoteRepository, type RemoteRepository } from '../../support/git/remote-repository.ts';

/** Lines that no compression makes small, so that a transfer is long enough to break in the middle. */
const dense = (seed: number): string =>
  Array.from({ length: 400 }, (_, at) => `${(Math.sin(seed * 1000 + at) * 1e15).toString(36)}\n`).join('');

/** A main that moved on, and a PR on its old commit that changes three files, at two versions. */
async function pullRequest(git: GitRepository): Promise<{ before: CoveredVersion; today: CoveredVersion }> {
  const base = await git.commit('base', { 'a.txt': dense(1), 'b.txt': dense(2), 'c.txt': dense(3), 'd.txt': dense(4) });
  await git.checkout('topic', 'main');
  const first = await git.commit('first', { 'a.txt': `${dense(1)}ours\n`, 'b.txt': dense(5), 'n.txt': dense(6) });
  await git.checkout('main');
  const newBase = await git.commit('upstream', { 'a.txt': `theirs\n${dense(1)}`, 'd.txt': dense(7) });
  await git.checkout('topic');
  await git.merge('main');
  const head = await git.commit('second', { 'b.txt': `${dense(5)}more\n` });
  await git.setPullRequestHead(1, head);
  return { before: { mergeBaseSha: base, headSha: first }, today: { mergeBaseSha: newBase, headSha: head } };
}

/** Everything that a plan asks of the repository; the number of files that each of its diffs names. */
async function planned(
  remote: RemoteRepository,
  { before, today }: Awaited<ReturnType<typeof pullRequest>>,
): Promise<unknown> {
  const { repository } = remote;
  const commits = [today.mergeBaseSha, today.headSha, before.mergeBaseSha, before.headSha];
  const fetched = await repository.fetch(commits);
  if (fetched.outcome !== 'fetched') return fetched;
  await repository.prefetch(today, [before]);
  const full = await repository.diff(today.mergeBaseSha, today.headSha);
  const carried = await repository.carry(before, today.mergeBaseSha);
  if (carried.outcome !== 'carried') return carried;
  const since = await repository.diff(carried.tree, today.headSha);
  return { full: full.map(({ new: now }) => now?.path), since: since.map(({ new: now }) => now?.path) };
}

const RIGHT = { full: ['a.txt', 'b.txt', 'n.txt'], since: ['b.txt'] };
const REFS = ['refs/pull/1/head', 'refs/heads/main'];

function logInto(lines: string[]): Log {
  const say = (line: string): void => void lines.push(line);
  return { debug: () => undefined, info: say, notice: say, warning: say, error: say, group: (_, body) => body() };
}

const fetchesOf = ({ server }: RemoteRepository): number =>
  server.requests.filter(({ wants }) => wants.length > 0).length;

describe('what a plan costs', () => {
  test('two transfers: the commits with their trees, and all blobs', async () => {
    await using remote = await remoteRepository();
    const versions = await pullRequest(remote.git);
    expect(await planned(remote, versions)).toEqual(RIGHT);
    const wants = remote.server.requests.filter(({ wants: of }) => of.length > 0).map(({ wants: of }) => of.length);
    // Both sides of a.txt and b.txt, n.txt, and a.txt at the old base and head (b.txt is at the old head as well).
    expect(wants).toEqual([4, 8]);
    expect(new Set(remote.server.requests.flatMap(({ wants: of }) => of)).size).toBe(12);
  });

  test('a remote without partial fetch sends all at once, and is asked for nothing twice', async () => {
    await using remote = await remoteRepository({ server: { partial: false } });
    expect(await planned(remote, await pullRequest(remote.git))).toEqual(RIGHT);
    expect(fetchesOf(remote)).toBe(1);
  });
});

describe('a remote that gives nothing by its name', () => {
  test('is asked by ref, as deep as it takes, and says so', async () => {
    const log: string[] = [];
    await using remote = await remoteRepository({
      server: { byName: false },
      repository: { refs: REFS, log: logInto(log) },
    });
    expect(await planned(remote, await pullRequest(remote.git))).toEqual(RIGHT);
    expect(log.join('\n')).toMatch(
      /can't be had by name, they are looked for behind refs\/pull\/1\/head and refs\/heads\/main: .*refused/,
    );
    expect(remote.server.requests.map(({ depth }) => depth).filter((depth) => depth !== null)).toContain(50);
  });

  test('has not everything: what is behind no ref stays missing', async () => {
    await using remote = await remoteRepository({
      server: { byName: false },
      repository: { refs: [...REFS, 'refs/heads/no-such'] },
    });
    const { before, today } = await pullRequest(remote.git);
    const nowhere = CommitSha.parse('f'.repeat(40));
    expect(await remote.repository.fetch([today.headSha, before.headSha, nowhere])).toMatchObject({
      outcome: 'unavailable',
      missing: [nowhere],
    });
    expect(Math.max(...remote.server.requests.map(({ depth }) => depth ?? 0))).toBe(1000);
  });

  test('without a ref to go by, the commits are what is missing', async () => {
    await using remote = await remoteRepository({ server: { byName: false } });
    const { today } = await pullRequest(remote.git);
    // The head is what a ref points at; today's base is as well, and would be given.
    const older = await remote.git.head('topic~1');
    expect(await remote.repository.fetch([today.headSha, older])).toMatchObject({
      outcome: 'unavailable',
      missing: expect.arrayContaining([older]),
    });
  });
});

test('files that the remote will not give by name come with their refs', async () => {
  const log: string[] = [];
  const blobs = new Set<string>();
  await using remote = await remoteRepository({
    server: { intercept: ({ wants }) => (wants.some((want) => blobs.has(want)) ? 403 : undefined) },
    repository: { refs: REFS, log: logInto(log) },
  });
  const versions = await pullRequest(remote.git);
  for (const name of ['a.txt', 'b.txt', 'n.txt']) blobs.add(await remote.git.git('rev-parse', `topic:${name}`));
  expect(await planned(remote, versions)).toEqual(RIGHT);
  expect(log.join('\n')).toContain(
    "Files can't be had by name, they are fetched with refs/pull/1/head and refs/heads/main",
  );
});

test('files that come with their refs come for all who ask at once', async () => {
  const blobs = new Set<string>();
  await using remote = await remoteRepository({
    server: { intercept: ({ wants }) => (wants.some((want) => blobs.has(want)) ? 403 : undefined) },
    repository: { refs: REFS },
  });
  const { before, today } = await pullRequest(remote.git);
  for (const name of ['a.txt', 'b.txt', 'n.txt']) blobs.add(await remote.git.git('rev-parse', `topic:${name}`));
  const { repository } = remote;
  await repository.fetch([today.mergeBaseSha, today.headSha, before.mergeBaseSha, before.headSha]);
  const asked = [
    repository.diff(today.mergeBaseSha, today.headSha),
    repository.readFile(today.headSha, 'n.txt'),
    repository.diff(before.headSha, today.headSha, { paths: ['b.txt'] }),
  ];
  expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual(asked.map(() => 'fulfilled'));
});

describe('a transfer that breaks', () => {
  test.each([
    ['of the commits', 1],
    ['of the files', 4],
  ])('in the middle %s is begun again', async (_, wanted) => {
    let cuts = 0;
    await using remote = await remoteRepository({
      server: {
        intercept: ({ wants }) =>
          wants.length >= wanted && wants.length !== (wanted === 4 ? 4 : 0) && (cuts += 1) === 1
            ? { cutAfter: 300 }
            : undefined,
      },
    });
    expect(await planned(remote, await pullRequest(remote.git))).toEqual(RIGHT);
    expect(cuts).toBe(wanted === 4 ? 2 : 3);
  });

  test('and falls silent ends in time, with the reason', async () => {
    await using remote = await remoteRepository({
      server: { intercept: ({ wants }) => (wants.length > 0 ? { stallAfter: 300 } : undefined) },
      repository: { timeoutMs: 400 },
    });
    const { today } = await pullRequest(remote.git);
    await expect(remote.repository.fetch([today.headSha])).rejects.toThrow('git fetch did not end within 400 ms');
  });

  test('ends with the repository, which leaves nothing behind', async () => {
    let asked: () => void = () => undefined;
    const stalled = new Promise<void>((resolve) => void (asked = resolve));
    await using remote = await remoteRepository({
      server: { intercept: ({ wants }) => (wants.length > 0 ? (asked(), { stallAfter: 300 }) : undefined) },
    });
    const { today } = await pullRequest(remote.git);
    const underWay = remote.repository.fetch([today.headSha]);
    underWay.catch(() => undefined);
    await stalled;
    await remote.repository[Symbol.asyncDispose]();
    await expect(underWay).rejects.toThrow('git fetch was interrupted');
    expect(await readdir(remote.workFolder)).toEqual([]);
  });

  test('over and over uses up the time there is for the remote, and no more', async () => {
    await using remote = await remoteRepository({
      server: { intercept: ({ wants }) => (wants.length > 0 ? { stallAfter: 300 } : undefined) },
      repository: { networkMs: 600 },
    });
    const { today } = await pullRequest(remote.git);
    await expect(remote.repository.fetch([today.headSha])).rejects.toThrow(/did not end within \d+ ms/);
    await expect(remote.repository.fetch([today.headSha])).rejects.toThrow(
      'git used up the 600 ms that the remote was given in all',
    );
    expect(fetchesOf(remote)).toBe(1);
  });
});
