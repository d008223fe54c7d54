import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { CoveredVersion } from '../../core/coverage.ts';
import type { CommitSha } from '../../core/ids.ts';
import type { Log } from '../../ports/log.ts';
import { GitFault, type FetchOutcome, type Repository } from '../../ports/repository.ts';
import { attributesAt } from './attributes.ts';
import { createBareRepository, type BareRepository, type Remote } from './bare-repository.ts';
import { readFileAt, readFilesAt } from './blobs.ts';
import { carry } from './carry.ts';
import { checkOut } from './check-out.ts';
import { DeeperFetch, folderOfDeeper } from './deeper.ts';
import { fetchCommits } from './fetch-commits.ts';
import { requireGit } from './git-version.ts';
import { KeptObjects, type KeptObjectsOptions } from './kept-objects.ts';
import { listPaths } from './list-paths.ts';
import { lookAtBlobs } from './look-at-blobs.ts';
import { overlay } from './overlay.ts';
import { prefetchBlobs } from './prefetch.ts';
import { readDiff } from './read-diff.ts';
import { searchTree } from './search-tree.ts';
import { treesHere } from './tree-names.ts';

export type OpenRepositoryOptions = {
  /** HTTP or HTTPS; null for a local repository alone. Must hold no user or password. */
  remoteUrl: string | null;
  /** Goes to the remote only, never to a disk or an argument list. */
  token: string | null;
  /** The repository gets a fresh folder under it, which disposing deletes. */
  workFolder: string;
  /** Object store (`.git/objects`) of a local repository to read from. No file of it changes. */
  alternates?: string;
  /** Refs that lead to the commits, for a remote that refuses them by name: `refs/pull/12/head`, `refs/heads/main`. */
  refs?: readonly string[];
  /** Where what was fetched is kept for later runs. */
  kept?: KeptObjectsOptions;
  /** Time limit of each git process. */
  timeoutMs?: number;
  /** Time limit of all that may use the network, together. */
  networkMs?: number;
  /** Ends every git process when it aborts: what is under way then fails. */
  signal?: AbortSignal;
  log?: Log;
};

const DEFAULT_TIMEOUT_MS = 120_000;
const DEFAULT_NETWORK_MS = 600_000;

/** Opens our own bare repository over a remote, a local object store, or both. Throws a `GitFault` without a fit git. */
export async function openRepository(options: OpenRepositoryOptions): Promise<Repository> {
  const remote = remoteOf(options);
  await requireGit('/');
  const made = new Map<CommitLength, Promise<BareRepository>>();
  const ending = new AbortController();
  const signal = AbortSignal.any([ending.signal, ...(options.signal === undefined ? [] : [options.signal])]);
  // A repository's kind of object names shows in the first commit that is asked for.
  const kept =
    options.kept === undefined || remote === null ? null : new KeptObjects(options.kept, options.log ?? null);
  const repositoryFor = (sha: string): Promise<BareRepository> => {
    const length: CommitLength = sha.length === 64 ? 64 : 40;
    if (made.size > 0 && !made.has(length)) throw new GitFault('object names of two lengths in one repository');
    const repository =
      made.get(length) ??
      createBareRepository({
        remote,
        workFolder: options.workFolder,
        alternates: options.alternates ?? null,
        objectFormat: length === 64 ? 'sha256' : 'sha1',
        timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
        networkMs: options.networkMs ?? DEFAULT_NETWORK_MS,
        signal,
        log: options.log ?? null,
      }).then(async (fresh) => {
        await kept?.takeIn(fresh);
        return fresh;
      });
    made.set(length, repository);
    return repository;
  };
  const deeper = new DeeperFetch(options.refs ?? [], options.log ?? null);
  return new GitRepository(repositoryFor, () => [...made.values()], deeper, kept, ending, options.log ?? null);
}

type CommitLength = 40 | 64;

const FETCHED: FetchOutcome = { outcome: 'fetched' };

function remoteOf({ remoteUrl, token }: OpenRepositoryOptions): Remote | null {
  if (remoteUrl === null) return null;
  const url = URL.parse(remoteUrl);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new GitFault(`the remote must be an http or https URL, not ${JSON.stringify(withoutCredentials(remoteUrl))}`);
  }
  if (url.username !== '' || url.password !== '')
    throw new GitFault('the URL of the remote must hold no user or password');
  if (token !== null && !/^[\x21-\x7e]+$/.test(token)) {
    throw new GitFault('the token holds characters that no token has (blanks, line breaks or non-ASCII)');
  }
  return { url: remoteUrl, token: token === '' ? null : token };
}

export function withoutCredentials(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//');
}

class GitRepository implements Repository {
  readonly traffic = { fetches: 0, receivedBytes: 0 };
  readonly #repositoryFor: (sha: string) => Promise<BareRepository>;
  readonly #made: () => Promise<BareRepository>[];
  readonly #deeper: DeeperFetch;
  readonly #kept: KeptObjects | null;
  /** Ends what is still under way when nobody will ask for it any more. */
  readonly #ending: AbortController;
  readonly #underWay = new Set<Promise<unknown>>();
  #lastFetch: Promise<unknown> = Promise.resolve();
  readonly #log: Log | null;
  readonly #present = new Set<CommitSha>();

  constructor(
    repositoryFor: (sha: string) => Promise<BareRepository>,
    made: () => Promise<BareRepository>[],
    deeper: DeeperFetch,
    kept: KeptObjects | null,
    ending: AbortController,
    log: Log | null,
  ) {
    this.#repositoryFor = repositoryFor;
    this.#made = made;
    this.#deeper = deeper;
    this.#kept = kept;
    this.#ending = ending;
    this.#log = log;
  }

  fetch(commits: readonly CommitSha[]): Promise<FetchOutcome> {
    return this.#inTurn(() => this.#fetch(commits));
  }

  /** Fetches of commits lock each other out of git's list of where history ends. */
  #inTurn<T>(fetch: () => Promise<T>): Promise<T> {
    const turn = this.#lastFetch.then(fetch);
    this.#lastFetch = turn.catch(() => undefined);
    return turn;
  }

  async #fetch(commits: readonly CommitSha[]): Promise<FetchOutcome> {
    const missing = [...new Set(commits)].filter((sha) => !this.#present.has(sha));
    const [first] = missing;
    if (first === undefined) return { outcome: 'fetched' };
    return this.#counted(first, async (repository) => {
      const absent = repository.mayHoldBlobs ? await absentFrom(repository, missing) : missing;
      const outcome = absent.length === 0 ? FETCHED : await this.#fetchAbsent(repository, absent);
      const unavailable = outcome.outcome === 'unavailable' ? outcome.missing : [];
      for (const sha of missing) if (!unavailable.includes(sha)) this.#present.add(sha);
      return outcome;
    });
  }

  async #fetchAbsent(repository: BareRepository, absent: readonly CommitSha[]): Promise<FetchOutcome> {
    const outcome = await fetchCommits(repository, absent);
    if (outcome.outcome === 'fetched' || repository.remote === null) return outcome;
    const missing = await this.#deeper.commits(repository, outcome.missing, outcome.why);
    return missing.length === 0 ? FETCHED : { ...outcome, missing };
  }

  prefetch(...[today, earlier]: Parameters<Repository['prefetch']>): ReturnType<Repository['prefetch']> {
    const isPresent = ({ mergeBaseSha, headSha }: CoveredVersion): boolean =>
      this.#present.has(mergeBaseSha) && this.#present.has(headSha);
    return this.#counted(today.headSha, (repository) => prefetchBlobs(repository, today, earlier.filter(isPresent)));
  }

  diff(...[from, to, options = {}]: Parameters<Repository['diff']>): ReturnType<Repository['diff']> {
    return this.#counted(from, (repository) => readDiff(repository, from, to, options));
  }

  carry(...[from, todayMergeBase]: Parameters<Repository['carry']>): ReturnType<Repository['carry']> {
    return this.#counted(from.headSha, async (repository) => {
      const outcome = await carry(repository, from, todayMergeBase);
      if (outcome.outcome === 'carried' || !(await this.#deeper.files(repository, outcome.why))) return outcome;
      return carry(repository, from, todayMergeBase);
    });
  }

  overlay(...[base, layers]: Parameters<Repository['overlay']>): ReturnType<Repository['overlay']> {
    return this.#counted(base, (repository) => overlay(repository, base, layers));
  }

  checkOut(request: Parameters<Repository['checkOut']>[0]): ReturnType<Repository['checkOut']> {
    return this.#inTurn(() => this.#counted(request.head, (repository) => checkOut(repository, request)));
  }

  readFile(...[tree, path]: Parameters<Repository['readFile']>): ReturnType<Repository['readFile']> {
    return this.#counted(tree, (repository) => readFileAt(repository, tree, path));
  }

  readFiles(...[tree, paths, maxBytes]: Parameters<Repository['readFiles']>): ReturnType<Repository['readFiles']> {
    return this.#counted(tree, (repository) => readFilesAt(repository, tree, paths, maxBytes));
  }

  attributes(...[tree, paths, names]: Parameters<Repository['attributes']>): ReturnType<Repository['attributes']> {
    return this.#counted(tree, (repository) => attributesAt(repository, tree, paths, names));
  }

  listPaths(...[tree]: Parameters<Repository['listPaths']>): ReturnType<Repository['listPaths']> {
    return this.#counted(tree, (repository) => listPaths(repository, tree));
  }

  search(...[tree, query]: Parameters<Repository['search']>): ReturnType<Repository['search']> {
    return this.#counted(tree, (repository) => searchTree(repository, tree, query));
  }

  async lookAt(...[blobs]: Parameters<Repository['lookAt']>): ReturnType<Repository['lookAt']> {
    const [first] = blobs;
    return first === undefined ? new Map() : this.#counted(first, (repository) => lookAtBlobs(repository, blobs));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Else it would write into a folder that is being removed, and go on for as long as a process may take.
    this.#ending.abort();
    await Promise.allSettled(this.#underWay);
    for (const made of this.#made()) {
      const repository = await made;
      try {
        await this.#kept?.leave(repository);
      } catch (error) {
        this.#log?.info(`What was fetched could not be kept for later runs: ${(error as Error).message}`);
      }
      await repository.remove();
    }
  }

  async #counted<T>(sha: string, work: (repository: BareRepository) => Promise<T>): Promise<T> {
    const underWay = this.#count(sha, work);
    this.#underWay.add(underWay);
    try {
      return await underWay;
    } finally {
      this.#underWay.delete(underWay);
    }
  }

  async #count<T>(sha: string, work: (repository: BareRepository) => Promise<T>): Promise<T> {
    const repository = await this.#repositoryFor(sha);
    try {
      return await work(repository);
    } catch (error) {
      if (!(error instanceof GitFault) || !(await this.#deeper.files(repository, error.message))) throw error;
      return await work(repository);
    } finally {
      if (repository.remote !== null) Object.assign(this.traffic, await receivedPacks(repository, this.#kept));
    }
  }
}

/** Every transfer leaves one pack. Asked without a remote in sight, or git would go and fetch what it is asked about. */
async function receivedPacks(
  repository: BareRepository,
  kept: KeptObjects | null,
): Promise<{ fetches: number; receivedBytes: number }> {
  const folders = [repository.folder, folderOfDeeper(repository)].map((folder) => join(folder, 'objects', 'pack'));
  const packs = (await Promise.all(folders.map(packsIn))).flat().filter((pack) => kept?.has(basename(pack)) !== true);
  const sizes = await Promise.all(packs.map(async (pack) => (await stat(pack)).size));
  return { fetches: packs.length, receivedBytes: sizes.reduce((sum, size) => sum + size, 0) };
}

async function packsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.filter((name) => name.endsWith('.pack') && !name.startsWith('tmp_')).map((name) => join(folder, name));
}

async function absentFrom(repository: BareRepository, commits: readonly CommitSha[]): Promise<CommitSha[]> {
  const trees = await treesHere(repository, commits);
  return commits.filter((_, index) => trees[index] === null);
}
