import { describe, expect, test } from '@jest/globals';
import { RepositoryId } from '../../../src/core/ids.ts';
import type { SeenPullRequest } from '../../../src/core/pull-request.ts';
import { aFinding, sha } from '../../support/builders.ts';
import {
  aCaller,
  aHolder,
  aSession,
  aSight,
  claim,
  claimCommand,
  claimOne,
  deliverOne,
  releaseOne,
  reviewWhole,
  submitOne,
  testWhere,
  type HarnessCapabilities,
  type MakeHarness,
} from '../ledger-harness.ts';

const anna = aHolder('anna');
const ben = aHolder('ben');
const partly = { coverage: { versions: [], covered: [], pending: [{ path: 'b.ts', reason: 'budget' }], excluded: [] } };

export function claimContract(makeHarness: MakeHarness, can: HarnessCapabilities): void {
  describe('claim', () => {
    test('a pull request never seen is ours to review', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const { answers, batchId } = await claim(ledger, anna, [aSight(harness)]);
      expect(answers).toMatchObject([
        {
          answer: 'review',
          reason: null,
          run: { attempt: 1, generation: 1, batchId, status: 'running', leaseEndsAt: harness.clock.now() + 120 },
          previous: null,
          pendingSources: [],
          incremental: { value: true, cause: 'default' },
          nextShortId: 1,
        },
      ]);
    });

    test('one key for its markers, whoever claims it and whenever', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const { markerKey } = await reviewWhole(ledger, anna, aSight(harness));
      expect(markerKey).toMatch(/^[0-9a-f]{64}$/u);
      harness.clock.advance(1);
      const next = await claimOne(ledger, ben, aSight(harness, { headSha: sha('2') }));
      const other = await claimOne(ledger, anna, aSight(harness, { headSha: sha('3') }));
      const { repositoryId, number } = next.pullRequest;
      const previous = await ledger.previous({ session: aSession, repositoryId, number });
      expect([next.markerKey, other.markerKey]).toEqual([markerKey, markerKey]);
      expect(previous).toMatchObject({ outcome: 'found', markerKey });
    });

    test('the same claim with the same token gets the same answer', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const sight = aSight(harness);
      const first = await claim(ledger, anna, [sight]);
      harness.clock.advance(10);
      expect(await claim(ledger, anna, [sight])).toEqual(first);
    });

    test('another holder waits and is told for which run', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const ours = await claimOne(ledger, anna, aSight(harness));
      const theirs = await claimOne(ledger, ben, aSight(harness));
      expect(theirs).toMatchObject({
        answer: 'wait',
        reason: 'active-run',
        run: { runId: ours.run!.runId, attempt: 1 },
      });
    });

    testWhere(can.exclusive)('64 simultaneous claims: one review, 63 wait and name the run', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const sight = aSight(harness);
      const answers = await Promise.all(
        Array.from({ length: 64 }, (_, index) => claimOne(ledger, aHolder(`racer-${index}`), sight)),
      );
      expect(answers.filter(({ answer }) => answer === 'review')).toHaveLength(1);
      const waiting = answers.filter(({ answer }) => answer === 'wait');
      expect(new Set(waiting.map(({ run }) => run?.runId)).size).toBe(1);
      expect(waiting).toHaveLength(63);
      const { runs } = await ledger.history({
        session: claimCommand(anna, [sight]).session,
        ...keyOf(sight),
        limit: 25,
      });
      expect(runs).toMatchObject([{ attempt: 1, generation: 1 }]);
    });

    test('a newer head takes the place of the live run, which learns it', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const old = await claimOne(ledger, anna, aSight(harness));
      harness.clock.advance(5);
      const young = await claimOne(ledger, ben, aSight(harness, { headSha: sha('2') }));
      expect(young).toMatchObject({ answer: 'review', run: { attempt: 1, generation: 2 } });
      const { session } = claimCommand(anna, []);
      const beat = await ledger.heartbeat({ session, runs: [{ runId: old.run!.runId, token: anna.token }] });
      expect(beat).toMatchObject({ runs: [{ status: 'superseded', leaseEndsAt: null, supersededBy: sha('2') }] });
      const { runs } = await ledger.history({ session, ...keyOf(aSight(harness)), limit: 25 });
      expect(runs.map(({ status }) => status)).toEqual(['running', 'superseded']);
    });

    test.each([
      ['seen earlier', -5],
      ['seen at the same moment', 0],
    ])('a different head %s is stale, and supersedes nothing', async (_name, seconds) => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const live = await claimOne(ledger, anna, aSight(harness));
      const sight = aSight(harness, { headSha: sha('2') });
      const headSeenAt = (sight.headSeenAt + seconds) as typeof sight.headSeenAt;
      const late = await claimOne(ledger, ben, { ...sight, headSeenAt });
      expect(late).toMatchObject({ answer: 'skip', reason: 'stale-head', run: { runId: live.run!.runId } });
      expect((await claimOne(ledger, ben, aSight(harness))).answer).toBe('wait');
    });

    testWhere(can.anyCaller)('a sight in the future keeps nobody of more trust away', async () => {
      await using harness = await makeHarness();
      const low = harness.ledgerFor(aCaller());
      const high = harness.ledgerFor(aCaller({ trust: 'protected' }));
      const future = (harness.clock.now() + 60) as ReturnType<typeof aSight>['headSeenAt'];
      await claimOne(low, anna, aSight(harness, { headSha: sha('9'), headSeenAt: future }));
      harness.clock.advance(1);
      expect(await claimOne(low, ben, aSight(harness))).toMatchObject({
        reason: 'stale-head',
        detail: '9999999 was seen 59 s later than 1111111',
      });
      expect(await claimOne(high, ben, aSight(harness))).toMatchObject({
        answer: 'review',
        run: { trust: 'protected' },
      });
      harness.clock.advance(1);
      expect(await claimOne(low, anna, aSight(harness, { headSha: sha('2') }))).toMatchObject({ answer: 'review' });
    });

    testWhere(can.anyCaller)('a paused runner of an older head supersedes nothing, whatever its trust', async () => {
      await using harness = await makeHarness();
      const paused = aSight(harness, { headSha: sha('2') });
      harness.clock.advance(1);
      await claimOne(harness.ledgerFor(aCaller()), anna, aSight(harness));
      harness.clock.advance(30);
      const high = harness.ledgerFor(aCaller({ trust: 'protected' }));
      expect(await claimOne(high, ben, paused)).toMatchObject({ answer: 'skip', reason: 'stale-head' });
    });

    test('a retarget in the same second is another version, also for whoever holds the head', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      await claimOne(ledger, anna, aSight(harness));
      expect(await claimOne(ledger, anna, aSight(harness, { baseRef: 'next' }))).toMatchObject({
        answer: 'review',
        run: { attempt: 2, version: { baseRef: 'next' } },
      });
    });

    test('a partly reviewed head that comes back builds on what was reviewed of it', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const pending = [{ path: 'late.ts', reason: 'budget' }];
      const partial = { coverage: { versions: [], covered: [], pending, excluded: [] } };
      const first = await reviewWhole(ledger, anna, aSight(harness), partial);
      harness.clock.advance(1);
      const second = await reviewWhole(ledger, ben, aSight(harness, { headSha: sha('2') }));
      harness.clock.advance(1);
      const back = await claimOne(ledger, anna, aSight(harness));
      expect(back).toMatchObject({
        answer: 'review',
        previous: { runId: second.run!.runId },
        pendingSources: [{ runId: first.run!.runId, attempt: 1, generation: 1 }],
      });
      const { repositoryId, number } = aSight(harness);
      const { session } = claimCommand(anna, []);
      const [source] = back.pendingSources;
      expect(await ledger.previous({ session, repositoryId, number, ...source })).toMatchObject({
        outcome: 'found',
        record: { runId: first.run!.runId, result: { coverage: { pending } } },
      });
      expect((await claimOne(ledger, anna, aSight(harness))).pendingSources).toEqual(back.pendingSources);
    });

    test('waiting keeps the greatest sight: an older head stays stale', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const early = aSight(harness);
      await claimOne(ledger, anna, early);
      const between = aSight(harness, {
        headSha: sha('2'),
        headSeenAt: (early.headSeenAt + 10) as typeof early.headSeenAt,
      });
      harness.clock.advance(20);
      await claimOne(ledger, ben, aSight(harness));
      expect(await claimOne(ledger, ben, between)).toMatchObject({ answer: 'skip', reason: 'stale-head' });
    });

    test('what was delivered at this version is not done again, unless forced', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const done = await reviewWhole(ledger, anna, aSight(harness));
      expect(await claimOne(ledger, ben, aSight(harness))).toMatchObject({
        answer: 'skip',
        reason: 'already-reviewed',
        run: { runId: done.run!.runId, status: 'delivered' },
        previous: { runId: done.run!.runId, delivered: true },
      });
      expect(await claimOne(ledger, ben, aSight(harness), { force: 'rerun' })).toMatchObject({
        answer: 'review',
        reason: null,
        run: { runId: done.run!.runId, attempt: 2, generation: 2 },
        previous: { attempt: 1 },
      });
    });

    test('a retarget is a new version: claimable again, attempts of the same run count up', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const done = await reviewWhole(ledger, anna, aSight(harness));
      const retargeted = aSight(harness, { baseRef: 'next', mergeBaseSha: sha('b') });
      expect(await claimOne(ledger, ben, retargeted)).toMatchObject({
        answer: 'review',
        run: { runId: done.run!.runId, attempt: 2, generation: 2, version: { baseRef: 'next' } },
        previous: { version: { baseRef: 'main' } },
      });
    });

    test('a later retarget takes the place of the live run; one of the same second waits for it', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const live = await claimOne(ledger, anna, aSight(harness));
      expect((await claimOne(ledger, ben, aSight(harness, { baseRef: 'next' }))).answer).toBe('wait');
      harness.clock.advance(1);
      const retargeted = await claimOne(ledger, ben, aSight(harness, { baseRef: 'other' }));
      expect(retargeted).toMatchObject({ answer: 'review', run: { runId: live.run!.runId, attempt: 2 } });
      expect(await submitOne(ledger, live, anna)).toBe('recorded_superseded');
    });

    test('with paths pending it is claimable at the same head', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      await reviewWhole(ledger, anna, aSight(harness), partly);
      expect(await claimOne(ledger, ben, aSight(harness))).toMatchObject({
        answer: 'review',
        reason: 'resumed-partial',
        run: { attempt: 2, generation: 2 },
        previous: { pending: 1, verdict: 'inconclusive' },
      });
    });

    test.each(['failed', 'cancelled'] as const)('a %s run may be tried again at once', async (status) => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const first = await claimOne(ledger, anna, aSight(harness));
      expect(await releaseOne(ledger, first, anna, status)).toBe('done');
      expect(await claimOne(ledger, ben, aSight(harness))).toMatchObject({ answer: 'review', run: { attempt: 2 } });
    });

    test('a reset to an earlier head publishes what is stored, and the pointer moves to it', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const first = await reviewWhole(ledger, anna, aSight(harness), { summary: 'first' });
      harness.clock.advance(5);
      await reviewWhole(ledger, ben, aSight(harness, { headSha: sha('2') }), { summary: 'second' });
      harness.clock.advance(5);
      const back = await claimOne(ledger, anna, aSight(harness));
      expect(back).toMatchObject({
        answer: 'publish',
        reason: 'undelivered',
        run: { runId: first.run!.runId, attempt: 2, generation: 3, status: 'completed' },
        previous: { runId: first.run!.runId, attempt: 1, generation: 3, delivered: false },
      });
      expect(await deliverOne(ledger, back, anna)).toBe('done');
      const { session } = claimCommand(anna, []);
      expect(await ledger.previous({ session, ...keyOf(aSight(harness)) })).toMatchObject({
        outcome: 'found',
        delivered: true,
        record: { generation: 3, result: { summary: 'first' } },
      });
      expect(await claimOne(ledger, ben, aSight(harness))).toMatchObject({
        answer: 'skip',
        reason: 'already-reviewed',
      });
    });

    test('a later sight of a reviewed head ends the live run at another', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      await reviewWhole(ledger, anna, aSight(harness));
      harness.clock.advance(5);
      const other = await claimOne(ledger, ben, aSight(harness, { headSha: sha('2') }));
      harness.clock.advance(5);
      expect(await claimOne(ledger, anna, aSight(harness))).toMatchObject({
        answer: 'skip',
        reason: 'already-reviewed',
      });
      expect(await submitOne(ledger, other, ben)).toBe('recorded_superseded');
    });

    test.each<[string, Partial<SeenPullRequest>]>([
      ['closed', { state: 'closed' }],
      ['merged', { state: 'merged' }],
      ['a draft', { draft: true, exclusion: 'draft' }],
      ['by an ignored author', { exclusion: 'ignored-author' }],
      ['labelled', { exclusion: 'skip-label' }],
    ])('a pull request that is %s is ineligible, even forced, and listed so', async (_name, overrides) => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const answer = await claimOne(ledger, anna, aSight(harness, overrides), { force: 'full' });
      expect(answer).toMatchObject({ answer: 'skip', reason: 'ineligible', run: null });
      const { session } = claimCommand(anna, []);
      expect(await ledger.list(session)).toMatchObject([{ state: 'ineligible', detail: answer.detail }]);
    });

    test('a draft is reviewed where nothing excludes it', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      expect((await claimOne(ledger, anna, aSight(harness, { draft: true }))).answer).toBe('review');
    });

    test('numbers of findings count on over runs', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      await reviewWhole(ledger, anna, aSight(harness), { findings: [aFinding({ shortId: 7 })] });
      harness.clock.advance(1);
      expect((await claimOne(ledger, ben, aSight(harness, { headSha: sha('2') }))).nextShortId).toBe(8);
    });

    test('a sight more than 60 s ahead is refused, 60 s is not', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const sight = aSight(harness);
      const ahead = (seconds: number) => ({
        ...sight,
        headSeenAt: (sight.headSeenAt + seconds) as typeof sight.headSeenAt,
      });
      expect(await ledger.claim(claimCommand(anna, [ahead(61)]))).toMatchObject({
        outcome: 'rejected',
        faults: [{ path: 'pullRequests.0.headSeenAt' }],
      });
      expect(await ledger.list(claimCommand(anna, []).session)).toEqual([]);
      expect((await claimOne(ledger, anna, ahead(60))).answer).toBe('review');
    });

    testWhere(can.anyCaller)('owners do not see each other', async () => {
      await using harness = await makeHarness();
      await claimOne(harness.ledgerFor(aCaller()), anna, aSight(harness));
      const other = harness.ledgerFor(aCaller({ ownerId: '9002' }));
      expect(await other.list(claimCommand(anna, []).session)).toEqual([]);
      expect((await claimOne(other, ben, aSight(harness))).answer).toBe('review');
    });

    testWhere(can.anyCaller)('a run takes neither base nor verdict from lower trust', async () => {
      await using harness = await makeHarness();
      const low = harness.ledgerFor(aCaller());
      const high = harness.ledgerFor(aCaller({ trust: 'protected' }));
      await reviewWhole(low, anna, aSight(harness), { summary: 'low' });
      const { session } = claimCommand(anna, []);
      expect(await high.previous({ session, ...keyOf(aSight(harness)) })).toEqual({ outcome: 'none' });
      const { runId } = (await low.list(session))[0]!.run!;
      expect(await low.previous({ session, ...keyOf(aSight(harness)), runId })).toMatchObject({ outcome: 'found' });
      expect(await high.previous({ session, ...keyOf(aSight(harness)), runId })).toEqual({ outcome: 'none' });
      const again = await reviewWhole(high, ben, aSight(harness), { summary: 'high' });
      expect(again).toMatchObject({ answer: 'review', previous: null, run: { attempt: 2, trust: 'protected' } });
      expect(await claimOne(low, anna, aSight(harness))).toMatchObject({
        answer: 'skip',
        reason: 'already-reviewed',
        previous: { trust: 'protected' },
      });
    });

    test('the same pull request twice and more than 30 are refused, and nothing is written', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const sight = aSight(harness);
      const other = { ...sight, repositoryId: RepositoryId.parse(4712) };
      expect(await ledger.claim(claimCommand(anna, [other, sight, sight]))).toMatchObject({
        outcome: 'rejected',
        faults: [{ path: 'pullRequests.2', message: 'the same pull request as pullRequests.1' }],
      });
      const many = Array.from({ length: 31 }, (_, index) => ({
        ...sight,
        repositoryId: RepositoryId.parse(index + 1),
      }));
      expect(await ledger.claim(claimCommand(anna, many))).toMatchObject({
        outcome: 'rejected',
        faults: [{ path: 'pullRequests' }],
      });
      expect(await ledger.list(claimCommand(anna, []).session)).toEqual([]);
    });
  });
}

function keyOf({ repositoryId, number }: SeenPullRequest): Pick<SeenPullRequest, 'repositoryId' | 'number'> {
  return { repositoryId, number };
}
