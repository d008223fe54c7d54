import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isolatedGitEnvironment, runGit } from '../../../test/support/git/git-process.ts';
import { startGitServer, type GitServer } from '../../../test/support/git/git-server.ts';
import { median } from '../figures.ts';
import { denseLines } from './content.ts';
import { ImportedRepository } from './fast-import.ts';
import type { Planned } from './plan.ts';
import { planInChild } from './plan-in-child.ts';

export type Way = 'ours' | 'clone' | 'checkout';
export type Transfer = { bytes: number; seconds: number };
export type Transfers = Record<Way, Transfer> & {
  repositoryBytes: number;
  scope: { files: number; lines: number; fullFiles: number };
};

const FILES = 4000;
const LINES = 120;
/** Each replaces that many files by others: as in most repositories, the past is larger than the present. */
const PAST_COMMITS = 500;
const REPLACED = 16;
const PULL_FILES = 60;

/**
 * Bytes on the wire and seconds of three ways to get at a PR of 60 files that was rebased onto a newer main: ours (fetch
 * and plan), a full clone, and what actions/checkout does with `fetch-depth: 0`. Each from nothing, over smart HTTP.
 */
export async function measureTransfers(rounds: number, say: (line: string) => void): Promise<Transfers> {
  const folder = await mkdtemp(join(tmpdir(), 'pushback-bench-'));
  try {
    say('making a repository');
    const { planned, bare } = await makeRepository(join(folder, 'served.git'));
    await using server = await startGitServer({ repositories: { 'acme/shop': bare } });
    const taken: Record<Way, Transfer[]> = { ours: [], clone: [], checkout: [] };
    let scope = { files: 0, lines: 0, fullFiles: 0 };
    for (let round = 0; round < rounds; round += 1) {
      say(`round ${round + 1} of ${rounds}`);
      const before = server.requests.length;
      const { seconds, files, fullFiles, lines } = await planInChild({
        remoteUrl: `${server.url}/acme/shop.git`,
        objects: null,
        planned,
      });
      taken.ours.push({ bytes: sentSince(server, before), seconds });
      scope = { files, lines, fullFiles };
      taken.clone.push(await timed(folder, server, (work) => fullClone(server, work)));
      taken.checkout.push(await timed(folder, server, (work) => depthZeroCheckout(server, work, planned)));
    }
    const middle = (way: Way): Transfer => ({
      bytes: median(taken[way].map(({ bytes }) => bytes)),
      seconds: median(taken[way].map(({ seconds }) => seconds)),
    });
    const repositoryBytes = taken.clone[0]?.bytes ?? 0;
    return { ours: middle('ours'), clone: middle('clone'), checkout: middle('checkout'), repositoryBytes, scope };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function timed(folder: string, server: GitServer, work: (folder: string) => Promise<void>): Promise<Transfer> {
  const own = await mkdtemp(join(folder, 'work-'));
  const before = server.requests.length;
  const started = performance.now();
  await work(own);
  const seconds = (performance.now() - started) / 1000;
  const bytes = sentSince(server, before);
  await rm(own, { recursive: true, force: true });
  return { bytes, seconds };
}

function sentSince(server: GitServer, before: number): number {
  return server.requests.slice(before).reduce((sum, { sentBytes }) => sum + sentBytes, 0);
}

async function git(cwd: string, ...args: string[]): Promise<void> {
  const { code, stderr } = await runGit(args, { cwd, env: isolatedGitEnvironment(cwd) });
  if (code !== 0) throw new Error(`git ${args[0]}: ${stderr}`);
}

async function fullClone(server: GitServer, work: string): Promise<void> {
  await git(work, 'clone', '-q', `${server.url}/acme/shop.git`, join(work, 'clone'));
}

/** As actions/checkout does it: an empty repository, all branches and tags, then the files of the head. */
async function depthZeroCheckout(server: GitServer, work: string, { today }: Planned): Promise<void> {
  await git(work, 'init', '-q');
  await git(work, 'remote', 'add', 'origin', `${server.url}/acme/shop.git`);
  const refs = ['+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*'];
  await git(work, '-c', 'protocol.version=2', 'fetch', '-q', '--prune', '--no-recurse-submodules', 'origin', ...refs);
  await git(work, 'checkout', '-q', '--force', '--detach', today.headSha);
}

/** A main with a past, and a PR of 60 files at two versions: before and after a rebase that also changed 5 of them. */
async function makeRepository(folder: string): Promise<{ planned: Planned; bare: string }> {
  const repository = await ImportedRepository.create(folder);
  const pathOf = (file: number): string => `src/area${file % 40}/part${file % 4}/file${file}.txt`;
  const contents = Array.from({ length: FILES }, (_, file) => denseLines(`file ${file}`, LINES));
  const edited = (file: number, at: number, tag: string): string[] =>
    (contents[file] ?? []).toSpliced(at, 6, ...denseLines(`${tag} ${file}`, 6));
  const entry = (file: number, lines: readonly string[]): readonly [string, string] => [
    pathOf(file),
    `${lines.join('\n')}\n`,
  ];

  let main = await repository.commit(
    'main',
    [],
    contents.map((lines, file) => entry(file, lines)),
  );
  for (let step = 0; step < PAST_COMMITS; step += 1) {
    const replaced = Array.from({ length: REPLACED }, (_, index) => (step * 61 + index * 251) % FILES);
    for (const file of replaced) contents[file] = denseLines(`${step} ${file}`, LINES);
    main = await repository.commit(
      'main',
      [main],
      replaced.map((file) => entry(file, contents[file] ?? [])),
    );
  }
  const pullFiles = Array.from({ length: PULL_FILES }, (_, index) => index * 25);
  const before = pullFiles.map((file) => entry(file, edited(file, 20, 'mine')));
  await repository.commit('before', [main], before);
  for (let step = 0; step < 12; step += 1) {
    const touched = Array.from({ length: 20 }, (_, index) => (step * 97 + index * 25) % FILES);
    for (const file of touched) contents[file] = edited(file, 50 + step * 4, `upstream ${step}`);
    main = await repository.commit(
      'main',
      [main],
      touched.map((file) => entry(file, contents[file] ?? [])),
    );
  }
  for (const file of pullFiles) contents[file] = edited(file, 20, 'mine');
  for (const file of pullFiles.slice(0, 5)) contents[file] = edited(file, 110, 'more');
  await repository.commit(
    'after',
    [main],
    pullFiles.map((file) => entry(file, contents[file] ?? [])),
  );
  const [newBase, headBefore, after, oldBase] = await repository.end('main', 'before', 'after', 'before~1');
  if (newBase === undefined || headBefore === undefined || after === undefined || oldBase === undefined) {
    throw new Error('a branch is missing');
  }
  // As a host keeps it: packed, with one version of a file stored as what it changes in another.
  await git(folder, 'repack', '-q', '-a', '-d', '-f');
  return {
    bare: folder,
    planned: {
      previous: { mergeBaseSha: oldBase, headSha: headBefore },
      today: { mergeBaseSha: newBase, headSha: after },
      paths: pullFiles.map(pathOf),
    },
  };
}
