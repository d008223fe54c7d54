import { expect, test } from '@jest/globals';
import { PullRequestNumber } from '../../src/core/ids.ts';
import type { PullReport } from '../../src/core/report.ts';
import type { ReviewSettings } from '../../src/pipeline/ports.ts';
import { reviewUntilOvertaken } from '../../src/pipeline/reclaim.ts';
import type { PullRequestRef } from '../../src/ports/pull-requests.ts';
import { aKey, aPullReport, aRunReport } from '../support/builders.ts';
import { silentLog } from '../support/silent-log.ts';

type Ending = Partial<PullReport>;

const OURS: Ending = {};
const STALE: Ending = { outcome: 'overtaken', reason: 'stale-head', runId: null, record: null };
const SUPERSEDED: Ending = { outcome: 'overtaken', reason: 'first-review', record: null };
const WAITING: Ending = { outcome: 'skipped', reason: 'active-run', runId: null, record: null };
const REVIEWED_BY_OTHERS: Ending = { outcome: 'skipped', reason: 'already-reviewed', runId: null };

/** Reviews that end so, one after the other, of pull requests whose heads stand still. Which were asked for, each time. */
async function asked(...reviews: Ending[][]): Promise<number[][]> {
  const calls: number[][] = [];
  const review = async (_settings: ReviewSettings, refs: readonly PullRequestRef[]) => {
    calls.push(refs.map(({ number }) => number));
    const endings = reviews[calls.length - 1] ?? [];
    return aRunReport(
      refs.map(({ number }, index) => aPullReport({ pullRequest: { ...aKey, number }, ...endings[index] })),
    );
  };
  const ports = {
    log: silentLog,
    interrupted: new AbortController().signal,
    pullRequests: {
      read: async () => ({ outcome: 'read', pullRequest: { version: { headSha: aPullReport().headSha } } }),
    },
  };
  const refs = (reviews[0] ?? []).map((_, index) => ({
    repository: aKey.repository,
    number: PullRequestNumber.parse(index + 1),
  }));
  await reviewUntilOvertaken(
    ports as unknown as Parameters<typeof reviewUntilOvertaken>[0],
    { session: null } as ReviewSettings,
    refs,
    review,
  );
  return calls;
}

test.each<[string, Ending[][], number[][]]>([
  ['one that was superseded is claimed again', [[SUPERSEDED], [OURS]], [[1], [1]]],
  ['one whose look stayed stale is not: it was looked at till it could not be', [[STALE]], [[1]]],
  ['one that others hold is not: it was waited for', [[WAITING]], [[1]]],
  [
    'but beside others neither was: it is then, by itself',
    [
      [OURS, STALE, WAITING],
      [OURS, REVIEWED_BY_OTHERS],
    ],
    [
      [1, 2, 3],
      [2, 3],
    ],
  ],
  [
    'and once',
    [
      [OURS, STALE, WAITING],
      [STALE, WAITING],
    ],
    [
      [1, 2, 3],
      [2, 3],
    ],
  ],
])('%s', async (_name, reviews, expected) => {
  expect(await asked(...reviews)).toEqual(expected);
});
