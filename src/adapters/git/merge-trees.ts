import { GitFault, type Treeish } from '../../ports/repository.ts';
import type { BareRepository } from './bare-repository.ts';
import { whatGitSaid } from './git-process.ts';
import { withNetworkRetries } from './retry.ts';
import { treesOf } from './tree-names.ts';
import { nulFields, oidOf, type TreeEntry } from './trees.ts';
import { writeCommit } from './write-commit.ts';

/** What the three sides have at a path on which they conflict: 1 the base, 2 ours, 3 theirs. */
export type Stages = { base?: TreeEntry; ours?: TreeEntry; theirs?: TreeEntry };

export type MergedTrees = {
  /** As git leaves it: conflicting paths hold markers, or files under made-up names. */
  tree: Treeish;
  conflicts: Map<string, Stages>;
  /** No lines were merged: every file that both sides changed is among the conflicts. */
  apart: boolean;
  /** Name of our side's commit and theirs: git appends them to a file that it moves aside (`path~commit`). */
  labels: readonly [ours: string, theirs: string];
};

/**
 * The three-way merge of two trees with a given base, on three commits made for it: git's own choice of a merge base
 * never comes in. Throws a `GitFault` where git can't tell the result.
 * @param shared the blobs whose lines may have to be merged: where none of them is long, one merge tells all
 */
export async function mergeTrees(
  repository: BareRepository,
  sides: { base: Treeish; ours: Treeish; theirs: Treeish },
  shared: readonly string[],
): Promise<MergedTrees> {
  const [[baseTree = '', oursTree = '', theirsTree = ''], mayBeLong] = await Promise.all([
    treesOf(repository, [sides.base, sides.ours, sides.theirs]),
    hasLongFile(repository, shared, { ifMissing: true }),
  ]);
  const base = await writeCommit(repository, { tree: baseTree, parent: null, message: 'base' });
  const [ours, theirs] = await Promise.all([
    writeCommit(repository, { tree: oursTree, parent: base, message: 'ours' }),
    writeCommit(repository, { tree: theirsTree, parent: base, message: 'theirs' }),
  ]);
  const labels = [ours, theirs] as const;
  if (!mayBeLong) return merge(repository, labels, { apart: false });
  // The same blobs are needed for both, so the first fetches them all, in one go.
  const apart = await merge(repository, labels, { apart: true });
  const conflicting = [...apart.conflicts.values()].flatMap((stages) => Object.values(stages).map(({ oid }) => oid));
  if (apart.conflicts.size === 0 || (await hasLongFile(repository, conflicting, { ifMissing: false }))) {
    return apart;
  }
  return merge(repository, labels, { apart: false });
}

/**
 * From this size on, in bytes, git's own merge may take minutes over a file: it always compares by histogram, which is
 * quadratic where few lines stay. `git merge-file` does not.
 */
const LONG_FILE = 1024 * 1024;

async function hasLongFile(
  repository: BareRepository,
  oids: readonly string[],
  { ifMissing }: { ifMissing: boolean },
): Promise<boolean> {
  if (oids.length === 0) return false;
  const input = oids.map((oid) => `${oid}\n`).join('');
  const { stdout } = await repository.local(['cat-file', '--batch-check=%(objectsize)'], { input });
  return stdout
    .toString('latin1')
    .split('\n')
    .some((size) => (size.endsWith(' missing') ? ifMissing : Number(size) > LONG_FILE));
}

async function merge(
  repository: BareRepository,
  labels: MergedTrees['labels'],
  { apart }: { apart: boolean },
): Promise<MergedTrees> {
  const args = ['merge-tree', '--write-tree', '-z', '--no-messages', ...labels];
  const env = apart ? { GIT_CONFIG_PARAMETERS: "'merge.default=binary'" } : {};
  const answer = await withNetworkRetries(async () => {
    const attempt = await repository.network(args, { anyExit: true, env });
    if (attempt.code > 1) throw new GitFault(`git merge-tree failed: ${whatGitSaid(attempt)}`);
    return attempt;
  });
  const [tree = '', ...fields] = nulFields(answer.stdout);
  const conflicts = stagesOf(fields.filter((field) => field !== ''));
  if (answer.code === 1 && conflicts.size === 0) throw new GitFault('git merge-tree conflicts without saying where');
  return { tree: oidOf(Buffer.from(tree)), conflicts, labels, apart };
}

function stagesOf(fields: readonly string[]): Map<string, Stages> {
  const conflicts = new Map<string, Stages>();
  for (const field of fields) {
    const match = /^(\d{6}) ([0-9a-f]+) ([123])\t(.+)$/s.exec(field);
    if (match === null) throw new GitFault('git merge-tree printed what can not be read');
    const [, mode = '', oid = '', stage, path = ''] = match;
    const side = stage === '1' ? 'base' : stage === '2' ? 'ours' : 'theirs';
    conflicts.set(path, { ...conflicts.get(path), [side]: { mode, oid } });
  }
  return conflicts;
}
