import type { Judgement, RawFinding } from '../finding.ts';

/** What one part's call said of its pull request. */
export type PartReview = {
  /** The files that it was shown. */
  paths: readonly string[];
  summary: string;
  findings: readonly RawFinding[];
  judgements: readonly Judgement[];
  notReviewed: readonly { path: string; reason: string }[];
};

/** An earlier finding, as far as it matters who may judge it. */
export type Judged = { id: string; path: string };

/**
 * What several parts say of one pull request. Of a finding that several judged, the part counts that was shown its file;
 * where none was, fixed counts only where nobody says that it is still there.
 */
export function mergeParts(
  parts: readonly PartReview[],
  findings: readonly Judged[],
): { findings: RawFinding[]; judgements: Judgement[]; notReviewed: { path: string; reason: string }[] } {
  const notReviewed = new Map(parts.flatMap((part) => part.notReviewed.map((left) => [left.path, left] as const)));
  return {
    findings: parts.flatMap((part) => part.findings),
    judgements: findings.flatMap((finding) => {
      const judgement = judgementOf(finding, parts);
      return judgement === null ? [] : [judgement];
    }),
    notReviewed: [...notReviewed.values()],
  };
}

function judgementOf({ id, path }: Judged, parts: readonly PartReview[]): Judgement | null {
  const said = parts.flatMap((part) =>
    part.judgements
      .filter(({ findingId }) => findingId === id)
      .map((judgement) => ({ judgement, shown: part.paths.includes(path) })),
  );
  const knowing = said.filter(({ shown }) => shown);
  const counting = (knowing.length > 0 ? knowing : said).map(({ judgement }) => judgement);
  return counting.find(({ status }) => status === 'open') ?? counting[0] ?? null;
}
