import type { Past } from '../../adapters/git/past.ts';
import type { CommitSha } from '../../core/ids.ts';
import { pushesByGap, type PastPull, type ReplayPush } from '../../core/replay/past.ts';
import type { RecordedPushes } from '../../core/replay/pushes-file.ts';

export type PullPushes =
  | {
      outcome: 'found';
      /** Every commit taken for a push, or the pushes as they were recorded. */
      pushes: ReplayPush[];
      /** Those among them with which a push ended, where a pause makes a push; null where pushes were recorded. */
      grouped: ReplayPush[] | null;
    }
  | { outcome: 'left-out'; why: string };

/** GitHub itself lists no more commits of a pull request; what has more is a branch of another base. */
const MAX_COMMITS = 250;

/** The pull request's history as pushes, each with the merge base that it had then. */
export async function pushesOf(past: Past, pull: PastPull): Promise<PullPushes> {
  const commits = await past.ownCommits(pull.headSha, pull.baseSha, MAX_COMMITS + 1);
  if (commits.length === 0) return leftOut('its commits are on the main branch, without a merge that tells its base');
  if (commits.length > MAX_COMMITS) return leftOut(`more than ${MAX_COMMITS} commits`);
  const pushes: ReplayPush[] = [];
  let mergeBaseSha: CommitSha | null = null;
  for (const [index, commit] of commits.entries()) {
    const [parent, ...others] = commit.parents;
    // Upstream comes in by a merge alone; before the first own commit is nothing but upstream.
    if (others.length > 0) mergeBaseSha = await past.mergeBase(commit.sha, pull.baseSha);
    else if (index === 0) mergeBaseSha = parent ?? null;
    if (mergeBaseSha === null) return leftOut('it has no commit in common with its base');
    pushes.push({ version: { mergeBaseSha, headSha: commit.sha }, relation: 'ahead' });
  }
  const grouped = pushesByGap(commits).flatMap((index) => pushes[index] ?? []);
  return { outcome: 'found', pushes, grouped };
}

/** The same of pushes that somebody recorded, force pushes among them. */
export async function recordedPushesOf(past: Past, recorded: RecordedPushes, baseSha: CommitSha): Promise<PullPushes> {
  const pushes: ReplayPush[] = [];
  for (const headSha of recorded.heads) {
    if ((await past.resolve(headSha)) === null) return leftOut(`${headSha} is not in the repository`);
    const mergeBaseSha = await past.mergeBase(headSha, baseSha);
    if (mergeBaseSha === null) return leftOut('it has no commit in common with its base');
    if (mergeBaseSha === headSha) return leftOut(`${headSha} is part of its base`);
    const before = pushes.at(-1)?.version.headSha;
    const isAhead = before === undefined || (await past.isAncestor(before, headSha));
    pushes.push({ version: { mergeBaseSha, headSha }, relation: isAhead ? 'ahead' : 'rewritten' });
  }
  return { outcome: 'found', pushes, grouped: null };
}

function leftOut(why: string): PullPushes {
  return { outcome: 'left-out', why };
}
