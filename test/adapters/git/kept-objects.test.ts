import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openRepository } from '../../../src/adapters/git/open-repository.ts';
import type { CommitSha } from '../../../src/core/ids.ts';
import { GitRepository } from '../../support/git/git-repository.ts';
import { startGitServer, type GitServer } from '../../support/git/git-server.ts';

let root: string;
let git: GitRepository;
let server: GitServer;
let base: CommitSha;
let head: CommitSha;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'pushback-kept-'));
  git = await GitRepository.create();
  base = await git.commit('base', { 'a.txt': 'a\n', 'b.txt': 'b\n' });
  head = await git.commit('head', { 'a.txt': 'a, changed\n', 'folder/c.txt': 'c\n' });
  server = await startGitServer({ repositories: { 'acme/shop': join(git.folder, '.git') } });
});

afterEach(async () => {
  await server.close();
  await git[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
});

const keptFolder = (): string => join(root, 'kept');

/** One run over the two commits; how many transfers it took. */
async function run(options: { maxBytes?: number; from?: CommitSha; to?: CommitSha } = {}): Promise<number> {
  const { maxBytes = 1024 * 1024, from = base, to = head } = options;
  const before = server.requests.length;
  const remoteUrl = `${server.url}/acme/shop.git`;
  const kept = { folder: keptFolder(), maxBytes };
  await using repository = await openRepository({ remoteUrl, token: null, workFolder: join(root, 'work'), kept });
  expect(await repository.fetch([from, to])).toEqual({ outcome: 'fetched' });
  await repository.prefetch({ mergeBaseSha: from, headSha: to }, []);
  const expected = (await git.git('diff', '--name-only', from, to)).split('\n');
  expect((await repository.diff(from, to)).map((file) => file.new?.path)).toEqual(expected);
  const transfers = server.requests.slice(before).filter(({ wants }) => wants.length > 0).length;
  expect(repository.traffic.fetches).toBe(transfers);
  return transfers;
}

/** The folders of runs that are kept, and whatever else stands beside them. */
async function keptRuns(): Promise<string[]> {
  const [place] = await readdir(keptFolder());
  if (place === undefined) return [];
  return (await readdir(join(keptFolder(), place))).map((name) => join(keptFolder(), place, name));
}

async function packFile(extension: 'pack' | 'idx'): Promise<string> {
  const [first = ''] = await keptRuns();
  const names = (await readdir(first)).filter((name) => name.endsWith(extension));
  const sizes = await Promise.all(names.map(async (name) => ({ name, size: (await stat(join(first, name))).size })));
  return join(first, sizes.toSorted((a, b) => b.size - a.size)[0]?.name ?? '');
}

describe('a kept folder', () => {
  test('spares the next run what this one fetched, and only that', async () => {
    expect(await run()).toBe(2);
    expect(await run()).toBe(0);
    const next = await git.commit('next', { 'b.txt': 'b, changed\n' });
    expect(await run({ to: next })).toBe(2);
    expect(await run({ to: next })).toBe(0);
    expect(await keptRuns()).toHaveLength(2);
    expect(await readdir(join(root, 'work'))).toEqual([]);
  });

  test('is not there unless it is asked for', async () => {
    const remoteUrl = `${server.url}/acme/shop.git`;
    await using repository = await openRepository({ remoteUrl, token: null, workFolder: join(root, 'work') });
    await repository.fetch([base, head]);
    await repository[Symbol.asyncDispose]();
    expect(await readdir(root)).toEqual(['work']);
  });

  test('stays within its bound: what was used last stays', async () => {
    await run();
    const bytes = (
      await Promise.all(
        (await readdir((await keptRuns())[0] ?? '')).map(
          async (name) => (await stat(join((await keptRuns())[0] ?? '', name))).size,
        ),
      )
    ).reduce((a, b) => a + b, 0);
    const [first] = await keptRuns();
    const next = await git.commit('next', { 'b.txt': 'b, changed\n' });
    await run({ from: head, to: next, maxBytes: bytes + 10 });
    const runs = await keptRuns();
    expect(runs).toHaveLength(1);
    expect(runs).not.toContain(first);
  });

  test('loses nothing else to a run that is too large for it', async () => {
    await run();
    const kept = await keptRuns();
    const noise = Buffer.from(Array.from({ length: 1500 }, () => randomBytes(24).toString('hex')).join('\n'));
    const large = await git.commit('large', { 'large.txt': noise });
    await run({ to: large, maxBytes: 30_000 });
    expect(await keptRuns()).toEqual(kept);
  });

  test('may be shared by jobs that run at the same time', async () => {
    const script = join(import.meta.dirname, '../../support/git/fetch-and-keep.ts');
    const job = async (name: string): Promise<string> => {
      const work = join(root, name);
      const { stdout } = await promisify(execFile)(process.execPath, [
        script,
        `${server.url}/acme/shop.git`,
        work,
        keptFolder(),
        base,
        head,
      ]);
      return stdout;
    };
    const changed = JSON.stringify(['a.txt', 'folder/c.txt']);
    expect(await Promise.all([job('one'), job('two')])).toEqual([changed, changed]);
    expect((await keptRuns()).every((name) => /\/run-[^/]+$/.test(name))).toBe(true);
    expect(await run()).toBe(0);
  });
});

describe('what is kept and broken is found out, thrown away and fetched again', () => {
  test.each<[string, () => Promise<void>]>([
    ['a byte of a pack', async () => flip(await packFile('pack'), 40)],
    [
      'a pack that was cut short',
      async () => writeFile(await packFile('pack'), (await readFile(await packFile('pack'))).subarray(0, 60)),
    ],
    ['a pack without its index', async () => rm(await packFile('idx'))],
    ['an index that says another object is there, with a right checksum', async () => forge(await packFile('idx'))],
    ['an empty file', async () => writeFile(await packFile('idx'), '')],
  ])('%s', async (_, breakIt) => {
    await run();
    const [broken] = await keptRuns();
    await breakIt();
    expect(await run()).toBeGreaterThan(0);
    expect(await keptRuns()).not.toContain(broken);
    expect(await run()).toBe(0);
  });

  test('links, folders and other names are left alone', async () => {
    await run();
    const [place = ''] = await readdir(keptFolder());
    const secret = join(root, 'secret');
    await writeFile(secret, 'secret');
    const odd = join(keptFolder(), place, 'run-odd');
    await mkdir(odd);
    await symlink(secret, join(odd, `pack-${'a'.repeat(40)}.pack`));
    await writeFile(join(keptFolder(), place, 'run-file'), '');
    await symlink(root, join(keptFolder(), place, 'run-link'));
    expect(await run()).toBe(0);
    expect(await readFile(secret, 'utf8')).toBe('secret');
  });

  test('a folder that can not be written fails no run', async () => {
    await writeFile(keptFolder(), 'a file stands in the way');
    expect(await run()).toBe(2);
  });
});

async function flip(file: string, at: number): Promise<void> {
  const bytes = await readFile(file);
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  await rm(file);
  await writeFile(file, bytes);
}

/** Git's index, version 2: a header of 8 bytes, 256 counts, the names in order; the last 20 bytes are its own checksum. */
async function forge(file: string): Promise<void> {
  const bytes = await readFile(file);
  const lastByteOfFirstName = 8 + 256 * 4 + 19;
  bytes[lastByteOfFirstName] = (bytes[lastByteOfFirstName] ?? 0) ^ 1;
  createHash('sha1')
    .update(bytes.subarray(0, -20))
    .digest()
    .copy(bytes, bytes.length - 20);
  await rm(file);
  await writeFile(file, bytes);
}
