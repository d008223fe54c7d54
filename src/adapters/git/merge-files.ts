import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GitFault } from '../../ports/repository.ts';
import type { BareRepository } from './bare-repository.ts';
import { readBlobs } from './blobs.ts';
import { oidOf, type TreeEntry } from './trees.ts';

export type ThreeSides = { path: string; base: TreeEntry; ours: TreeEntry; theirs: TreeEntry };

/**
 * Merges the lines of text files; where lines conflict, and only there, our side's are taken. The answer has no entry
 * for a file that git does not take for text.
 */
export async function mergeFilesOurs(
  repository: BareRepository,
  files: readonly ThreeSides[],
): Promise<Map<string, TreeEntry>> {
  if (files.length === 0) return new Map();
  const blobs = await readBlobs(
    repository,
    files.flatMap((file) => [file.base.oid, file.ours.oid, file.theirs.oid]),
  );
  const folder = await mkdtemp(join(repository.scratch, 'merge-'));
  try {
    const merged: { path: string; name: string; mode: string }[] = [];
    for (const [index, file] of files.entries()) {
      const names = { ours: `${index}-ours`, base: `${index}-base`, theirs: `${index}-theirs` };
      for (const side of ['ours', 'base', 'theirs'] as const) {
        await writeFile(join(folder, names[side]), blobs.get(file[side].oid) ?? '');
      }
      const args = ['merge-file', '--quiet', '--ours', names.ours, names.base, names.theirs];
      const { code } = await repository.local(args, { cwd: folder, anyExit: true });
      if (code === 0) merged.push({ path: file.path, name: names.ours, mode: mergedMode(file) });
    }
    const oids = await hashFiles(
      repository,
      folder,
      merged.map(({ name }) => name),
    );
    return new Map(merged.map(({ path, mode }, index) => [path, { mode, oid: oids[index] ?? '' }]));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

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
