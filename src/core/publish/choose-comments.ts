import { isOpen, type Finding } from '../finding.ts';
import { bySeverity, reaches, type Severity } from '../severity.ts';
import { anchorOf, type Anchor } from './anchor.ts';
import type { FileDiff } from '../diff.ts';

export type CommentRules = {
  /** From which severity on a finding gets a comment on its line. */
  minSeverity: Severity;
  /** Most comments in one review; what is beyond is told in the summary. */
  maxComments: number;
  /** After so many pushes, only what is critical or on code of this push gets a comment; 0: never. */
  calmAfter: number;
};

export type Candidates = {
  findings: readonly Finding[];
  /** Highest number that a summary has told of. */
  told: number;
  /** Findings that got a comment once. */
  delivered: ReadonlySet<string>;
  fullDiff: readonly FileDiff[];
  /** This push and those before it. */
  round: number;
  /** On lines that this push changed. */
  isOnChangedCode: (finding: Finding) => boolean;
};

/** The findings that get a comment on their line now, the gravest first. */
export function chooseComments(
  { findings, told, delivered, fullDiff, round, isOnChangedCode }: Candidates,
  { minSeverity, maxComments, calmAfter }: CommentRules,
): { finding: Finding; anchor: Anchor }[] {
  const isCalm = calmAfter > 0 && round > calmAfter;
  return findings
    .filter((finding) => isUntold(finding, told) && !delivered.has(finding.id))
    .filter(({ severity }) => reaches(severity, minSeverity))
    .filter((finding) => !isCalm || finding.severity === 'critical' || isOnChangedCode(finding))
    .flatMap((finding) => {
      const anchor = anchorOf(finding, fullDiff);
      return anchor === null ? [] : [{ finding, anchor }];
    })
    .toSorted((a, b) => bySeverity(a.finding.severity, b.finding.severity) || a.finding.shortId - b.finding.shortId)
    .slice(0, maxComments);
}

/** Raised by this run, or by one that nothing was published of. What a summary has told of is not repeated as a comment. */
function isUntold(finding: Finding, told: number): boolean {
  return finding.status === 'new' || (isOpen(finding) && finding.shortId > told);
}
