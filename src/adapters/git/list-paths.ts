import type { Treeish } from '../../ports/repository.ts';
import type { BareRepository } from './bare-repository.ts';
import { nulFields } from './trees.ts';

/** Every file, link and submodule of a tree, by its path. */
export async function listPaths(repository: BareRepository, tree: Treeish): Promise<string[]> {
  const { stdout } = await repository.local(['ls-tree', '-r', '-z', '--full-tree', '--name-only', tree]);
  return nulFields(stdout);
}
