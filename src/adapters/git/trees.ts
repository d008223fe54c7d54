import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesOf, textOf } from '../../core/bytes.ts';
import { GitFault, type Treeish } from '../../ports/repository.ts';
import type { BareRepository } from './bare-repository.ts';

/** A file's entry in a tree. */
export type TreeEntry = { mode: string; oid: string };

/** How one path differs between two trees; null where it is absent. Renames are not looked for. */
export type TreeChange = { path: string; from: TreeEntry | null; to: TreeEntry | null };

/** The entries of the given paths; absent ones are left out, and so are blobs that are known to be larger than `maxBytes`. */
export async function entriesAt(
  repository: BareRepository,
  tree: Treeish,
  paths: readonly string[],
  maxBytes = Number.POSITIVE_INFINITY,
): Promise<Map<string, TreeEntry>> {
  if (paths.length === 0) return new Map();
  const asArguments = fitArguments(paths) ? paths : [];
  const sizes = maxBytes === Number.POSITIVE_INFINITY ? [] : ['--long'];
  const listing = await repository.local(['ls-tree', '-r', '-z', ...sizes, '--full-tree', tree, '--', ...asArguments]);
  const wanted = new Set(paths);
  const entries = new Map<string, TreeEntry>();
  for (const field of nulFields(listing.stdout)) {
    // Of what is not here and what has none, the size is a word.
    const match = /^(\d{6}) [a-z]+ ([0-9a-f]+)(?: +(?:(\d+)|-|BAD))?\t(.*)$/s.exec(field);
    if (match === null) throw new GitFault('git ls-tree printed what can not be read');
    const [, mode = '', oid = '', size = '0', path = ''] = match;
    if (wanted.has(path) && Number(size) <= maxBytes) entries.set(path, { mode, oid });
  }
  return entries;
}

/** Whether names can go to git as arguments: few enough, and of text that survives as UTF-8. */
export function fitArguments(paths: readonly string[]): boolean {
  return paths.length <= 500 && paths.every((path) => path.isWellFormed() && path.length <= 1024);
}

/** The tree `base` with entries set, or removed where null. Needs no blob to be here. Returns the new tree's name. */
export async function writeTree(
  repository: BareRepository,
  base: Treeish | null,
  entries: ReadonlyMap<string, TreeEntry | null>,
): Promise<Treeish> {
  const index = join(repository.scratch, `index-${randomUUID()}`);
  const options = { env: { GIT_INDEX_FILE: index } };
  try {
    await repository.local(base === null ? ['read-tree', '--empty'] : ['read-tree', `${base}^{tree}`], options);
    const input = indexInfo(entries, repository);
    if (input.length > 0) await repository.local(['update-index', '-z', '--index-info'], { ...options, input });
    return oidOf((await repository.local(['write-tree', '--missing-ok'], options)).stdout);
  } finally {
    await rm(index, { force: true });
    await rm(`${index}.lock`, { force: true });
  }
}

/** Removals first: where a file takes the place of a folder or the other way round, the new one must find it free. */
function indexInfo(entries: ReadonlyMap<string, TreeEntry | null>, repository: BareRepository): Uint8Array {
  const removed: Uint8Array[] = [];
  const set: Uint8Array[] = [];
  for (const [path, entry] of entries) {
    const head = entry === null ? `0 ${repository.nullOid}\t` : `${entry.mode} ${entry.oid}\t`;
    (entry === null ? removed : set).push(Buffer.concat([Buffer.from(head), bytesOf(path), Buffer.of(0)]));
  }
  return Buffer.concat([...removed, ...set]);
}

export function oidOf(output: Buffer): string {
  const oid = output.toString('latin1').trim();
  if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(oid)) throw new GitFault('git gave no object name where one was due');
  return oid;
}

/** The fields of NUL-terminated output. */
export function nulFields(output: Uint8Array): string[] {
  const fields: string[] = [];
  for (let from = 0; from < output.length;) {
    const end = output.indexOf(0, from);
    if (end < 0) throw new GitFault("git's output ends in the middle of a field");
    fields.push(textOf(output.subarray(from, end)));
    from = end + 1;
  }
  return fields;
}
