import type { CoveredVersion } from '../coverage.ts';
import type { CommitSha } from '../ids.ts';

/** A commit on a branch's own line: what following first parents from its head finds before its base. */
export type OwnCommit = {
  sha: CommitSha;
  parents: CommitSha[];
  /** Seconds since 1970, by the committer's clock. */
  committedAt: number;
};

/** A pull request of a repository's past, as its history shows it. */
export type PastPull = {
  /** `#12`, a branch, or the merge that brought it in; unique within a replay. */
  name: string;
  headSha: CommitSha;
  /** First parent of its merge or squash; the tip of the main branch where it was never merged. */
  baseSha: CommitSha;
  origin: 'merge' | 'squash' | 'unmerged';
};

/** One push of a replay: the PR's version after it, and how its head came from the one before. */
export type ReplayPush = { version: CoveredVersion; relation: 'ahead' | 'rewritten' };

export const PUSH_KINDS = ['linear', 'base-moved', 'rebased'] as const;
export type PushKind = (typeof PUSH_KINDS)[number];

/** `linear`: commits on top of what was there. `base-moved`: upstream came in with them. `rebased`: history rewritten. */
export function kindOf(previous: CoveredVersion | null, today: ReplayPush): PushKind {
  if (previous === null) return 'linear';
  if (today.relation === 'rewritten') return 'rebased';
  return previous.mergeBaseSha === today.version.mergeBaseSha ? 'linear' : 'base-moved';
}

/** Commits that follow one another within less than this many seconds count as pushed together. */
export const PUSH_GAP_SECONDS = 600;

/** Indexes of the commits, oldest first, with which a push ended, where a pause is taken for a push. */
export function pushesByGap(commits: readonly OwnCommit[], gapSeconds: number = PUSH_GAP_SECONDS): number[] {
  return commits.flatMap((commit, index) => {
    const next = commits[index + 1];
    return next === undefined || next.committedAt - commit.committedAt >= gapSeconds ? [index] : [];
  });
}
