import type { CommitSha } from '../ids.ts';
import type { PastPull } from './past.ts';

/** A commit on the main branch's own line. */
export type MainCommit = { sha: CommitSha; parents: CommitSha[]; subject: string };

export type Ref = { name: string; sha: CommitSha };

type Landing = { headSha: CommitSha | null; baseSha: CommitSha; origin: 'merge' | 'squash' };

/**
 * Where pull requests came into the main branch. Fed with its commits, newest first, as they are read; remembers merges
 * and squashes alone. Of two commits that name the same number the older one counts: later ones revert or port it.
 */
export class Landings {
  readonly #mainBranch: string;
  readonly #merges: PastPull[] = [];
  readonly #byHead = new Map<CommitSha, Landing>();
  readonly #byNumber = new Map<number, Landing>();

  /** @param mainBranch its short name */
  constructor(mainBranch: string) {
    this.#mainBranch = mainBranch;
  }

  add(commit: MainCommit): void {
    const [baseSha, headSha] = commit.parents;
    if (baseSha === undefined) return;
    if (headSha === undefined) {
      const number = numberIn(/\(#(\d{1,9})\)$/, commit.subject);
      if (number !== null) this.#byNumber.set(number, { headSha: null, baseSha, origin: 'squash' });
      return;
    }
    if (this.#catchesUp(commit.subject)) return;
    const number = numberIn(/^Merge pull request #(\d{1,9})\b/, commit.subject);
    const landing: Landing = { headSha, baseSha, origin: 'merge' };
    if (number !== null) this.#byNumber.set(number, landing);
    this.#byHead.set(headSha, landing);
    const name = number === null ? `merge ${commit.sha.slice(0, 10)}` : `#${number}`;
    this.#merges.push({ name, headSha, baseSha, origin: 'merge' });
  }

  /** A pull request whose head is known: with what it was merged as, or on the tip of the main branch. */
  pullOf(number: number, headSha: CommitSha, mainTip: CommitSha): PastPull {
    const landing = this.#byHead.get(headSha) ?? this.#byNumber.get(number);
    if (landing === undefined) return { name: `#${number}`, headSha, baseSha: mainTip, origin: 'unmerged' };
    return {
      name: `#${number}`,
      headSha: landing.headSha ?? headSha,
      baseSha: landing.baseSha,
      origin: landing.origin,
    };
  }

  /** What merges brought in, for repositories that keep no pull requests. Names that come again are told apart. */
  merges(): PastPull[] {
    const seen = new Set<string>();
    return this.#merges.toReversed().map((pull) => {
      const name = seen.has(pull.name) ? `${pull.name} (${pull.headSha.slice(0, 10)})` : pull.name;
      seen.add(name);
      return { ...pull, name };
    });
  }

  /** `git pull` on the main branch itself: what came in that way is the main branch, and no pull request. */
  #catchesUp(subject: string): boolean {
    const branch = /^Merge (?:remote-tracking )?branch '([^']+)'/.exec(subject)?.[1];
    return branch !== undefined && (branch === this.#mainBranch || branch.endsWith(`/${this.#mainBranch}`));
  }
}

function numberIn(pattern: RegExp, subject: string): number | null {
  const match = pattern.exec(subject);
  return match === null ? null : Number(match[1]);
}

const PULL_REF = /^refs\/(?:pull|merge-requests|remotes\/[^/]+\/(?:pull|pr|merge-requests))\/(\d{1,9})(?:\/head)?$/;

/** The number of the pull request whose head a ref keeps; null for any other ref. */
export function pullNumberOf(ref: string): number | null {
  return numberIn(PULL_REF, ref);
}

/**
 * The pull requests that a repository's refs and its main branch tell of: heads that the host keeps where there are any,
 * else what merges brought in, else the other branches.
 */
export function findPulls(refs: readonly Ref[], landings: Landings, main: { ref: string; sha: CommitSha }): PastPull[] {
  const kept = new Map<number, CommitSha>();
  for (const { name, sha } of refs) {
    const number = pullNumberOf(name);
    if (number !== null) kept.set(number, sha);
  }
  if (kept.size > 0) {
    return [...kept].toSorted(([a], [b]) => a - b).map(([number, sha]) => landings.pullOf(number, sha, main.sha));
  }
  const merges = landings.merges();
  if (merges.length > 0) return merges;
  const heads = new Map<CommitSha, string>();
  for (const { name, sha } of refs) {
    const branch = /^refs\/(?:heads|remotes\/[^/]+)\/(.+)$/.exec(name)?.[1];
    if (branch === undefined || branch === 'HEAD' || name === main.ref || sha === main.sha) continue;
    if (!heads.has(sha)) heads.set(sha, branch);
  }
  return [...heads].map(([headSha, name]) => ({ name, headSha, baseSha: main.sha, origin: 'unmerged' }));
}
