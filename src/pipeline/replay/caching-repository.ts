import type { FileDiff } from '../../core/diff.ts';
import type { DiffOptions, Repository } from '../../ports/repository.ts';

/** Diffs kept at most: those of a pull request's neighbouring pushes, which ask for the same ones again. */
const MAX_DIFFS = 8;

/**
 * The same repository, which remembers its latest diffs by the pair of trees. Pushes that stand next to each other
 * share most of what they ask.
 * @param treeOf the tree of a commit where it is known, so that a commit and its tree count as the same
 */
export function cachingRepository(repository: Repository, treeOf: (sha: string) => string): Repository {
  const diffs = new Map<string, Promise<FileDiff[]>>();
  const diff = (from: string, to: string, options: DiffOptions = {}): Promise<FileDiff[]> => {
    const [fromTree, toTree] = [treeOf(from), treeOf(to)];
    if (fromTree === toTree) return Promise.resolve([]);
    const key = JSON.stringify([fromTree, toTree, options]);
    const known = diffs.get(key) ?? repository.diff(fromTree, toTree, options);
    diffs.delete(key);
    diffs.set(key, known);
    const [oldest] = diffs.keys();
    if (diffs.size > MAX_DIFFS && oldest !== undefined) diffs.delete(oldest);
    return known;
  };
  return {
    traffic: repository.traffic,
    fetch: (commits) => repository.fetch(commits),
    prefetch: (today, earlier) => repository.prefetch(today, earlier),
    diff,
    carry: (from, todayMergeBase) => repository.carry(from, todayMergeBase),
    overlay: (base, layers) => repository.overlay(base, layers),
    checkOut: (request) => repository.checkOut(request),
    readFile: (tree, path) => repository.readFile(tree, path),
    attributes: (tree, paths, names) => repository.attributes(tree, paths, names),
    listPaths: (tree) => repository.listPaths(tree),
    lookAt: (blobs) => repository.lookAt(blobs),
    readFiles: (tree, paths, maxBytes) => repository.readFiles(tree, paths, maxBytes),
    search: (tree, query) => repository.search(tree, query),
    [Symbol.asyncDispose]: () => repository[Symbol.asyncDispose](),
  };
}
