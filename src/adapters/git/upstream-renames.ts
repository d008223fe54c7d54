import { GitFault, type Treeish } from '../../ports/repository.ts';
import type { BareRepository } from './bare-repository.ts';
import { changesBetween } from './tree-changes.ts';
import { nulFields, writeTree, type TreeChange, type TreeEntry } from './trees.ts';

export type Rename = { from: string; to: string };

/** More new files than this are not compared with the PR's: its file then comes back whole, under its new name. */
const MAX_CANDIDATES = 2000;

/** Files of the PR's head that the merge put under another name, because upstream renamed them meanwhile. */
export async function upstreamRenames(
  repository: BareRepository,
  head: Treeish,
  carried: Treeish,
  ofUpstream: readonly TreeChange[],
  ofPullRequest: readonly TreeChange[],
): Promise<Rename[]> {
  const ours = new Set(ofPullRequest.filter((change) => change.to !== null).map((change) => change.path));
  // Only what upstream took away can have gone elsewhere; most pushes see none of that.
  const touched = new Set(ofPullRequest.map((change) => change.path));
  if (!ofUpstream.some((change) => change.to === null && touched.has(change.path))) return [];
  const moved = await changesBetween(repository, head, carried);
  const left = entriesOf(
    moved.filter((change) => change.to === null && ours.has(change.path)),
    'from',
  );
  const came = entriesOf(
    moved.filter((change) => change.from === null),
    'to',
  );
  if (left.size === 0 || came.size === 0 || came.size > MAX_CANDIDATES) return [];
  // Only the candidates are laid beside each other, so that no other file's content has to be fetched.
  const before = await writeTree(repository, null, left);
  const after = await writeTree(repository, null, came);
  const args = ['diff-tree', '-r', '-z', '--raw', '--no-abbrev', '--find-renames=50%', '-l7000', '--no-rename-empty'];
  return renamesIn(nulFields((await repository.network([...args, '--diff-filter=R', before, after])).stdout));
}

function entriesOf(changes: readonly TreeChange[], side: 'from' | 'to'): Map<string, TreeEntry | null> {
  return new Map(changes.map((change) => [change.path, change[side]]));
}

function renamesIn(fields: readonly string[]): Rename[] {
  const renames: Rename[] = [];
  for (let at = 0; at < fields.length; at += 3) {
    const [, from, to] = fields.slice(at, at + 3);
    if (from === undefined || to === undefined) throw new GitFault('git diff-tree printed what can not be read');
    renames.push({ from, to });
  }
  return renames;
}
