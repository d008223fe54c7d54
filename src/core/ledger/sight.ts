import type { EpochSeconds } from '../ids.ts';
import { sameVersion, type PullRequestVersion, type SeenPullRequest } from '../pull-request.ts';
import type { Trust } from '../review-record.ts';
import type { PullRequestItem } from './items.ts';
import { trusts } from './trust.ts';

/** What a caller saw of a PR, as far as plans depend on it. */
export type Sight = PullRequestVersion & Pick<SeenPullRequest, 'headSeenAt' | 'state' | 'exclusion'>;

/**
 * The latest sight, as it counts for a caller. One that was brought with less trust than the caller's counts as no later
 * than the moment at which it was noted: whoever can say anything could else keep better callers away from the PR's
 * head by a sight that lies in the future.
 */
export function latestFor(known: PullRequestItem['seen'], trust: Trust): PullRequestItem['seen'] {
  const { noted } = known;
  if (noted === undefined || trusts(trust, noted.trust) || known.headSeenAt <= noted.at) return known;
  return { ...known, headSeenAt: noted.at };
}

/**
 * Open, closed or merged, by the later of the two. Nobody who is trusted less can say that a PR is closed: it would be
 * left alone, and what is left alone stops no merge.
 */
export function stateFor(known: PullRequestItem['seen'], seen: Sight, trust: Trust): Sight['state'] {
  const believed = known.noted === undefined || trusts(trust, known.noted.trust);
  return believed && known.headSeenAt > seen.headSeenAt ? known.state : seen.state;
}

/**
 * True where what was seen is older than what is known. A different head must be later; the same head under another
 * base must not be earlier.
 */
export function isStaleSight(known: Sight, seen: Sight): boolean {
  if (known.headSha !== seen.headSha) return seen.headSeenAt <= known.headSeenAt;
  return !sameVersion(known, seen) && seen.headSeenAt < known.headSeenAt;
}

/** The sight as it is stored. */
export function notedSight(seen: SeenPullRequest, at: EpochSeconds, trust: Trust): PullRequestItem['seen'] {
  const { repository: _repository, repositoryId: _repositoryId, number: _number, ...sight } = seen;
  return { ...sight, noted: { at, trust } };
}
