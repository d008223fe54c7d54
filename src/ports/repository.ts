import type { CoveredVersion } from '../core/coverage.ts';
import type { FileDiff } from '../core/diff.ts';
import type { BlobLook } from '../core/exclude/content.ts';
import type { CommitSha } from '../core/ids.ts';

/**
 * Objects of one repository, in a bare repository of our own. Needs trees, not history; touches no checkout, runs
 * nothing that a repository configures.
 */
export interface Repository extends AsyncDisposable {
  /**
   * Makes the commits' trees readable, fetching exactly those that are missing (depth 1, without blobs).
   * `unavailable` names the commits that the remote would not give, and why.
   */
  fetch(commits: readonly CommitSha[]): Promise<FetchOutcome>;
  /**
   * Fetches in one go the blobs that planning will read: those of the PR's own diff, and of carrying the earlier versions
   * to today's base. Versions whose commits were not fetched are left out. It only saves time: what is missing yet is
   * fetched where it is needed.
   */
  prefetch(today: CoveredVersion, earlier: readonly CoveredVersion[]): Promise<void>;
  /** `git diff -M from to`; each a commit or a tree. Blobs that it needs are fetched in one go. */
  diff(from: Treeish, to: Treeish, options?: DiffOptions): Promise<FileDiff[]>;
  /** The PR's version (`from`) carried over to today's merge base, as DESIGN 7.1. Its commits must have been fetched. */
  carry(from: CoveredVersion, todayMergeBase: CommitSha): Promise<CarryOutcome>;
  /** `base` with the given paths replaced from other trees, in order; a path absent from its tree is removed. DESIGN 7.2. */
  overlay(base: Treeish, layers: readonly { tree: Treeish; paths: readonly string[] }[]): Promise<Treeish>;
  /** Content of a blob at a path, null where there is none (or it is no blob). */
  readFile(tree: Treeish, path: string): Promise<Uint8Array | null>;
  /** Contents of many blobs in one go, by path; those that `readFile` would have none for are left out. */
  readFiles(tree: Treeish, paths: readonly string[]): Promise<Map<string, Uint8Array>>;
  /**
   * What the `.gitattributes` of a tree say of paths, in git's words: `set`, `unset` or a value, by the attribute's name.
   * Paths and attributes of which they say nothing are absent.
   */
  attributes(
    tree: Treeish,
    paths: readonly string[],
    names: readonly string[],
  ): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>>;
  /** Every path of a tree. */
  listPaths(tree: Treeish): Promise<string[]>;
  /** How blobs look that are here, by object name; nothing is fetched, and those that are not here are absent. */
  lookAt(blobs: readonly string[]): Promise<ReadonlyMap<string, BlobLook>>;
  /** What was moved over the network so far. */
  readonly traffic: { fetches: number; receivedBytes: number };
}

/** Full object name of a commit or a tree. */
export type Treeish = string;

export type DiffOptions = {
  /** Limits the diff to these literal paths (both names of a rename must be listed to see it as one). */
  paths?: readonly string[];
  /** Lines of context; 3 by default. */
  context?: number;
  /** False: only which paths differ, as `modified`, `added` and `deleted`, without hunks. Reads no blob and finds no rename. */
  content?: boolean;
};

export type FetchOutcome = { outcome: 'fetched' } | { outcome: 'unavailable'; missing: CommitSha[]; why: string };

export type CarryOutcome =
  | {
      outcome: 'carried';
      tree: Treeish;
      /** Paths on which today's base's side was taken. */
      conflicts: string[];
      /** Paths of the version that stand under another name in the carried tree, because upstream renamed them. */
      renames?: { from: string; to: string }[];
    }
  | { outcome: 'history-unavailable'; why: string };

/** A fault of git itself or of the remote, with what git said (scrubbed of the token). */
export class GitFault extends Error {
  override readonly name = 'GitFault';
}
