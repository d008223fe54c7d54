import type { FileDiff } from '../diff.ts';
import type { Finding, Judgement, RawFinding, Side } from '../finding.ts';
import type { CommitSha } from '../ids.ts';
import type { StandingDismissal } from './dismiss.ts';
import type { VersionMap } from './version-map.ts';

/** What was found before, in one record, and how its lines map to today's. */
export type EarlierFindings = {
  findings: readonly Finding[];
  map: VersionMap;
  /** People have seen this record's result. */
  delivered: boolean;
};

/** The PR as it stands at today's head, with what is known about it from before. */
export type Today = {
  headSha: CommitSha;
  /** The PR's own diff, `b1..h1`. */
  fullDiff: readonly FileDiff[];
  /** The previous review and the unmerged checkpoints and late results (`pendingSources`), lowest generation first. */
  earlier: readonly EarlierFindings[];
  /** Ids of findings that have a comment of ours on the PR, delivered or not; absent where nobody looked. */
  commented?: ReadonlySet<string>;
  /** The dismissals that hold now, as the ledger says them. */
  dismissals: readonly StandingDismissal[];
  /**
   * Lines of one of the PR's files, without line feeds: at the head for RIGHT, at the merge base (under its name there)
   * for LEFT. Asked by the name that `pathOf` gives. Null where there is no such file or it is no text.
   * `placesToRead` says which will be asked for.
   */
  lines: (path: string, side: Side) => readonly string[] | null;
};

/** What this run's reviewer said of this PR. */
export type Said =
  | {
      kind: 'scope';
      findings: readonly RawFinding[];
      judgements: readonly Judgement[];
      /** Nothing that the PR adds or removes was left to be looked at. */
      unasked?: true;
    }
  | {
      kind: 'tree';
      findings: readonly RawFinding[];
      /** From the tree that was analysed to today's head; null where it has the head's numbering. */
      map: VersionMap | null;
      /** The tool's run succeeded, so that what is not reported is not there. */
      complete: boolean;
      /** Paths that the tool could not analyse. */
      notReviewed: readonly string[];
    };

/** A run that reviewed nothing (`unchanged`): findings are carried over, and those whose code left the PR go. */
export const NOTHING_SAID: Said = { kind: 'scope', findings: [], judgements: [], unasked: true };
