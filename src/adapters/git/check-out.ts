import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { bytesOf } from '../../core/bytes.ts';
import type { CheckedOut, CheckOutRequest } from '../../ports/repository.ts';
import { GitFault } from '../../ports/repository.ts';
import { REMOTE, type BareRepository } from './bare-repository.ts';
import { readBlobs } from './blobs.ts';
import { whatGitSaid } from './git-process.ts';
import { withNetworkRetries } from './retry.ts';
import { nulFields } from './trees.ts';

/** Larger files are data, and nobody reviews them line by line. */
const MAX_FILE_BYTES = 1024 * 1024;
const MAX_TOTAL_BYTES = 2 * 1024 * 1024 * 1024;
/** Contents held in memory at a time. */
const BATCH_BYTES = 32 * 1024 * 1024;

/** All of a tree's files up to a size, in one go; what is here already comes again, which is cheaper than naming the rest. */
const FETCH_FILES = [
  'fetch',
  '--quiet',
  '--refetch',
  '--depth=1',
  `--filter=blob:limit=${MAX_FILE_BYTES + 1}`,
  '--no-tags',
  '--no-write-fetch-head',
  '--no-auto-maintenance',
  '--no-recurse-submodules',
  '--refmap=',
  '--stdin',
  REMOTE,
];

type File = { path: string; oid: string; mode: string };

/**
 * Writes a work tree by hand, as no checkout of git's does: no filter, no hook, no link and no submodule comes into being,
 * and no file outside the folder. What git itself needs to look into it is made of our own settings.
 */
export async function checkOut(repository: BareRepository, request: CheckOutRequest): Promise<CheckedOut> {
  const { head, trusted, folder, fromTrusted } = request;
  await fetchFiles(repository, head);
  const ofHead = (await filesOf(repository, head)).filter(({ path }) => !fromTrusted(path));
  const files = new Set(ofHead.map(({ path }) => path));
  const ofTrusted = (await filesOf(repository, trusted)).filter(
    ({ path }) => fromTrusted(path) && !isBelow(path, files),
  );
  const safe = [...ofHead, ...ofTrusted].filter(({ path }) => isSafe(path));
  const sizes = await sizesOf(repository, safe);
  // Few and small, and not part of what was fetched.
  const absent = ofTrusted.filter(({ path, oid }) => isSafe(path) && !sizes.has(oid));
  for (const { oid } of absent) sizes.set(oid, (await readBlobs(repository, [oid])).get(oid)?.length ?? 0);
  const chosen = withinTotal(
    safe.filter(({ oid }) => (sizes.get(oid) ?? Infinity) <= MAX_FILE_BYTES),
    sizes,
  );
  await mkdir(folder, { recursive: true });
  for (const batch of batches(chosen, sizes)) await writeBatch(repository, folder, batch);
  await writeGitFolder(repository, request, chosen);
  return {
    files: chosen.length,
    leftOut: ofHead.length + ofTrusted.length - chosen.length,
    objectFolders: [
      join(repository.folder, 'objects'),
      ...(repository.alternates === null ? [] : [repository.alternates]),
    ],
  };
}

async function fetchFiles(repository: BareRepository, head: string): Promise<void> {
  if (repository.remote === null) return;
  repository.mayHoldBlobs = true;
  await withNetworkRetries(async () => {
    const answer = await repository.network(FETCH_FILES, { input: `${head}\n`, anyExit: true });
    if (answer.code !== 0) throw new GitFault(`fetching the files of ${head} failed: ${whatGitSaid(answer)}`);
  });
}

/** Regular files and links; submodules have no content here. */
async function filesOf(repository: BareRepository, tree: string): Promise<File[]> {
  const { stdout } = await repository.local(['ls-tree', '-r', '-z', '--full-tree', tree]);
  return nulFields(stdout).flatMap((field) => {
    const match = /^(\d{6}) ([a-z]+) ([0-9a-f]+)\t(.*)$/s.exec(field);
    if (match === null) throw new GitFault('git ls-tree printed what can not be read');
    const [, mode = '', kind = '', oid = '', path = ''] = match;
    return kind === 'blob' ? [{ mode, oid, path }] : [];
  });
}

/** Where the head has a file, there is no room for a folder of the base's. */
function isBelow(path: string, files: ReadonlySet<string>): boolean {
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    if (files.has(path.slice(0, end))) return true;
  }
  return false;
}

/** A tree can hold any name. Those that would lead out of the folder, or into git's own, are not written. */
function isSafe(path: string): boolean {
  const segments = path.split('/');
  return (
    path.isWellFormed() &&
    !/[\0\\:]/.test(path) &&
    segments.every((segment) => segment !== '' && segment !== '.' && segment !== '..' && !isGitName(segment))
  );
}

/** Also as file systems may take it that ignore case, or what they can't show. */
function isGitName(segment: string): boolean {
  const plain = segment
    .toLowerCase()
    .replace(/[\p{Cf}\p{Mn}]/gu, '')
    .replace(/[. ]+$/, '');
  return plain === '.git' || plain === 'git~1';
}

/** By object name; those that are not here are absent. */
async function sizesOf(repository: BareRepository, files: readonly File[]): Promise<Map<string, number>> {
  const input = files.map(({ oid }) => `${oid}\n`).join('');
  const { stdout } = await repository.local(['cat-file', '--batch-check'], { input });
  const sizes = new Map<string, number>();
  for (const line of stdout.toString('latin1').split('\n')) {
    const match = /^([0-9a-f]+) blob (\d+)$/.exec(line);
    if (match?.[1] !== undefined) sizes.set(match[1], Number(match[2]));
  }
  return sizes;
}

function withinTotal(files: readonly File[], sizes: ReadonlyMap<string, number>): File[] {
  let total = 0;
  return files.filter(({ oid }) => {
    total += sizes.get(oid) ?? 0;
    return total <= MAX_TOTAL_BYTES;
  });
}

function batches(files: readonly File[], sizes: ReadonlyMap<string, number>): File[][] {
  const all: File[][] = [];
  let room = 0;
  for (const file of files) {
    const size = sizes.get(file.oid) ?? 0;
    if (size > room) {
      all.push([]);
      room = BATCH_BYTES;
    }
    all.at(-1)?.push(file);
    room -= size + 1;
  }
  return all;
}

async function writeBatch(repository: BareRepository, folder: string, files: readonly File[]): Promise<void> {
  const contents = await readBlobs(
    repository,
    files.map(({ oid }) => oid),
  );
  for (const { path, oid } of files) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    // `wx`: of two names that a file system takes for one, the first stays.
    await writeFile(target, contents.get(oid) ?? Buffer.of(), { flag: 'wx', mode: 0o644 }).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
  }
}

/** Detached at the head, over the objects of the bare repository, with no remote. */
async function writeGitFolder(
  repository: BareRepository,
  { head, base, folder }: CheckOutRequest,
  files: readonly File[],
): Promise<void> {
  const git = join(folder, '.git');
  await mkdir(join(git, 'objects', 'info'), { recursive: true });
  await mkdir(join(git, 'refs', 'pushback'), { recursive: true });
  const sha256 = repository.objectFormat === 'sha256';
  const settings = [
    `[core]\n\trepositoryformatversion = ${sha256 ? 1 : 0}\n\tbare = false\n\tfileMode = false\n\tsymlinks = false`,
    '\thooksPath = /dev/null\n\tfsmonitor = false\n\tattributesFile = /dev/null',
    ...(sha256 ? ['[extensions]\n\tobjectFormat = sha256'] : []),
  ];
  await writeFile(join(git, 'config'), `${settings.join('\n')}\n`);
  await writeFile(join(git, 'HEAD'), `${head}\n`);
  await writeFile(join(git, 'refs', 'pushback', 'base'), `${base}\n`);
  await writeFile(join(git, 'objects', 'info', 'alternates'), `${join(repository.folder, 'objects')}\n`);
  await copyFile(join(repository.folder, 'shallow'), join(git, 'shallow')).catch((error: unknown) => {
    // There is none over a local repository with all of its history.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  });
  // The index knows what was written, so that git sees it as unchanged.
  const input = Buffer.concat(
    files.flatMap(({ mode, oid, path }) => [Buffer.from(`${mode} ${oid}\t`), bytesOf(path), Buffer.of(0)]),
  );
  await repository.local(['update-index', '-z', '--index-info'], {
    env: { GIT_INDEX_FILE: join(git, 'index') },
    input,
  });
}
