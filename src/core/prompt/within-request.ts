import type { Judgement, RawFinding } from '../finding.ts';
import type { Scope } from '../scope.ts';

/** What a reviewer says of one pull request. */
type Review = {
  summary: string;
  findings: readonly RawFinding[];
  judgements: readonly Judgement[];
  notReviewed: readonly { path: string; reason: string }[];
};

/** What it was asked about. */
type Asked = { scope: Pick<Scope, 'files'>; findings: readonly { id: string }[] };

/**
 * What of a review answers what was asked: findings on files in scope, judgements of findings that were listed, and the
 * files in scope that it left. Everything else is dropped and told in `dropped`, a sentence each. Whatever talked a
 * reviewer into more, that is all it can say.
 */
export function withinRequest<T extends Review>(
  review: T,
  { scope, findings }: Asked,
): { review: T; dropped: string[] } {
  const nameOf = new Map(scope.files.flatMap(({ path, previousPath }) => [[previousPath ?? path, path]]));
  for (const { path } of scope.files) nameOf.set(path, path);
  const listed = new Set(findings.map(({ id }) => id));
  const dropped: string[] = [];
  const keep = <V>(values: readonly V[], allowed: (value: V) => boolean, why: (value: V) => string): V[] =>
    values.filter((value) => {
      const stays = allowed(value);
      if (!stays) dropped.push(why(value));
      return stays;
    });
  return {
    review: {
      ...review,
      findings: keep(
        review.findings,
        ({ path }) => nameOf.has(path),
        ({ path, title }) => `${JSON.stringify(title)}: ${JSON.stringify(path)} was not to be reviewed`,
      ),
      judgements: keep(
        review.judgements,
        ({ findingId }) => listed.has(findingId),
        ({ findingId }) => `a judgement of ${JSON.stringify(findingId)}, which was not listed`,
      ),
      notReviewed: keep(
        review.notReviewed,
        ({ path }) => nameOf.has(path),
        ({ path }) => `${JSON.stringify(path)} as left, which was not to be reviewed`,
      ).map(({ path, reason }) => ({ path: nameOf.get(path) ?? path, reason })),
    },
    dropped,
  };
}
