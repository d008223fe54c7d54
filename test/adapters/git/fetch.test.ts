import { chmod, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { openRepository } from '../../../src/adapters/git/open-repository.ts';
import { CommitSha } from '../../../src/core/ids.ts';
import { GitFault } from '../../../src/ports/repository.ts';
import { basicCredentials } from '../../../src/adapters/git/environment.ts';
import { GitRepository } from '../../support/git/git-repository.ts';
import { remoteRepository, TEST_TOKEN } from '../../support/git/remote-repository.ts';

const NOWHERE = CommitSha.parse('f'.repeat(40));

async function threeCommits(git: GitRepository): Promise<CommitSha[]> {
  const commits: CommitSha[] = [];
  for (const number of [1, 2, 3]) {
    commits.push(
      await git.commit(`commit ${number}`, { 'a.txt': `${number}\n`, [`only-${number}.txt`]: `${number}\n` }),
    );
  }
  return commits;
}

describe('fetching', () => {
  test('asks for exactly the missing commits, at depth 1, without blobs, in one go', async () => {
    await using remote = await remoteRepository();
    const [first, second, third] = await threeCommits(remote.git);
    if (first === undefined || second === undefined || third === undefined) throw new Error('no commits');

    expect(await remote.repository.fetch([first, third, first])).toEqual({ outcome: 'fetched' });
    expect(await remote.repository.fetch([third])).toEqual({ outcome: 'fetched' });
    const fetches = remote.server.requests.filter((request) => request.command === 'fetch');
    expect(fetches).toMatchObject([{ filter: 'blob:none', depth: 1, authorization: 'right' }]);
    expect(fetches[0]?.wants.toSorted()).toEqual([first, third].toSorted());
    expect(remote.server.requests.map((request) => request.command)).not.toContain('ls-refs');

    await remote.repository.diff(first, third);
    expect(remote.server.requests.filter((request) => request.command === 'fetch')).toHaveLength(2);
    expect(remote.repository.traffic.fetches).toBe(2);
    expect(remote.repository.traffic.receivedBytes).toBeGreaterThan(0);
  });

  test('gets what is asked for at the same time', async () => {
    await using remote = await remoteRepository();
    const asked = (await threeCommits(remote.git)).map((sha) => remote.repository.fetch([sha]));
    expect(await Promise.all(asked)).toEqual(asked.map(() => ({ outcome: 'fetched' })));
  });

  test('names the commits that the remote does not have, and gets the others', async () => {
    await using remote = await remoteRepository();
    const [first = NOWHERE, second = NOWHERE] = await threeCommits(remote.git);
    const alsoNowhere = CommitSha.parse('e'.repeat(40));
    const outcome = await remote.repository.fetch([first, NOWHERE, second, alsoNowhere]);
    expect(outcome).toMatchObject({ outcome: 'unavailable', why: expect.stringContaining('not our ref') });
    expect(outcome.outcome === 'unavailable' && outcome.missing.toSorted()).toEqual([alsoNowhere, NOWHERE]);
    expect(await remote.repository.diff(first, second)).not.toEqual([]);
  });

  test('a remote without partial fetch sends everything, and it works', async () => {
    await using remote = await remoteRepository({ server: { partial: false } });
    const [first = NOWHERE, , third = NOWHERE] = await threeCommits(remote.git);
    expect(await remote.repository.fetch([first, third])).toEqual({ outcome: 'fetched' });
    expect((await remote.repository.diff(first, third)).map((file) => file.new?.path ?? '')).toEqual([
      'a.txt',
      'only-2.txt',
      'only-3.txt',
    ]);
  });

  test('tries again after a cut connection and a server error', async () => {
    const faults: (number | 'drop')[] = ['drop', 503];
    await using remote = await remoteRepository({ server: { intercept: () => faults.shift() } });
    const [first = NOWHERE] = await threeCommits(remote.git);
    expect(await remote.repository.fetch([first])).toEqual({ outcome: 'fetched' });
    expect(faults).toEqual([]);
  });

  test('gives up after three tries', async () => {
    await using remote = await remoteRepository({ server: { intercept: () => 502 } });
    const [first = NOWHERE] = await threeCommits(remote.git);
    await expect(remote.repository.fetch([first])).rejects.toThrow(/fetching from the remote failed.*502/s);
    expect(remote.server.requests).toHaveLength(3);
  });

  test('does not try again with a wrong token, and says what it needs', async () => {
    await using remote = await remoteRepository({ repository: { token: 'wrong-token' } });
    const [first = NOWHERE] = await threeCommits(remote.git);
    const fault = await remote.repository.fetch([first]).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(GitFault);
    expect(String(fault)).toMatch(/refused the token \(it must be able to read the repository's contents\)/);
    expect(String(fault)).not.toContain('wrong-token');
    expect(remote.server.requests.length).toBeLessThanOrEqual(2);
  });

  test('follows no redirect: the token stays with its remote', async () => {
    await using other = await remoteRepository();
    const redirect = `${other.server.url}/acme/shop.git/info/refs?service=git-upload-pack`;
    await using remote = await remoteRepository({ server: { intercept: () => ({ redirect }) } });
    const [first = NOWHERE] = await threeCommits(remote.git);
    await expect(remote.repository.fetch([first])).rejects.toThrow(/fetching from the remote failed/);
    expect(remote.server.requests).toHaveLength(1);
    expect(other.server.requests).toEqual([]);
  });

  test('ends a git that takes too long, with everything it started', async () => {
    await using remote = await remoteRepository({
      server: { intercept: () => 'stall' },
      repository: { timeoutMs: 300 },
    });
    const [first = NOWHERE] = await threeCommits(remote.git);
    await expect(remote.repository.fetch([first])).rejects.toThrow('git fetch did not end within 300 ms');
    expect(remote.server.requests).toHaveLength(1);
    expect(await processesNaming(remote.workFolder)).toEqual([]);
  });

  test.each([
    ['ftp://example.test/a.git', /must be an http or https URL/],
    ['/etc', /must be an http or https URL/],
    ['ext::sh -c true', /must be an http or https URL/],
    ['https://user:hunter2@example.test/a.git', /must hold no user or password/],
  ])('refuses the remote %s', async (remoteUrl, message) => {
    const fault = openRepository({ remoteUrl, token: null, workFolder: tmpdir() });
    await expect(fault).rejects.toThrow(message);
    await expect(fault).rejects.not.toThrow(/hunter2/);
  });

  test('a repository with SHA-256 names', async () => {
    await using remote = await remoteRepository({ git: await GitRepository.create({ objectFormat: 'sha256' }) });
    const [first = NOWHERE, second = NOWHERE] = await threeCommits(remote.git);
    expect(first).toHaveLength(64);
    expect(await remote.repository.fetch([first, second])).toEqual({ outcome: 'fetched' });
    expect(await remote.repository.diff(first, second)).toHaveLength(2);
  });
});

describe('the token', () => {
  test('is in no argument list and on no disk, and only commands that use the network get it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pushback-spy-'));
    const path = process.env['PATH'];
    try {
      // A git that writes down how it is called, then does what it is asked.
      const spy = join(folder, 'git');
      const note = `{ echo "ARGS $*"; env | sed 's/^/ENV /'; } > ${folder}/call.$$`;
      await writeFile(spy, `#!/bin/sh\n${note}\nPATH='${path}' exec git "$@"\n`);
      await chmod(spy, 0o755);
      process.env['PATH'] = `${folder}:${path}`;

      await using remote = await remoteRepository();
      const [first = NOWHERE, , third = NOWHERE] = await threeCommits(remote.git);
      await remote.repository.fetch([first, third]);
      await remote.repository.diff(first, third);
      await remote.repository.carry({ mergeBaseSha: first, headSha: third }, third);
      await remote.repository.readFile(third, 'a.txt');

      const noted = (await readdir(folder)).filter((name) => name.startsWith('call.'));
      const calls = await Promise.all(noted.map((name) => readFile(join(folder, name), 'utf8')));
      const secrets = [TEST_TOKEN, basicCredentials(TEST_TOKEN)];
      const holds = (text: string): boolean => secrets.some((secret) => text.includes(secret));
      const argumentsOf = (call: string): string => call.slice(0, call.indexOf('\nENV '));
      expect(calls.filter((call) => holds(argumentsOf(call)))).toEqual([]);
      const given = new Set(calls.filter(holds).map((call) => argumentsOf(call).split(' ')[1]));
      expect(given).toEqual(new Set(['cat-file', 'diff-tree', 'fetch', 'merge-tree']));
      const files = await readdir(remote.workFolder, { recursive: true, withFileTypes: true });
      const contents = files
        .filter((file) => file.isFile())
        .map((file) => readFile(join(file.parentPath, file.name), 'latin1'));
      expect(contents.length).toBeGreaterThan(3);
      expect((await Promise.all(contents)).filter(holds)).toEqual([]);
    } finally {
      process.env['PATH'] = path;
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('git itself', () => {
  test.each([
    ['git version 2.30.1', 'git 2.30.1 is too old: install git 2.38 or newer'],
    ['not git at all', 'git "not git at all" is too old: install git 2.38 or newer'],
    [null, 'git was not found on the PATH: install git 2.38 or newer'],
  ])('%s', async (says, message) => {
    const folder = await mkdtemp(join(tmpdir(), 'pushback-old-git-'));
    const path = process.env['PATH'];
    try {
      if (says !== null) {
        await writeFile(join(folder, 'git'), `#!/bin/sh\necho '${says}'\n`);
        await chmod(join(folder, 'git'), 0o755);
      }
      process.env['PATH'] = folder;
      const opened = openRepository({ remoteUrl: 'https://example.test/a.git', token: null, workFolder: folder });
      await expect(opened).rejects.toThrow(message);
    } finally {
      process.env['PATH'] = path;
      await rm(folder, { recursive: true, force: true });
    }
  });

  test('leaves nothing behind', async () => {
    await using remote = await remoteRepository();
    const [first = NOWHERE] = await threeCommits(remote.git);
    await remote.repository.fetch([first]);
    expect(await readdir(remote.workFolder)).toHaveLength(1);
    await remote.repository[Symbol.asyncDispose]();
    expect(await readdir(remote.workFolder)).toEqual([]);
  });
});

/** Command lines of living processes that run in the folder or name it. */
async function processesNaming(folder: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const environments = pids.map(async (pid) => readFile(`/proc/${pid}/environ`, 'latin1').catch(() => ''));
  return (await Promise.all(environments)).filter((environment) => environment.includes(folder));
}
