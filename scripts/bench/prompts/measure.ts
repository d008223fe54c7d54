import type { Coverage } from '../../../src/core/coverage.ts';
import { pathOf } from '../../../src/core/diff.ts';
import { NO_FILTERS } from '../../../src/core/exclude/filters.ts';
import type { Finding } from '../../../src/core/finding.ts';
import { coverageAfter } from '../../../src/core/interdiff.ts';
import { promptPieces, textOf } from '../../../src/core/prompt/prompt.ts';
import { requestOf, type AskedPullRequest } from '../../../src/core/prompt/request.ts';
import { fullScope, incrementalScope, type Scope } from '../../../src/core/scope.ts';
import { CarriedVersions } from '../../../src/pipeline/carried-versions.ts';
import { withContext } from '../../../src/pipeline/context.ts';
import { decideExclusions, exclusionRules } from '../../../src/pipeline/exclusions.ts';
import { fetchVersions } from '../../../src/pipeline/fetch-versions.ts';
import { compareWithReviewed } from '../../../src/pipeline/interdiff.ts';
import type { Repository } from '../../../src/ports/repository.ts';
import { aFinding, aKey, aVersion } from '../../../test/support/builders.ts';
import type { RecordedPush } from './repository.ts';

/** Tokens of a prompt, and of the pieces that it is put together from. */
export type PromptTokens = { rules: number; about: number; files: number; total: number };
export type PushFigures = {
  title: string;
  files: number;
  fullFiles: number;
  full: PromptTokens;
  /** Null where nothing is left to be reviewed: nobody is asked. */
  incremental: PromptTokens | null;
};

const BOUNDARY = 'b'.repeat(32);
const INSTRUCTIONS = `Money is in whole cents. Nothing may be logged that names a customer.
Database changes must work with the release before. Public functions of src/api keep their signatures until the next major version.
Background jobs must be safe to run twice. Feature flags are read once per request. Tests talk to no network.`.repeat(
  3,
);
const SUMMARY = `Adds country rates to totals, with a note on each row, and new modules for parcels and refunds. Rates come from a table that
is read once; rows without one are refused. Rounding is per row. Nothing is migrated; callers of the changed functions get the new totals at once.`;

/** What a model is sent for the push, and what it would be sent for the whole pull request as it is then: everything included. */
export async function measurePush(
  repository: Repository,
  { title, previous, today }: RecordedPush,
  countTokens: (text: string) => number,
): Promise<PushFigures> {
  const rules = exclusionRules(NO_FILTERS, 'scope');
  const versions = new CarriedVersions(repository, today.mergeBaseSha);
  await repository.fetch([previous.mergeBaseSha, previous.headSha]);
  const earlierDiff = await repository.diff(previous.mergeBaseSha, previous.headSha);
  const earlier = await decideExclusions(repository, previous.mergeBaseSha, earlierDiff, rules);
  const coverage: Coverage = coverageAfter({
    today: previous,
    fullDiff: earlierDiff,
    scope: fullScope({ fullDiff: earlierDiff, countTokens: () => 0, why: '', exclude: earlier.of }),
    notReviewed: [],
  });
  await fetchVersions(repository, versions, today, coverage, { info() {} });
  const fullDiff = await repository.diff(today.mergeBaseSha, today.headSha);
  const exclusions = await decideExclusions(repository, today.mergeBaseSha, fullDiff, rules);
  const input = { fullDiff, countTokens, exclude: exclusions.of };
  const compared = await compareWithReviewed(repository, versions, coverage, today, fullDiff);
  if (compared.outcome !== 'compared') throw new Error(compared.why);
  const explained = (scope: Scope): Promise<Scope> =>
    withContext(repository, { scope, headSha: today.headSha, fullDiff, countTokens });
  const full = await explained(fullScope({ ...input, why: 'the whole pull request' }));
  const scope = await explained(incrementalScope({ ...compared, ...input }));
  const found = findingsIn(fullDiff.map(pathOf), new Set(scope.files.map(({ path }) => path)));
  const asked = (overrides: Partial<AskedPullRequest>): AskedPullRequest => ({
    pullRequest: aKey,
    version: aVersion(today),
    title: 'Totals by country',
    body: SUMMARY,
    author: 'ada',
    commits: {
      listed: [
        { sha: previous.headSha, message: 'Totals by country' },
        { sha: today.headSha, message: 'As the review said' },
      ],
      total: 2,
    },
    decision: { mode: 'full', reason: 'first-review', detail: '' },
    previous: null,
    scope: full,
    findings: [],
    instructions: INSTRUCTIONS,
    ...overrides,
  });
  const tokensOf = (pull: AskedPullRequest): PromptTokens => {
    const pieces = promptPieces(requestOf('acme/shop#12', [pull]), null, { boundary: BOUNDARY });
    const { system, shared, part } = pieces;
    return {
      rules: countTokens(system),
      about: countTokens(shared),
      files: countTokens(part),
      total: countTokens(textOf(pieces)),
    };
  };
  const incremental = asked({
    decision: { mode: 'incremental', reason: 'new-commits', detail: '' },
    previous: { headSha: previous.headSha, summary: SUMMARY },
    scope,
    findings: found,
  });
  return {
    title,
    files: scope.files.length,
    fullFiles: full.files.length,
    full: tokensOf(asked({})),
    incremental: scope.files.length === 0 ? null : tokensOf(incremental),
  };
}

/** An open finding in every fifth file; those in the push's files are to be judged. */
function findingsIn(paths: readonly string[], touched: ReadonlySet<string>): (Finding & { touched: boolean })[] {
  return paths
    .filter((_, index) => index % 5 === 0)
    .map((path, index) => ({
      ...aFinding({
        id: `f${String(index).padStart(23, '0')}`,
        path,
        title: 'A row without a country gets the rate of another one',
        body: 'Where `country` is missing the rate of the default country is taken, also for rows that are exempt. Such orders come from imports. Refuse them, or take no rate.',
        quote:
          "    const rate = ratesOf(row.country ?? 'cart');\n    if (rate === undefined) throw new RangeError('no rate');",
      }),
      touched: touched.has(path),
    }));
}
