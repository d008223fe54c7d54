import type { Treeish } from '../../ports/repository.ts';
import type { BareRepository } from './bare-repository.ts';
import { changesBetween } from './tree-changes.ts';
import { writeTree, type TreeEntry } from './trees.ts';

export type Layer = { tree: Treeish; paths: readonly string[] };

/** `base` with the given paths as they are in other trees, later layers over earlier ones; absent there means removed. */
export async function overlay(repository: BareRepository, base: Treeish, layers: readonly Layer[]): Promise<Treeish> {
  const result = new Map<string, TreeEntry | null>();
  const [only, ...others] = layers;
  for (const layer of layers) {
    const changes = new Map(
      (await changesBetween(repository, base, layer.tree)).map((change) => [change.path, change]),
    );
    // Every difference is laid over: the layer's own tree is the result, and needs no writing.
    if (layer === only && others.length === 0 && isWithin(changes.keys(), layer.paths)) return layer.tree;
    for (const path of layer.paths) {
      const change = changes.get(path);
      // As in the base: an earlier layer may have said otherwise.
      if (change === undefined) result.delete(path);
      else result.set(path, change.to);
    }
  }
  return writeTree(repository, base, result);
}

function isWithin(paths: Iterable<string>, wanted: readonly string[]): boolean {
  const known = new Set(wanted);
  for (const path of paths) if (!known.has(path)) return false;
  return true;
}
