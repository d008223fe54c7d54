import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { BatchId, runIdOf } from '../../../src/core/ids.ts';
import { decideClaim } from '../../../src/core/ledger/claim.ts';
import type { DismissCommand } from '../../../src/core/ledger/commands.ts';
import { decideDismiss } from '../../../src/core/ledger/dismiss.ts';
import type { PullRequestItem, RunItem, Source } from '../../../src/core/ledger/items.ts';
import { faultsOfResult } from '../../../src/core/ledger/results.ts';
import { MAX_SOURCES, withSource } from '../../../src/core/ledger/sources.ts';
import { pullRequestIdOf, type LedgerState } from '../../../src/core/ledger/state.ts';
import { decideSubmit } from '../../../src/core/ledger/submit.ts';
import { lowerTrust, trusts } from '../../../src/core/ledger/trust.ts';
import type { Trust } from '../../../src/core/review-record.ts';
import { aCaller, aConsistentResult, aHolder, aSession, aSight, claimCommand } from '../../contracts/ledger-harness.ts';
import { aFinding, aKey, aVersion, sha } from '../../support/builders.ts';
import { aContext, aCurrentRun, aDataRef, aPrevious, aPullRequestItem, aRunItem, at, NOW } from './state.ts';

const anna = aHolder('anna');
const ben = aHolder('ben');
const fresh = {
  batchId: BatchId.parse(`batch_${'f'.repeat(32)}`),
  markerKey: 'ab'.repeat(32),
  incremental: { value: true, cause: 'default' },
};
const packed = { sha256: 'a'.repeat(64), bytes: 1, chunks: 1 };

function read(pullRequest: PullRequestItem | null, run: RunItem | null = null): LedgerState {
  return {
    session: null,
    pullRequests: new Map(pullRequest === null ? [] : [[pullRequestIdOf(aKey), pullRequest]]),
    runs: new Map(run === null ? [] : [[run.runId, run]]),
  };
}

function claimed(state: LedgerState, overrides: Parameters<typeof aSight>[1] = {}, holder = ben) {
  const sight = aSight({ clock: { now: () => NOW, advance: () => undefined } }, overrides);
  const decision = decideClaim(state, claimCommand(holder, [sight]), fresh, aContext());
  if (decision.outcome === 'rejected') throw new Error(JSON.stringify(decision.faults));
  return decision;
}

describe('what a claim writes', () => {
  test('each item on the number it was read with', () => {
    const run = { ...aRunItem(aCurrentRun({ leaseEndsAt: NOW })), revision: 4 };
    const { change } = claimed(read(aPullRequestItem({ version: 6, run: aCurrentRun({ leaseEndsAt: NOW }) }), run));
    expect(change).toMatchObject({
      pullRequests: [{ readVersion: 6, item: { version: 7, generation: 2, run: { attempt: 2, claimedAtVersion: 7 } } }],
      runs: [{ readRevision: 4, item: { revision: 7, attempt: 2, attempts: [{ attempt: 1 }, { attempt: 2 }] } }],
      superseded: [],
    });
  });

  test('nothing where it waits and has seen nothing new', () => {
    expect(claimed(read(aPullRequestItem({ run: aCurrentRun() }))).change).toBeNull();
  });

  test('the superseded run by its key alone, in the same change', () => {
    const { change } = claimed(read(aPullRequestItem({ version: 6, run: aCurrentRun() })), {
      headSha: sha('2'),
      headSeenAt: at(1),
    });
    const runId = runIdOf({ ...aKey, headSha: sha('1') });
    expect(change?.superseded).toEqual([
      { runId, revision: 7, why: `superseded by ${sha('2')}`, supersededBy: sha('2') },
    ]);
    expect(change?.runs.map(({ item }) => item.runId)).toEqual([runIdOf({ ...aKey, headSha: sha('2') })]);
  });

  test('the checkpoint of the superseded run as a source, and no longer as its own', () => {
    const checkpoint = aDataRef();
    const run = aCurrentRun({ checkpoint });
    const closed = { headSha: sha('2'), headSeenAt: at(1), state: 'closed' as const };
    const { change } = claimed(read(aPullRequestItem({ version: 6, run })), closed);
    expect(change?.pullRequests[0]?.item).toMatchObject({
      run: { status: 'superseded', checkpoint: null, leaseEndsAt: null },
      sources: [{ data: checkpoint, since: 7 }],
    });
  });

  test('a retarget of a live run writes that run once', () => {
    const current = aCurrentRun();
    const retarget = { baseRef: 'next', headSeenAt: at(1) };
    const { change } = claimed(read(aPullRequestItem({ run: current }), aRunItem(current)), retarget);
    expect(change?.superseded).toEqual([]);
    expect(change?.runs).toMatchObject([{ item: { attempt: 2, version: { baseRef: 'next' } } }]);
  });

  test('no more than the last 20 attempts', () => {
    const current = aCurrentRun({ attempt: 25, status: 'failed', leaseEndsAt: null });
    const run = aRunItem(
      current,
      Array.from({ length: 20 }, () => null),
    );
    const { change } = claimed(read(aPullRequestItem({ run: current }), run));
    expect(change?.runs[0]?.item.attempts).toHaveLength(20);
    expect(change?.runs[0]?.item.attempts.at(-1)?.attempt).toBe(26);
  });

  test('an ended lease of our own is ours again, with the same attempt', () => {
    const decision = claimed(read(aPullRequestItem({ run: aCurrentRun({ leaseEndsAt: at(-5) }) })), {}, anna);
    expect(decision.answers).toMatchObject([{ answer: 'review', run: { attempt: 1, leaseEndsAt: at(120) } }]);
    expect(decision.batchId).toBe(aCurrentRun().batchId);
  });
});

describe('who may build on what', () => {
  const levels: Trust[] = ['contributor', 'protected', 'pinned'];
  test('the lower of two is trusted by whoever trusts it, and by nobody above', () => {
    fc.assert(
      fc.property(fc.constantFrom(...levels), fc.constantFrom(...levels), (a, b) => {
        const lower = lowerTrust(a, b);
        expect(trusts(lower, a) && trusts(lower, b)).toBe(true);
        expect(trusts(a, b)).toBe(levels.indexOf(b) >= levels.indexOf(a));
      }),
    );
  });

  test('sources of lower trust are neither given to a run nor dropped when it records', () => {
    const low = aSource({ trust: 'contributor' });
    const high = aSource({ attempt: 2, trust: 'protected' });
    const current = aCurrentRun({ trust: 'protected', claimedAtVersion: 3 });
    const pullRequest = aPullRequestItem({ version: 3, run: current, sources: [low, high] });
    const change = submitted(read(pullRequest, aRunItem(current)), aCaller({ trust: 'protected' }));
    expect(change?.pullRequests[0]?.item.sources).toEqual([low]);
  });

  test('what came in after the claim stays for the next run', () => {
    const known = aSource({ since: 2 });
    const late = aSource({ attempt: 2, since: 3 });
    const current = aCurrentRun({ claimedAtVersion: 2 });
    const change = submitted(
      read(aPullRequestItem({ version: 3, run: current, sources: [known, late] }), aRunItem(current)),
    );
    expect(change?.pullRequests[0]?.item.sources).toEqual([late]);
  });

  test('a record has no more trust than whoever hands it in', () => {
    const current = aCurrentRun({ trust: 'pinned' });
    const change = submitted(read(aPullRequestItem({ run: current }), aRunItem(current)));
    expect(change?.pullRequests[0]?.item.previous).toMatchObject({
      contributor: { trust: 'contributor' },
      pinned: null,
    });
  });

  test('a pointer does not move to a lower generation', () => {
    const current = aCurrentRun({ generation: 4 });
    const ahead = aPrevious({ generation: 5, version: aVersion({ headSha: sha('2') }) });
    const previous = { contributor: ahead, protected: null, pinned: null };
    const change = submitted(read(aPullRequestItem({ run: current, previous }), aRunItem(current)));
    expect(change?.pullRequests[0]?.item.previous.contributor).toEqual(ahead);
  });

  test('the last word of an attempt takes the place of its earlier ones, and the list is bounded', () => {
    const many = Array.from({ length: MAX_SOURCES + 5 }, (_, index) => aSource({ attempt: index + 1 }));
    const full = many.reduce(withSource, aPullRequestItem());
    expect(full.sources).toEqual(many.slice(5));
    const again = withSource(full, aSource({ attempt: 50, since: 9 }));
    expect(again.sources.filter(({ attempt }) => attempt === 50)).toEqual([aSource({ attempt: 50, since: 9 })]);
    expect(again.sources).toHaveLength(MAX_SOURCES);
  });
});

function aSource(overrides: Partial<Source> = {}): Source {
  const runId = runIdOf({ ...aKey, headSha: sha('9') });
  return {
    runId,
    attempt: 1,
    generation: 1,
    version: aVersion({ headSha: sha('9') }),
    trust: 'contributor',
    data: aDataRef(),
    since: 1,
    ...overrides,
  };
}

function submitted(state: LedgerState, caller = aCaller()) {
  const runId = runIdOf({ ...aKey, headSha: sha('1') });
  const submission = { runId, tokenHash: anna.tokenHash, result: aConsistentResult(), packed };
  const decision = decideSubmit(state, [submission], aContext({ caller }));
  if (decision.outcome === 'rejected') throw new Error(JSON.stringify(decision.faults));
  return decision.change;
}

describe('faultsOfResult', () => {
  const pullRequest = aPullRequestItem({ nextShortId: 5 });
  test.each<[string, Parameters<typeof aConsistentResult>[0], string[]]>([
    ['nothing', {}, []],
    ['a verdict that does not follow', { verdict: 'changes_requested' }, ['r.verdict']],
    ['two findings with one id', { findings: [aFinding(), aFinding()] }, ['r.findings']],
    ['the last number within reach', { findings: [aFinding({ shortId: 20_004 })] }, []],
    ['a number out of thin air', { findings: [aFinding({ shortId: 20_005 })] }, ['r.findings']],
  ])('%s', (_name, overrides, paths) => {
    expect(faultsOfResult(aConsistentResult(overrides), pullRequest, 'r').map(({ path }) => path)).toEqual(paths);
  });
});

describe('decideDismiss', () => {
  const command = (overrides: Partial<Extract<DismissCommand, { action: 'finding' }>> = {}): DismissCommand => ({
    action: 'finding',
    session: aSession,
    pullRequest: aKey,
    findingId: 'f1',
    dismissed: true,
    by: 'mona',
    why: '',
    ...overrides,
  });
  const dismissal = (trust: Trust) => ({ findingId: 'f1', by: 'mona', why: '', at: NOW, trust });
  const after = (before: Trust | null, caller: Trust, dismissed: boolean) => {
    const pullRequest = aPullRequestItem({ dismissals: before === null ? [] : [dismissal(before)] });
    const decision = decideDismiss(
      read(pullRequest),
      command({ dismissed }),
      aContext({ caller: aCaller({ trust: caller }) }),
    );
    if (decision.outcome !== 'done') throw new Error(decision.outcome);
    const item = decision.change?.pullRequests[0]?.item ?? pullRequest;
    return item.dismissals.map(({ trust }) => trust);
  };

  test.each<[Trust | null, Trust, boolean, Trust[]]>([
    [null, 'contributor', true, ['contributor']],
    ['contributor', 'contributor', false, []],
    ['contributor', 'protected', true, ['protected']],
    ['contributor', 'protected', false, []],
    ['protected', 'contributor', true, ['protected']],
    [null, 'protected', false, []],
  ])('dismissed by %s, then %s says %s', (before, caller, dismissed, expected) => {
    expect(after(before, caller, dismissed)).toEqual(expected);
  });

  const pausedBy = (trust: Trust | null) => (trust === null ? null : { by: 'mona', why: '', at: NOW, trust });
  const pausing = (before: Trust | null, caller: Trust, paused: boolean) =>
    decideDismiss(
      read(aPullRequestItem({ paused: pausedBy(before) })),
      { action: 'pause', session: aSession, pullRequest: aKey, paused, by: 'mona', why: '' },
      aContext({ caller: aCaller({ trust: caller }) }),
    );

  test.each<[Trust | null, Trust, boolean, Trust | null | 'as it was']>([
    [null, 'contributor', true, 'contributor'],
    [null, 'protected', false, 'as it was'],
    ['contributor', 'contributor', true, 'as it was'],
    ['contributor', 'contributor', false, null],
    ['contributor', 'protected', true, 'protected'],
    ['contributor', 'protected', false, null],
    ['protected', 'contributor', true, 'as it was'],
  ])('paused by %s, then %s says %s', (before, caller, paused, expected) => {
    const decision = pausing(before, caller, paused);
    if (decision.outcome !== 'done') throw new Error(decision.outcome);
    const item = decision.change?.pullRequests[0]?.item;
    expect(item === undefined ? 'as it was' : (item.paused?.trust ?? null)).toEqual(expected);
  });

  test('what was said with more trust is not taken back with less, nor is it said to be', () => {
    const item = aPullRequestItem({ dismissals: [dismissal('protected')] });
    const reopened = decideDismiss(read(item), command({ dismissed: false }), aContext());
    expect(reopened).toEqual({
      outcome: 'rejected',
      faults: [
        { path: 'dismissed', message: 'mona dismissed it in a run of more trust (protected): take it back there' },
      ],
    });
    expect(pausing('protected', 'contributor', false)).toEqual({
      outcome: 'rejected',
      faults: [{ path: 'paused', message: 'mona paused it in a run of more trust (protected): take it back there' }],
    });
  });

  test('more than an item can hold is refused', () => {
    const dismissals = Array.from({ length: 100 }, (_, index) => ({
      ...dismissal('contributor'),
      findingId: `g${index}`,
      why: 'x'.repeat(1950),
    }));
    const decision = decideDismiss(
      read(aPullRequestItem({ dismissals })),
      command({ why: 'y'.repeat(2000) }),
      aContext(),
    );
    expect(decision).toMatchObject({ outcome: 'rejected', faults: [{ path: 'findingId' }] });
  });
});
