import { GitFault, type Treeish } from '../../ports/repository.ts';
import type { BareRepository } from './bare-repository.ts';

/** A commit's tree never changes; a plan asks for those of the same few commits over and over. */
const MAX_KEPT = 1000;

const kept = new WeakMap<BareRepository, Map<Treeish, string>>();

/** The trees of commits (a tree is its own), in their order and all in one process. Throws a `GitFault` for one that is not here. */
export async function treesOf(repository: BareRepository, treeishes: readonly Treeish[]): Promise<string[]> {
  const found = await treesHere(repository, treeishes);
  return found.map((tree, index) => {
    if (tree === null) throw new GitFault(`the tree of ${treeishes[index] ?? ''} is not here`);
    return tree;
  });
}

/** The same with null for what is not here. Looks, and never fetches. */
export async function treesHere(repository: BareRepository, treeishes: readonly Treeish[]): Promise<(string | null)[]> {
  const memory = kept.get(repository) ?? new Map<Treeish, string>();
  kept.set(repository, memory);
  const unknown = [...new Set(treeishes.filter((treeish) => !memory.has(treeish)))];
  if (unknown.length > 0) {
    const input = unknown.map((treeish) => `${treeish}^{tree}\n`).join('');
    const lines = (await repository.local(['cat-file', '--batch-check'], { input })).stdout.toString().split('\n');
    for (const [index, treeish] of unknown.entries()) {
      const match = /^([0-9a-f]+) tree \d+$/.exec(lines[index] ?? '');
      if (match?.[1] !== undefined) memory.set(treeish, match[1]);
    }
  }
  const answer = treeishes.map((treeish) => memory.get(treeish) ?? null);
  for (const oldest of [...memory.keys()].slice(0, Math.max(0, memory.size - MAX_KEPT))) memory.delete(oldest);
  return answer;
}
