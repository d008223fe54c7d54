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
  /**
   * Contents of many blobs in one go, by path; those that `readFile` would have none for are left out, and those that are
   * here and larger than `maxBytes`.
   */
  readFiles(tree: Treeish, paths: readonly string[], maxBytes?: number): Promise<Map<string, Uint8Array>>;
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
  /**
   * Writes the head's files into a folder (made if need be), with a `.git` in which git finds them detached at the head and
   * the merge base as `refs/pushback/base`. Nothing a repository configures runs; links become plain files; submodules,
   * large files and unsafe names are left out. The folder is good for as long as this repository.
   */
  checkOut(request: CheckOutRequest): Promise<CheckedOut>;
  /** Lines of a tree's text files that hold a pattern; binary files are passed over. Missing blobs are fetched in one go. */
  search(tree: Treeish, query: SearchQuery): Promise<SearchOutcome>;
  /** What was moved over the network so far. */
  readonly traffic: { fetches: number; receivedBytes: number };
}

export type CheckOutRequest = {
  head: CommitSha;
  base: CommitSha;
  /** Absolute. */
  folder: string;
  /** Whose word counts, whatever the head and its base say: the default branch's tip. */
  trusted: CommitSha;
  /** Paths that are taken from there instead, there or not. */
  fromTrusted: (path: string) => boolean;
};

export type CheckedOut = {
  files: number;
  leftOut: number;
  /** What git reads beside the folder. */
  objectFolders: string[];
};

export type SearchQuery = {
  pattern: string;
  /** As it stands; as a whole word; or as a POSIX extended regular expression. */
  kind: 'text' | 'word' | 'regex';
  /** Only below this folder, or in this file; null: everywhere. */
  under: string | null;
  maxMatches: number;
  timeoutMs: number;
};

export type SearchMatch = {
  path: string;
  line: number;
  /** The line, cut at 500 characters. */
  text: string;
};

export type SearchOutcome =
  /** `complete`: false where there may be more, for it was stopped at the limit of matches or of time. */
  | { outcome: 'found'; matches: SearchMatch[]; complete: boolean }
  /** The pattern is none, or there is too much to search. */
  | { outcome: 'refused'; why: string };

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
