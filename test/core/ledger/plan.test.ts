import { describe, expect, test } from '@jest/globals';
import type { CurrentRun, PreviousReview } from '../../../src/core/ledger/items.ts';
import { planPullRequest, type Plan, type PlanInput } from '../../../src/core/ledger/plan.ts';
import type { Trust } from '../../../src/core/review-record.ts';
import { aCaller, aHolder } from '../../contracts/ledger-harness.ts';
import { aVersion, sha } from '../../support/builders.ts';
import { aCurrentRun, aDataRef, aPrevious, aPullRequestItem, aRunItem, aStoredRecord, at, NOW } from './state.ts';

const anna = aHolder('anna');
const ben = aHolder('ben');
const seen = aPullRequestItem().seen;

type Said = [action: Plan['action'], reason: Plan['reason'], state: Plan['state']];

function said(input: Partial<PlanInput>): Said {
  const plan = planPullRequest({
    seen,
    pullRequest: aPullRequestItem(),
    run: null,
    caller: aCaller(),
    now: NOW,
    claim: { tokenHash: ben.tokenHash, force: null },
    ...input,
  });
  return [plan.action, plan.reason, plan.state];
}

function withRun(run: Partial<CurrentRun>, previous: Partial<PreviousReview> | null = null) {
  const review = previous === null ? null : aPrevious(previous);
  return aPullRequestItem({
    run: aCurrentRun(run),
    previous: {
      contributor: null,
      protected: null,
      pinned: null,
      ...(review === null ? {} : { [review.trust]: review }),
    },
  });
}

function reviewed(previous: Partial<PreviousReview>) {
  return withRun({ status: 'delivered', leaseEndsAt: null }, previous);
}

describe('what a claim gets', () => {
  test.each<[string, Partial<PlanInput>, Said]>([
    ['never reviewed', {}, ['review', null, 'needs_review']],
    ['closed', { seen: { ...seen, state: 'closed' } }, ['skip', 'ineligible', 'ineligible']],
    ['merged', { seen: { ...seen, state: 'merged' } }, ['skip', 'ineligible', 'ineligible']],
    ['excluded as a draft', { seen: { ...seen, exclusion: 'draft' } }, ['skip', 'ineligible', 'ineligible']],
    ['by an ignored author', { seen: { ...seen, exclusion: 'ignored-author' } }, ['skip', 'ineligible', 'ineligible']],
    ['with the skip label', { seen: { ...seen, exclusion: 'skip-label' } }, ['skip', 'ineligible', 'ineligible']],
    [
      'an open sight that is older than the closed one',
      { pullRequest: aPullRequestItem({ seen: { ...seen, state: 'closed', headSeenAt: at(5) } }) },
      ['skip', 'ineligible', 'ineligible'],
    ],
    [
      'ineligible goes before stale',
      { seen: { ...seen, headSha: sha('2'), state: 'closed' } },
      ['skip', 'ineligible', 'ineligible'],
    ],
    [
      'another head, seen at the same time',
      { seen: { ...seen, headSha: sha('2') } },
      ['skip', 'stale-head', 'needs_review'],
    ],
    [
      'another head, seen earlier',
      { seen: { ...seen, headSha: sha('2'), headSeenAt: at(-1) } },
      ['skip', 'stale-head', 'needs_review'],
    ],
    [
      'another head, seen later',
      { seen: { ...seen, headSha: sha('2'), headSeenAt: at(1) } },
      ['review', null, 'needs_review'],
    ],
    ['the same head, seen earlier', { seen: { ...seen, headSeenAt: at(-9) } }, ['review', null, 'needs_review']],
    [
      'the same head under another base, seen earlier',
      { seen: { ...seen, baseRef: 'next', headSeenAt: at(-1) } },
      ['skip', 'stale-head', 'needs_review'],
    ],
    [
      'stale goes before a live run',
      { pullRequest: withRun({}), seen: { ...seen, headSha: sha('2') } },
      ['skip', 'stale-head', 'needs_review'],
    ],
    ['a live run of another', { pullRequest: withRun({}) }, ['wait', 'active-run', 'running']],
    [
      'a live publication by another',
      { pullRequest: withRun({ status: 'completed' }, { delivered: false }) },
      ['wait', 'active-run', 'undelivered'],
    ],
    ['a lease that ends this second', { pullRequest: withRun({ leaseEndsAt: NOW }) }, ['review', null, 'needs_review']],
    [
      'a lease with one second left',
      { pullRequest: withRun({ leaseEndsAt: at(1) }) },
      ['wait', 'active-run', 'running'],
    ],
    [
      'a live run, forced',
      { pullRequest: withRun({}), claim: { tokenHash: ben.tokenHash, force: 'full' } },
      ['wait', 'active-run', 'running'],
    ],
    [
      'our own live run',
      { pullRequest: withRun({}), claim: { tokenHash: anna.tokenHash, force: null } },
      ['resume', null, 'running'],
    ],
    [
      'a failed run',
      { pullRequest: withRun({ status: 'failed', leaseEndsAt: null }) },
      ['review', null, 'needs_review'],
    ],
    [
      'a cancelled run',
      { pullRequest: withRun({ status: 'cancelled', leaseEndsAt: null }) },
      ['review', null, 'needs_review'],
    ],
    [
      'a superseded run',
      { pullRequest: withRun({ status: 'superseded', leaseEndsAt: null }) },
      ['review', null, 'needs_review'],
    ],
    [
      'a stored result whose publisher is gone',
      { pullRequest: withRun({ status: 'completed', leaseEndsAt: NOW }, { delivered: false }) },
      ['publish', 'undelivered', 'undelivered'],
    ],
    [
      'undelivered goes before forced',
      {
        pullRequest: withRun({ status: 'completed', leaseEndsAt: null }, { delivered: false }),
        claim: { tokenHash: ben.tokenHash, force: 'full' },
      },
      ['publish', 'undelivered', 'undelivered'],
    ],
    [
      'a stored result whose data has expired',
      {
        pullRequest: withRun(
          { status: 'completed', leaseEndsAt: null },
          { delivered: false, data: aDataRef({ expiresAt: NOW }) },
        ),
      },
      ['review', null, 'needs_review'],
    ],
    ['delivered and approved', { pullRequest: reviewed({}) }, ['skip', 'already-reviewed', 'up_to_date']],
    [
      'delivered with changes requested',
      { pullRequest: reviewed({ verdict: 'changes_requested' }) },
      ['skip', 'already-reviewed', 'changes_requested'],
    ],
    [
      'delivered, paths pending',
      { pullRequest: reviewed({ verdict: 'inconclusive', pending: 2 }) },
      ['review', 'resumed-partial', 'inconclusive'],
    ],
    [
      'delivered, paths pending, changes requested',
      { pullRequest: reviewed({ verdict: 'changes_requested', pending: 2 }) },
      ['review', 'resumed-partial', 'changes_requested'],
    ],
    [
      'delivered, forced',
      { pullRequest: reviewed({}), claim: { tokenHash: ben.tokenHash, force: 'rerun' } },
      ['review', null, 'needs_review'],
    ],
    [
      'delivered, forced by the claim that delivered it',
      {
        pullRequest: reviewed({}),
        run: aRunItem(aCurrentRun({ status: 'delivered' }), [aStoredRecord()]),
        claim: { tokenHash: anna.tokenHash, force: 'rerun' },
      },
      ['skip', 'already-reviewed', 'up_to_date'],
    ],
    [
      'delivered on another base ref',
      { pullRequest: reviewed({ version: aVersion({ baseRef: 'next' }) }) },
      ['review', null, 'needs_review'],
    ],
    [
      'delivered on another merge base',
      { pullRequest: reviewed({ version: aVersion({ mergeBaseSha: sha('b') }) }) },
      ['review', null, 'needs_review'],
    ],
    [
      'only the tip of the base differs',
      { pullRequest: reviewed({ version: aVersion({ baseSha: sha('b') }) }) },
      ['skip', 'already-reviewed', 'up_to_date'],
    ],
    [
      'back at a head reviewed before another one',
      {
        pullRequest: reviewed({ version: aVersion({ headSha: sha('2') }), generation: 2 }),
        run: aRunItem(aCurrentRun(), [aStoredRecord()]),
      },
      ['publish', 'undelivered', 'undelivered'],
    ],
    [
      'back at a head reviewed on another base',
      {
        pullRequest: reviewed({ version: aVersion({ headSha: sha('2') }), generation: 2 }),
        run: aRunItem(aCurrentRun(), [aStoredRecord({ version: aVersion({ baseRef: 'next' }) })]),
      },
      ['review', null, 'needs_review'],
    ],
    [
      'back at a head reviewed in part',
      {
        pullRequest: reviewed({ version: aVersion({ headSha: sha('2') }), generation: 2 }),
        run: aRunItem(aCurrentRun(), [aStoredRecord({ pending: 1 })]),
      },
      ['review', null, 'needs_review'],
    ],
    [
      'back at a head whose run never recorded',
      { pullRequest: reviewed({ version: aVersion({ headSha: sha('2') }) }), run: aRunItem(aCurrentRun()) },
      ['review', null, 'needs_review'],
    ],
  ])('%s', (_name, input, expected) => {
    expect(said(input)).toEqual(expected);
  });
});

describe('which workflow run may take a live run over', () => {
  const held = { id: '7', attempt: 2 };
  test.each<[string, { id: string; attempt: number } | null, Plan['action']]>([
    ['a higher attempt of the same', { id: '7', attempt: 3 }, 'review'],
    ['the same attempt', { id: '7', attempt: 2 }, 'wait'],
    ['a lower attempt', { id: '7', attempt: 1 }, 'wait'],
    ['another one', { id: '8', attempt: 9 }, 'wait'],
    ['one that says nothing', null, 'wait'],
  ])('%s', (_name, workflowRun, expected) => {
    const pullRequest = withRun({ holder: { tokenHash: anna.tokenHash, url: '', workflowRun: held } });
    expect(said({ pullRequest, caller: aCaller({ workflowRun }) })[0]).toBe(expected);
  });

  test('none, where the holder has said nothing', () => {
    expect(said({ pullRequest: withRun({}), caller: aCaller({ workflowRun: held }) })[0]).toBe('wait');
  });
});

describe('trust', () => {
  test.each<[Trust, Trust, Plan['action'], Plan['action']]>([
    ['contributor', 'contributor', 'skip', 'publish'],
    ['protected', 'contributor', 'skip', 'publish'],
    ['pinned', 'protected', 'skip', 'publish'],
    ['contributor', 'protected', 'review', 'review'],
    ['protected', 'pinned', 'review', 'review'],
  ])('a review of trust %s, for a caller of trust %s', (written, reader, delivered, undelivered) => {
    const caller = aCaller({ trust: reader });
    expect(said({ pullRequest: reviewed({ trust: written }), caller })[0]).toBe(delivered);
    const stored = withRun({ status: 'completed', leaseEndsAt: null }, { trust: written, delivered: false });
    expect(said({ pullRequest: stored, caller })[0]).toBe(undelivered);
    const pullRequest = reviewed({ version: aVersion({ headSha: sha('2') }), generation: 2, trust: written });
    const run = aRunItem(aCurrentRun(), [aStoredRecord({ trust: written })]);
    expect(said({ pullRequest, run, caller })[0]).toBe(undelivered);
  });

  test.each<[Trust, Trust, Plan['action']]>([
    ['contributor', 'contributor', 'skip'],
    ['contributor', 'protected', 'review'],
    ['protected', 'contributor', 'skip'],
    ['protected', 'pinned', 'review'],
  ])('closed a second later in the words of %s, for a caller of trust %s', (said_, reader, expected) => {
    const noted = { at: at(1), trust: said_ };
    const pullRequest = aPullRequestItem({ seen: { ...seen, state: 'closed', headSeenAt: at(1), noted } });
    expect(said({ pullRequest, caller: aCaller({ trust: reader }), now: at(1) })[0]).toBe(expected);
  });

  test.each<[Trust, Trust, Plan['action']]>([
    ['contributor', 'contributor', 'skip'],
    ['contributor', 'protected', 'review'],
    ['protected', 'contributor', 'skip'],
  ])('a pause of trust %s, for a caller of trust %s', (paused, reader, expected) => {
    const pullRequest = aPullRequestItem({ paused: { by: 'mona', why: '', at: NOW, trust: paused } });
    expect(said({ pullRequest, caller: aCaller({ trust: reader }) })[0]).toBe(expected);
  });
});
