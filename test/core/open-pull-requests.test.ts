import { describe, expect, test } from '@jest/globals';
import type { RunHead } from '../../src/core/event.ts';
import { RepositoryId } from '../../src/core/ids.ts';
import type { PullRequestView } from '../../src/core/ledger/commands.ts';
import { foundByHead, mayNeedReview } from '../../src/core/open-pull-requests.ts';
import type { ListedPullRequest } from '../../src/core/pull-request.ts';
import { aKey, aRecord, aVersion, sha } from '../support/builders.ts';

const someVersion = aVersion();

const listed = (overrides: Partial<ListedPullRequest> = {}): ListedPullRequest => ({
  key: aKey,
  headSha: someVersion.headSha,
  headRepositoryId: aKey.repositoryId,
  baseRef: someVersion.baseRef,
  draft: false,
  author: 'ada',
  labels: [],
  fromFork: false,
  url: 'https://github.example/acme/shop/pull/12',
  ...overrides,
});
const view = (state: PullRequestView['state'], pending = 0): PullRequestView => ({
  pullRequest: aKey,
  version: someVersion,
  state,
  detail: '',
  run: null,
  previous: pointer(pending),
});

function pointer(pending: number): NonNullable<PullRequestView['previous']> {
  const { runId, attempt, generation, version, trust, result } = aRecord();
  const { mode, reason, verdict, reviewer } = result;
  return { runId, attempt, generation, version, mode, reason, verdict, reviewer, pending, delivered: true, trust };
}

describe('mayNeedReview', () => {
  test.each<[string, PullRequestView[], boolean]>([
    ['unknown to the ledger', [], true],
    [
      'another pull request of the session',
      [{ ...view('up_to_date'), pullRequest: { ...aKey, number: 99 as never } }],
      true,
    ],
    ['never reviewed', [view('needs_review')], true],
    ['stored and not shown', [view('undelivered')], true],
    ['left alone when it was seen last', [view('ineligible')], true],
    ['under way', [view('running')], false],
    ['approved', [view('up_to_date')], false],
    ['with open findings', [view('changes_requested')], false],
    ['with open findings, and files left', [view('changes_requested', 2)], true],
    ['not complete', [view('inconclusive', 1)], true],
    ['of another head', [{ ...view('up_to_date'), version: { ...someVersion, headSha: sha('9') } }], true],
    ['against another branch', [{ ...view('up_to_date'), version: { ...someVersion, baseRef: 'next' } }], true],
  ])('%s', (_name, views, expected) => {
    expect(mayNeedReview(listed(), views)).toBe(expected);
  });
});

describe('foundByHead', () => {
  const head: RunHead = {
    repository: aKey.repository,
    headRepositoryId: RepositoryId.parse(77),
    headOwner: 'eve',
    headBranch: 'discounts',
    headSha: sha('1'),
  };
  const eves = listed({ headRepositoryId: head.headRepositoryId, headSha: sha('1') });

  test.each<[string, ListedPullRequest[], string, string]>([
    ['its pull request', [eves], 'found', 'eve:discounts at 1111111 is the head of acme/shop#12'],
    ['none', [], 'none', "eve:discounts at 1111111 is no open pull request's head"],
    [
      'a head that moved on',
      [{ ...eves, headSha: sha('2') }],
      'stale',
      'moved on from eve:discounts at 1111111: acme/shop#12 at 2222222',
    ],
  ])('%s', (_name, pulls, outcome, why) => {
    expect(foundByHead(head, pulls)).toMatchObject({ outcome, why: expect.stringContaining(why) });
  });

  test("another repository's branch of the same name and commit is none of them", () => {
    const others = [78, null].map((id) => ({ ...eves, headRepositoryId: id as typeof eves.headRepositoryId }));
    expect(foundByHead(head, others).outcome).toBe('none');
    expect(foundByHead(head, [...others, eves])).toMatchObject({ pulls: [eves] });
  });

  test('a branch that is to go into two others, and was pushed for one alone', () => {
    const second = { ...eves, key: { ...aKey, number: 13 as never } };
    expect(foundByHead(head, [eves, second])).toMatchObject({ pulls: [eves, second] });
    expect(foundByHead(head, [{ ...eves, headSha: sha('2') }, second])).toMatchObject({ pulls: [second] });
  });
});
