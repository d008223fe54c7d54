import { createDiffParser } from '../../core/parse-diff.ts';
import type { FileDiff } from '../../core/diff.ts';
import type { DiffOptions, Treeish } from '../../ports/repository.ts';
import type { BareRepository } from './bare-repository.ts';
import { withNetworkRetries } from './retry.ts';
import { changesBetween } from './tree-changes.ts';
import { entriesAt, fitArguments, writeTree } from './trees.ts';

/** Everything that could be configured, said. */
const DIFF_TREE = [
  'diff-tree',
  '-r',
  '--raw',
  '--patch',
  '--no-abbrev',
  '--full-index',
  '--find-renames=50%',
  '-l7000',
  '--no-rename-empty',
  '--no-color',
  '--no-ext-diff',
  '--no-textconv',
  '--no-relative',
  // Histogram takes minutes over a file of 100,000 lines with every second one changed; this takes none, and reads as well.
  '--diff-algorithm=patience',
  '--indent-heuristic',
  '--inter-hunk-context=0',
  '--submodule=short',
  '--ignore-submodules=none',
  '--src-prefix=a/',
  '--dst-prefix=b/',
  '--line-prefix=',
];

export async function readDiff(
  repository: BareRepository,
  from: Treeish,
  to: Treeish,
  options: DiffOptions,
): Promise<FileDiff[]> {
  const { paths } = options;
  if (options.content === false) return namesOnly(repository, from, to, paths);
  if (paths === undefined) return diffTrees(repository, from, to, options.context, []);
  if (paths.length === 0) return [];
  if (!fitArguments(paths)) {
    const parts = await Promise.all([from, to].map((tree) => onlyPaths(repository, tree, paths)));
    return diffTrees(repository, parts[0] ?? from, parts[1] ?? to, options.context, []);
  }
  const wanted = new Set(paths);
  const files = await diffTrees(repository, from, to, options.context, paths);
  // A name also matches what is under it where it is a folder on the other side.
  return files.filter((file) => wanted.has(file.new?.path ?? '') || wanted.has(file.old?.path ?? ''));
}

async function diffTrees(
  repository: BareRepository,
  from: Treeish,
  to: Treeish,
  context: number | undefined,
  paths: readonly string[],
): Promise<FileDiff[]> {
  const args = [...DIFF_TREE, `--unified=${context ?? 3}`, `${from}^{tree}`, `${to}^{tree}`, '--', ...paths];
  return withNetworkRetries(async () => {
    const parser = createDiffParser();
    await repository.network(args, { onOutput: (chunk) => parser.push(chunk) });
    return parser.end();
  });
}

async function namesOnly(
  repository: BareRepository,
  from: Treeish,
  to: Treeish,
  paths: readonly string[] | undefined,
): Promise<FileDiff[]> {
  const wanted = paths === undefined ? null : new Set(paths);
  const changes = await changesBetween(repository, from, to);
  return changes
    .filter(({ path }) => wanted?.has(path) ?? true)
    .map(({ path, from: before, to: after }) => ({
      status: before === null ? 'added' : after === null ? 'deleted' : 'modified',
      old: before === null ? null : { path, ...before },
      new: after === null ? null : { path, ...after },
      binary: false,
      hunks: [],
    }));
}

async function onlyPaths(repository: BareRepository, tree: Treeish, paths: readonly string[]): Promise<Treeish> {
  return writeTree(repository, null, await entriesAt(repository, tree, paths));
}
