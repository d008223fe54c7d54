import type { CoveredVersion } from '../../core/coverage.ts';
import type { CommitSha } from '../../core/ids.ts';
import { GitFault, type CarryOutcome, type Treeish } from '../../ports/repository.ts';
import type { BareRepository } from './bare-repository.ts';
import { mergeFilesOurs, type ThreeSides } from './merge-files.ts';
import { mergeTrees, type MergedTrees } from './merge-trees.ts';
import { upstreamRenames } from './upstream-renames.ts';
import { changesBetween } from './tree-changes.ts';
import { entriesAt, writeTree, type TreeChange, type TreeEntry } from './trees.ts';

/**
 * A version of the PR carried over to today's merge base (DESIGN 7.1): the merge of its head and today's base, with
 * the version's own merge base as base. Where both sides changed the same thing, today's base has its way, so that
 * whatever the PR did there shows up as unreviewed.
 */
export async function carry(
  repository: BareRepository,
  from: CoveredVersion,
  todayMergeBase: CommitSha,
): Promise<CarryOutcome> {
  if (from.mergeBaseSha === todayMergeBase)
    return { outcome: 'carried', tree: from.headSha, conflicts: [], renames: [] };
  const sides = { base: from.mergeBaseSha, ours: todayMergeBase, theirs: from.headSha };
  try {
    const [ofPullRequest, ofUpstream] = await Promise.all([
      changesBetween(repository, sides.base, sides.theirs),
      changesBetween(repository, sides.base, sides.ours),
    ]);
    const merged = await mergeTrees(repository, sides, sharedBlobs(ofUpstream, ofPullRequest));
    const { tree, conflicts } = await resolve(repository, merged, sides.ours, ofUpstream, ofPullRequest);
    const renames = await upstreamRenames(repository, sides.theirs, tree, ofUpstream, ofPullRequest);
    return { outcome: 'carried', tree, conflicts, renames };
  } catch (error) {
    if (!(error instanceof GitFault)) throw error;
    return { outcome: 'history-unavailable', why: `${from.headSha} can't be carried over: ${error.message}` };
  }
}

/** The blobs of the paths that both sides touched, by whatever: a rename shows as the path that went. */
function sharedBlobs(ofUpstream: readonly TreeChange[], ofPullRequest: readonly TreeChange[]): string[] {
  const touched = new Set(ofUpstream.map((change) => change.path));
  const shared = new Set(ofPullRequest.filter(({ path }) => touched.has(path)).map(({ path }) => path));
  return [...ofUpstream, ...ofPullRequest]
    .filter(({ path }) => shared.has(path))
    .flatMap(({ from, to }) => [from, to])
    .flatMap((entry) => (entry === null || entry.mode === '160000' ? [] : [entry.oid]));
}

async function resolve(
  repository: BareRepository,
  merged: MergedTrees,
  todayMergeBase: Treeish,
  ofUpstream: readonly TreeChange[],
  ofPullRequest: readonly TreeChange[],
): Promise<{ tree: Treeish; conflicts: string[] }> {
  if (merged.conflicts.size === 0) return { tree: merged.tree, conflicts: [] };
  const texts = textConflicts(merged, ofUpstream, ofPullRequest);
  const lines = await mergeFilesOurs(repository, texts, { mayBeClean: merged.apart });
  const others = [...merged.conflicts.keys()]
    .filter((path) => !lines.has(path))
    .flatMap((path) => [path, originalName(path, merged.labels) ?? path]);
  const todays = await entriesAt(repository, todayMergeBase, others);
  const entries = new Map<string, TreeEntry | null>([
    ...others.map((path) => [path, todays.get(path) ?? null] as const),
    ...lines,
  ]);
  // By the names that the trees know.
  const names = [...merged.conflicts.keys()]
    .filter((path) => lines.get(path)?.conflicts !== false)
    .map((path) => originalName(path, merged.labels) ?? path);
  return { tree: await writeTree(repository, merged.tree, entries), conflicts: [...new Set(names)].toSorted() };
}

/** Conflicts whose three stages are files that the three trees really have, not what git made of them on the way. */
function textConflicts(
  merged: MergedTrees,
  ofUpstream: readonly TreeChange[],
  ofPullRequest: readonly TreeChange[],
): ThreeSides[] {
  const inBase = oidSet([...ofUpstream, ...ofPullRequest].map((change) => change.from));
  const inOurs = oidSet(ofUpstream.map((change) => change.to));
  const inTheirs = oidSet(ofPullRequest.map((change) => change.to));
  return [...merged.conflicts].flatMap(([path, { base, ours, theirs }]) =>
    isFileOf(inBase, base) && isFileOf(inOurs, ours) && isFileOf(inTheirs, theirs)
      ? [{ path, base, ours, theirs }]
      : [],
  );
}

function oidSet(entries: readonly (TreeEntry | null)[]): Set<string> {
  return new Set(entries.flatMap((entry) => (entry === null ? [] : [entry.oid])));
}

function isFileOf(oids: ReadonlySet<string>, entry: TreeEntry | undefined): entry is TreeEntry {
  return entry !== undefined && (entry.mode === '100644' || entry.mode === '100755') && oids.has(entry.oid);
}

/** Where two kinds of entry want the same name, git moves one aside to `name~commit`, `name~commit_0` and so on. */
function originalName(path: string, labels: readonly string[]): string | null {
  const match = /^(.+)~([0-9a-f]+)(?:_\d+)?$/s.exec(path);
  return match?.[1] !== undefined && labels.includes(match[2] ?? '') ? match[1] : null;
}
