import { GitFault, type Treeish } from '../../ports/repository.ts';
import type { BareRepository } from './bare-repository.ts';
import { nulFields } from './trees.ts';
import type { TreeChange, TreeEntry } from './trees.ts';

/** Two commits; `from` is the older side. */
export type CommitPair = { from: string; to: string };

/** Pairs whose changes are kept at hand: those of one plan, whose every version asks for two. */
const MAX_KEPT = 20;

const kept = new WeakMap<BareRepository, Map<string, TreeChange[]>>();

const RAW = ['diff-tree', '-r', '-z', '--raw', '--no-abbrev', '--no-renames', '--ignore-submodules=none'];

/** How two trees (or the trees of two commits) differ, path by path. Renames are not looked for. */
export async function changesBetween(repository: BareRepository, from: Treeish, to: Treeish): Promise<TreeChange[]> {
  const known = kept.get(repository)?.get(nameOf({ from, to }));
  if (known !== undefined) return known;
  const fields = nulFields((await repository.local([...RAW, from, to, '--'])).stdout);
  const changes: TreeChange[] = [];
  const end = readChanges(fields, 0, changes);
  if (end !== fields.length) throw unreadable();
  return changes;
}

/** The same for several pairs of commits in one process, in their order. What it finds is kept for `changesBetween`. */
export async function changesOfPairs(
  repository: BareRepository,
  pairs: readonly CommitPair[],
): Promise<TreeChange[][]> {
  if (pairs.length === 0) return [];
  // Of a commit and a parent made up for it, git shows what the one changes in the other.
  const input = pairs.map(({ from, to }) => `${to} ${from}\n`).join('');
  const { stdout } = await repository.local([...RAW, '--always', '--stdin'], { input });
  const fields = nulFields(stdout);
  const memory = kept.get(repository) ?? new Map<string, TreeChange[]>();
  kept.set(repository, memory);
  let at = 0;
  const all = pairs.map((pair) => {
    if (fields[at] !== pair.to) throw unreadable();
    const changes: TreeChange[] = [];
    at = readChanges(fields, at + 1, changes);
    memory.set(nameOf(pair), changes);
    return changes;
  });
  if (at !== fields.length) throw unreadable();
  for (const oldest of [...memory.keys()].slice(0, Math.max(0, memory.size - MAX_KEPT))) memory.delete(oldest);
  return all;
}

/** Reads entries from `at` on, as far as they go; returns where they end. */
function readChanges(fields: readonly string[], at: number, changes: TreeChange[]): number {
  let next = at;
  for (; next < fields.length && fields[next]?.startsWith(':') === true; next += 2) {
    const match = /^:(\d{6}) (\d{6}) ([0-9a-f]+) ([0-9a-f]+) [A-Z]$/.exec(fields[next] ?? '');
    const path = fields[next + 1];
    if (match === null || path === undefined) throw unreadable();
    const [, fromMode = '', toMode = '', fromOid = '', toOid = ''] = match;
    changes.push({ path, from: entryOf(fromMode, fromOid), to: entryOf(toMode, toOid) });
  }
  return next;
}

function entryOf(mode: string, oid: string): TreeEntry | null {
  return mode === '000000' ? null : { mode, oid };
}

function nameOf({ from, to }: CommitPair): string {
  return `${from} ${to}`;
}

function unreadable(): GitFault {
  return new GitFault('git diff-tree printed what can not be read');
}
