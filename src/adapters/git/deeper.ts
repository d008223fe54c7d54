import { join } from 'node:path';
import type { CommitSha } from '../../core/ids.ts';
import { GitFault } from '../../ports/repository.ts';
import type { Log } from '../../ports/log.ts';
import { addAlternate, REMOTE, writeLayout, type BareRepository } from './bare-repository.ts';
import { whatGitSaid } from './git-process.ts';
import { withNetworkRetries } from './retry.ts';
import { treesHere } from './tree-names.ts';

/** Commits back from each ref, step by step: most of what is looked for is recent, and a history has no end. */
const DEPTHS = [1, 50, 1000];

/** Everything of what it reaches, files too: it is for remotes that give nothing by its own name. */
const FETCH_ALL = [
  '-c',
  'fetch.negotiationAlgorithm=noop',
  'fetch',
  '--quiet',
  '--no-filter',
  '--no-tags',
  '--no-write-fetch-head',
  '--no-auto-maintenance',
  '--no-recurse-submodules',
  '--no-show-forced-updates',
  '--refmap=',
];

/**
 * The way round a remote that refuses commits or files by their names: it gives them by refs, as deep as it takes, up
 * to a bound. Costs much more, so it is gone only after a refusal.
 */
export class DeeperFetch {
  readonly #refs: readonly string[];
  readonly #log: Log | null;
  #tried: Promise<boolean> | null = null;
  readonly #beside = new WeakMap<BareRepository, Promise<string>>();

  /** @param refs full names, such as `refs/pull/12/head`; the remote need not have all of them */
  constructor(refs: readonly string[], log: Log | null) {
    this.#refs = refs;
    this.#log = log;
  }

  /** Which of the commits are still missing after it. */
  async commits(repository: BareRepository, missing: readonly CommitSha[], why: string): Promise<CommitSha[]> {
    if (this.#refs.length === 0) return [...missing];
    this.#log?.info(`Commits can't be had by name, they are looked for behind ${this.#refs.join(' and ')}: ${why}`);
    let left = [...missing];
    for (const depth of DEPTHS) {
      for (const [index, ref] of this.#refs.entries()) {
        await this.#fetch(repository, ref, index, depth);
        const trees = await treesHere(repository, left);
        left = left.filter((_, at) => trees[at] === null);
        if (left.length === 0) return [];
      }
    }
    return left;
  }

  /**
   * For a command that failed for want of a file: gets the files of the refs' own commits, once for all commands that may
   * be under way. True where trying again may help.
   */
  files(repository: BareRepository, fault: string): Promise<boolean> {
    if (repository.remote === null || this.#refs.length === 0 || !lacksAnObject(fault)) return Promise.resolve(false);
    if (this.#tried !== null) return this.#tried;
    this.#log?.info(`Files can't be had by name, they are fetched with ${this.#refs.join(' and ')}: ${fault}`);
    this.#tried = this.#filesOfRefs(repository);
    return this.#tried;
  }

  async #filesOfRefs(repository: BareRepository): Promise<boolean> {
    let got = false;
    for (const [index, ref] of this.#refs.entries()) {
      if (await this.#fetch(repository, ref, index, DEPTHS[1] ?? 1)) got = true;
    }
    return got;
  }

  /**
   * A repository of its own, which ours reads from: of what a remote is told to be here already it sends nothing, and
   * our commits are here without their files.
   */
  #folderBeside(repository: BareRepository): Promise<string> {
    const known = this.#beside.get(repository) ?? layOutBeside(repository);
    this.#beside.set(repository, known);
    return known;
  }

  async #fetch(repository: BareRepository, ref: string, index: number, depth: number): Promise<boolean> {
    const args = [...FETCH_ALL, `--depth=${depth}`, REMOTE, `+${ref}:refs/pushback/deeper/${index}`];
    try {
      const env = { GIT_DIR: await this.#folderBeside(repository) };
      await withNetworkRetries(async () => {
        const answer = await repository.network(args, { anyExit: true, env });
        if (answer.code !== 0) throw new GitFault(`fetching ${ref} failed: ${whatGitSaid(answer)}`);
      });
      return true;
    } catch (error) {
      if (!(error instanceof GitFault)) throw error;
      this.#log?.info(error.message);
      return false;
    } finally {
      repository.mayHoldBlobs = true;
    }
  }
}

/** Where the files lie that were fetched by ref. */
export function folderOfDeeper(repository: BareRepository): string {
  return join(repository.scratch, 'deeper.git');
}

async function layOutBeside(repository: BareRepository): Promise<string> {
  const folder = folderOfDeeper(repository);
  await writeLayout(folder, { objectFormat: repository.objectFormat, alternates: null });
  await addAlternate(repository.folder, join(folder, 'objects'));
  return folder;
}

function lacksAnObject(fault: string): boolean {
  return /promisor|unable to read|can't be read|missing blob|bad object|not our ref|unadvertised|fetching files/i.test(
    fault,
  );
}
