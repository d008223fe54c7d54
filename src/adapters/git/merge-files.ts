import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GitFault } from '../../ports/repository.ts';
import type { BareRepository } from './bare-repository.ts';
import { readBlobs } from './blobs.ts';
import { oidOf, type TreeEntry } from './trees.ts';

export type ThreeSides = { path: string; base: TreeEntry; ours: TreeEntry; theirs: TreeEntry };

export type MergedFile = TreeEntry & {
  /** Our side's lines had to be taken somewhere. */
  conflicts: boolean;
};

/**
 * Merges the lines of text files; where lines conflict, and only there, our side's are taken. The answer has no entry
 * for a file that git does not take for text.
 * @param mayBeClean whether it is still to be found out which of them conflict; otherwise all are taken to
 */
export async function mergeFilesOurs(
  repository: BareRepository,
  files: readonly ThreeSides[],
  { mayBeClean }: { mayBeClean: boolean },
): Promise<Map<string, MergedFile>> {
  if (files.length === 0) return new Map();
  const blobs = await readBlobs(
    repository,
    files.flatMap((file) => [file.base.oid, file.ours.oid, file.theirs.oid]),
  );
  const folder = await mkdtemp(join(repository.scratch, 'merge-'));
  try {
    const merged: { path: string; name: string; mode: string; conflicts: boolean }[] = [];
    for (const [index, file] of files.entries()) {
      const names = { ours: `${index}-ours`, base: `${index}-base`, theirs: `${index}-theirs` };
      for (const side of ['ours', 'base', 'theirs'] as const) {
        await writeFile(join(folder, names[side]), blobs.get(file[side].oid) ?? '');
      }
      const mergeFile = async (...how: string[]): Promise<number> => {
        const args = ['merge-file', '--quiet', ...how, names.ours, names.base, names.theirs];
        return (await repository.local(args, { cwd: folder, anyExit: true })).code;
      };
      // The code counts the conflicts; what is no text ends with one above them all.
      const conflicts = mayBeClean ? await mergeFile('--stdout') : 1;
      if (conflicts <= MOST_CONFLICTS && (await mergeFile('--ours')) === 0) {
        merged.push({ path: file.path, name: names.ours, mode: mergedMode(file), conflicts: conflicts > 0 });
      }
    }
    const oids = await hashFiles(
      repository,
      folder,
      merged.map(({ name }) => name),
    );
    return new Map(
      merged.map(({ path, mode, conflicts }, index) => [path, { mode, oid: oids[index] ?? '', conflicts }]),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** `git merge-file` says no more of them by its exit code. */
const MOST_CONFLICTS = 127;

/** The side that changed the mode has its way; ours where both did. */
function mergedMode({ base, ours, theirs }: ThreeSides): string {
  return ours.mode === base.mode ? theirs.mode : ours.mode;
}

async function hashFiles(repository: BareRepository, folder: string, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return [];
  const args = ['hash-object', '-w', '--no-filters', '--stdin-paths'];
  const { stdout } = await repository.local(args, { cwd: folder, input: names.map((name) => `${name}\n`).join('') });
  const oids = stdout
    .toString('latin1')
    .trim()
    .split('\n')
    .map((line) => oidOf(Buffer.from(line)));
  if (oids.length !== names.length) throw new GitFault('git hash-object did not name every merged file');
  return oids;
}
