import { createHash, randomUUID } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { copyFile, lstat, mkdir, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../../ports/log.ts';
import type { BareRepository } from './bare-repository.ts';

export type KeptObjectsOptions = {
  /** Kept between runs, for any number of repositories and of jobs at once. */
  folder: string;
  /** Of one repository's packs. */
  maxBytes: number;
};

export const DEFAULT_KEPT_BYTES = 64 * 1024 * 1024;

/** Runs whose packs are kept of one repository: each costs time to verify. */
const MAX_RUNS = 20;

const PACK_FILE = /^pack-(?:[0-9a-f]{40}|[0-9a-f]{64})\.(pack|idx)$/;

type Run = { folder: string; files: string[]; bytes: number; usedAt: number };

/**
 * What earlier runs fetched from one remote, kept in a folder. A run copies it into its own repository, has git verify
 * the copy object by object, and leaves what it fetched itself behind when it ends. Nobody reads the folder in place and
 * whole runs come and go by one rename, so that jobs need no lock, and what is broken, cut short or forged is found out
 * before it is used.
 */
export class KeptObjects {
  readonly #options: KeptObjectsOptions;
  readonly #log: Log | null;
  readonly #takenIn = new Set<string>();

  constructor(options: KeptObjectsOptions, log: Log | null) {
    this.#options = options;
    this.#log = log;
  }

  /** Whether a pack came from here, and not over the network. */
  has(pack: string): boolean {
    return this.#takenIn.has(pack);
  }

  /** Copies in what is kept of the repository's remote. It never fails a run: what can't be used is left or thrown away. */
  async takeIn(repository: BareRepository): Promise<void> {
    const runs = await this.#runs(repository);
    for (const run of this.#within(runs)) {
      if (await this.#takeInRun(repository, run)) continue;
      this.#log?.info('What an earlier run kept of the repository is broken: it is thrown away and fetched again');
      try {
        await this.#throwAway(run);
      } catch (error) {
        // It may be another user's, as with jobs in containers.
        this.#log?.info(`What is broken can't be thrown away: ${(error as Error).message}`);
      }
    }
    if (this.#takenIn.size > 0) repository.mayHoldBlobs = true;
  }

  /** Keeps what this run fetched, and lets go of the oldest of what is too much. */
  async leave(repository: BareRepository): Promise<void> {
    const packs = join(repository.folder, 'objects', 'pack');
    const own = (await readdir(packs)).filter((name) => PACK_FILE.test(name) && !this.#takenIn.has(name));
    const place = this.#placeOf(repository);
    if (own.some((name) => name.endsWith('.pack'))) {
      await mkdir(place, { recursive: true });
      const unfinished = join(place, `unfinished-${randomUUID()}`);
      await mkdir(unfinished);
      for (const name of own) await copyFile(join(packs, name), join(unfinished, name), constants.COPYFILE_FICLONE);
      await rename(unfinished, join(place, `run-${randomUUID()}`));
    }
    const runs = await this.#runs(repository);
    const kept = new Set(this.#within(runs));
    for (const run of runs) if (!kept.has(run)) await this.#throwAway(run);
    await this.#sweep(place);
  }

  async #takeInRun(repository: BareRepository, run: Run): Promise<boolean> {
    const packs = join(repository.folder, 'objects', 'pack');
    const copied: string[] = [];
    try {
      for (const name of run.files.filter((file) => !this.#takenIn.has(file))) {
        await copyFile(join(run.folder, name), join(packs, name), constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
        copied.push(name);
      }
      const indexes = copied.filter((name) => name.endsWith('.idx')).map((name) => join(packs, name));
      const whole = copied.length === 2 * indexes.length;
      const verified =
        indexes.length === 0 ||
        (await repository.local(['verify-pack', '--', ...indexes], { anyExit: true })).code === 0;
      if (whole && verified) {
        // Files of its trees may be missing, as after any fetch without them.
        for (const index of indexes) await writeFile(index.replace(/idx$/, 'promisor'), '');
        for (const name of copied) this.#takenIn.add(name);
        await utimes(run.folder, new Date(), new Date()).catch(() => undefined);
        return true;
      }
    } catch (error) {
      // Another job may have let go of it meanwhile.
      this.#log?.debug(`Kept objects can't be copied: ${(error as Error).message}`);
    }
    for (const name of copied) await rm(join(packs, name), { force: true });
    return false;
  }

  /** The newest that are within the bounds; one that is too large by itself takes no other's place. */
  #within(runs: readonly Run[]): Run[] {
    let room = this.#options.maxBytes;
    return runs.slice(0, MAX_RUNS).filter(({ bytes }) => {
      if (bytes > room) return false;
      room -= bytes;
      return true;
    });
  }

  /** Latest used first. Whatever else lies about in the folder is none. */
  async #runs(repository: BareRepository): Promise<Run[]> {
    const place = this.#placeOf(repository);
    const runs: Run[] = [];
    for (const name of (await namesIn(place)).filter((entry) => entry.startsWith('run-'))) {
      const folder = join(place, name);
      const files = (await namesIn(folder)).filter((file) => PACK_FILE.test(file));
      const stats = await Promise.all([folder, ...files.map((file) => join(folder, file))].map(statOf));
      const [own, ...others] = stats;
      if (own?.isDirectory() !== true || !others.every((stat) => stat?.isFile() === true)) continue;
      const bytes = others.reduce((sum, stat) => sum + (stat?.size ?? 0), 0);
      runs.push({ folder, files, bytes, usedAt: own.mtimeMs });
    }
    return runs.toSorted((a, b) => b.usedAt - a.usedAt);
  }

  async #throwAway(run: Run): Promise<void> {
    const gone = join(run.folder, '..', `unfinished-${randomUUID()}`);
    try {
      await rename(run.folder, gone);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return; // another job was quicker
      throw error;
    }
    await rm(gone, { recursive: true, force: true });
  }

  /** What a killed job left half done. */
  async #sweep(place: string): Promise<void> {
    for (const name of (await namesIn(place)).filter((entry) => entry.startsWith('unfinished-'))) {
      const stat = await statOf(join(place, name));
      if (stat !== null && stat.mtimeMs < Date.now() - HOUR_MS)
        await rm(join(place, name), { recursive: true, force: true });
    }
  }

  #placeOf(repository: BareRepository): string {
    const name = createHash('sha256')
      .update(`${repository.objectFormat} ${repository.remote?.url ?? ''}`)
      .digest('hex');
    return join(this.#options.folder, name.slice(0, 32));
  }
}

const HOUR_MS = 3_600_000;

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

/** Of the entry itself: a link leads nowhere that is ours. */
async function statOf(path: string): Promise<Stats | null> {
  return lstat(path).catch(() => null);
}
