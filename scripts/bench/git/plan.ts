import type { Coverage, CoveredVersion } from '../../../src/core/coverage.ts';
import { incrementalScope, type Scope } from '../../../src/core/scope.ts';
import { CarriedVersions } from '../../../src/pipeline/carried-versions.ts';
import { fetchVersions } from '../../../src/pipeline/fetch-versions.ts';
import { compareWithReviewed } from '../../../src/pipeline/interdiff.ts';
import type { Repository } from '../../../src/ports/repository.ts';

export type Planned = { previous: CoveredVersion; today: CoveredVersion; paths: string[] };

/** As the pipeline prepares a review, from an empty repository of our own to the scope: fetch, diff, carry over, overlay, diff, scope, tokens. */
export async function plan(
  repository: Repository,
  { previous, today, paths }: Planned,
  countTokens: (text: string) => number,
): Promise<Scope> {
  const coverage: Coverage = {
    versions: [previous],
    covered: paths.map((path) => ({ path, previousPath: null, version: 0 })),
    pending: [],
    excluded: [],
  };
  const versions = new CarriedVersions(repository, today.mergeBaseSha);
  await fetchVersions(repository, versions, today, coverage, { info() {} });
  const fullDiff = await repository.diff(today.mergeBaseSha, today.headSha);
  const interdiff = await compareWithReviewed(repository, versions, coverage, today, fullDiff);
  if (interdiff.outcome !== 'compared') throw new Error(interdiff.why);
  return incrementalScope({ ...interdiff, fullDiff, countTokens });
}
