import { createHash } from 'node:crypto';
import type { FileDiff } from '../../src/core/diff.ts';
import { CommitSha } from '../../src/core/ids.ts';
import type { Repository } from '../../src/ports/repository.ts';
import { aFileDiff, aHunk } from '../core/publish/diffs.ts';

/** One file per pull request, which every push makes a line longer. */
export const PATH = 'src/shop.ts';
export const BASE = commit('base');

/** Every fourth push brings a fault, until there are enough. */
const isFaulty = (push: number): boolean => push % 4 === 0 && push < 100;

/** A commit of pull request `number` after `pushes` pushes (the opening is the first). */
export function headOf(number: number, pushes: number): CommitSha {
  const sha = commit(`${number} ${pushes}`);
  lengths.set(sha, { number, pushes });
  return sha;
}

/** The lines that a reviewer must have found by then. */
export function faultsOf(number: number, pushes: number): string[] {
  return linesOf(number, pushes).filter((line) => line.includes('BUG'));
}

const lengths = new Map<string, { number: number; pushes: number }>([[BASE, { number: 0, pushes: 0 }]]);

function commit(what: string): CommitSha {
  return CommitSha.parse(createHash('sha1').update(what).digest('hex'));
}

function linesOf(number: number, pushes: number): string[] {
  const added = Array.from({ length: pushes }, (_, at) => `${isFaulty(at) ? 'BUG' : 'line'} ${at} of ${number}`);
  return ['start', ...added];
}

function linesAt(tree: string): string[] {
  const known = lengths.get(tree);
  if (known === undefined) throw new Error(`nobody pushed ${tree}`);
  return linesOf(known.number, known.pushes);
}

/** What git would say of it all: pushes only add, and the base never moves. */
export const repository: Repository = {
  traffic: { fetches: 0, receivedBytes: 0 },
  fetch: async () => ({ outcome: 'fetched' }),
  prefetch: async () => undefined,
  diff: async (from, to) => diffOf(linesAt(from), linesAt(to)),
  carry: async ({ headSha }) => ({ outcome: 'carried', tree: headSha, conflicts: [] }),
  overlay: async (base, layers) => layers.findLast(({ paths }) => paths.includes(PATH))?.tree ?? base,
  checkOut: async () => ({ files: 0, leftOut: 0, objectFolders: [] }),
  readFile: async (tree, path) => (path === PATH ? Buffer.from(`${linesAt(tree).join('\n')}\n`) : null),
  readFiles: async (tree, paths) =>
    new Map(paths.includes(PATH) ? [[PATH, Buffer.from(`${linesAt(tree).join('\n')}\n`)]] : []),
  attributes: async () => new Map(),
  listPaths: async () => [PATH],
  lookAt: async () => new Map(),
  search: async () => ({ outcome: 'found', matches: [], complete: true }),
  [Symbol.asyncDispose]: async () => undefined,
};

function diffOf(from: readonly string[], to: readonly string[]): FileDiff[] {
  const common = Math.min(from.length, to.length);
  const removed = from.slice(common).map((line) => `-${line}`);
  const added = to.slice(common).map((line) => `+${line}`);
  if (removed.length + added.length === 0) return [];
  const context = ` ${to[common - 1] ?? ''}`;
  return [aFileDiff(PATH, [aHunk(common, common, [context, ...removed, ...added])])];
}
