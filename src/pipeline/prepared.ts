import type { FileDiff } from '../core/diff.ts';
import type { EarlierFindings } from '../core/findings/today.ts';
import type { ModeDecision } from '../core/mode.ts';
import type { Scope } from '../core/scope.ts';
import type { HeadRelation, PullRequestSnapshot } from '../ports/pull-requests.ts';
import type { Repository } from '../ports/repository.ts';
import type { Claimed } from './claim.ts';
import type { ReadLines } from './file-lines.ts';
import type { Recorded } from './history.ts';

/** A PR of ours with everything known about it before anybody reviews it. */
export type Prepared = {
  claimed: Claimed;
  pullRequest: PullRequestSnapshot;
  repository: Repository;
  /** The PR's own diff, `mergeBase..head`. */
  fullDiff: FileDiff[];
  /** Of these the files that `paths` and `paths-ignore` leave in: findings in any other do not count. */
  inReview: FileDiff[];
  recorded: Recorded;
  readLines: ReadLines;
  earlier: EarlierFindings[];
  /** Findings that have a comment of ours, once somebody looked. */
  commented?: ReadonlySet<string>;
  scope: Scope;
  decision: ModeDecision;
  /** What the reviewer is told to look for, and what that makes of its fingerprint. */
  instructions: string | null;
  fingerprint: string;
  relation: HeadRelation | null;
};
