import { describe, expect, test } from '@jest/globals';
import { sha } from '../../support/builders.ts';
import {
  aCaller,
  aHolder,
  aSession,
  aSight,
  beatOne,
  claimOne,
  deliverOne,
  releaseOne,
  submitOne,
  testWhere,
  type HarnessCapabilities,
  type MakeHarness,
} from '../ledger-harness.ts';

const anna = aHolder('anna');
const ben = aHolder('ben');

export function leaseContract(makeHarness: MakeHarness, can: HarnessCapabilities): void {
  describe('lease', () => {
    test('ends after 120 s and may then be taken over; the late holder learns it', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const first = await claimOne(ledger, anna, aSight(harness));
      harness.clock.advance(119);
      expect((await claimOne(ledger, ben, aSight(harness))).answer).toBe('wait');
      harness.clock.advance(1);
      const taken = await claimOne(ledger, ben, aSight(harness));
      expect(taken).toMatchObject({ answer: 'review', run: { runId: first.run!.runId, attempt: 2, generation: 2 } });
      expect(await beatOne(ledger, first, anna)).toEqual({
        status: 'taken-over',
        leaseEndsAt: null,
        supersededBy: null,
      });
      expect(await submitOne(ledger, first, anna)).toBe('recorded_superseded');
      expect(await deliverOne(ledger, first, anna)).toBe('stale');
      expect(await releaseOne(ledger, first, anna)).toBe('stale');
      expect(await submitOne(ledger, taken, ben)).toBe('recorded');
    });

    test('lives on by heartbeats', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const ours = await claimOne(ledger, anna, aSight(harness));
      for (let beat = 0; beat < 5; beat += 1) {
        harness.clock.advance(100);
        expect(await beatOne(ledger, ours, anna)).toEqual({
          status: 'current',
          leaseEndsAt: harness.clock.now() + 120,
          supersededBy: null,
        });
      }
      expect((await claimOne(ledger, ben, aSight(harness))).answer).toBe('wait');
    });

    test('ended, but taken by nobody: still good for a heartbeat and for the result', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const ours = await claimOne(ledger, anna, aSight(harness));
      harness.clock.advance(500);
      expect((await beatOne(ledger, ours, anna)).status).toBe('current');
      harness.clock.advance(500);
      expect(await submitOne(ledger, ours, anna)).toBe('recorded');
      expect(await deliverOne(ledger, ours, anna)).toBe('done');
    });

    testWhere(can.anyCaller)(
      'a higher attempt of the same workflow run takes over at once, a lower or another one does not',
      async () => {
        await using harness = await makeHarness();
        const as = (id: string, attempt: number) => harness.ledgerFor(aCaller({ workflowRun: { id, attempt } }));
        await claimOne(as('77', 2), anna, aSight(harness));
        expect((await claimOne(as('77', 1), ben, aSight(harness))).answer).toBe('wait');
        expect((await claimOne(as('77', 2), ben, aSight(harness))).answer).toBe('wait');
        expect((await claimOne(as('78', 9), ben, aSight(harness))).answer).toBe('wait');
        expect(await claimOne(as('77', 3), ben, aSight(harness))).toMatchObject({
          answer: 'review',
          run: { attempt: 2 },
        });
      },
    );

    testWhere(can.anyCaller)('what is trusted more is not delivered by the word of who is trusted less', async () => {
      await using harness = await makeHarness();
      const [high, low] = [harness.ledgerFor(aCaller({ trust: 'protected' })), harness.ledgerFor(aCaller())];
      const first = await claimOne(high, anna, aSight(harness));
      await submitOne(high, first, anna);
      harness.clock.advance(121);
      const theirs = await claimOne(low, ben, aSight(harness));
      expect(theirs.answer).toBe('publish');
      expect(await deliverOne(low, theirs, ben)).toBe('done');
      const again = await claimOne(high, anna, aSight(harness));
      expect(again.answer).toBe('publish');
      expect(await deliverOne(high, again, anna)).toBe('done');
      expect(await claimOne(low, ben, aSight(harness))).toMatchObject({ answer: 'skip', reason: 'already-reviewed' });
    });

    test('publishing happens under it: others wait, and publish what is stored once it has ended', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const first = await claimOne(ledger, anna, aSight(harness));
      await submitOne(ledger, first, anna, { summary: 'paid for once' });
      expect(await claimOne(ledger, ben, aSight(harness))).toMatchObject({
        answer: 'wait',
        run: { status: 'completed' },
      });
      harness.clock.advance(121);
      const publisher = await claimOne(ledger, ben, aSight(harness));
      expect(publisher).toMatchObject({
        answer: 'publish',
        reason: 'undelivered',
        run: { attempt: 2, status: 'completed' },
        previous: { attempt: 1, delivered: false },
      });
      expect((await claimOne(ledger, aHolder('carl'), aSight(harness))).answer).toBe('wait');
      expect(await deliverOne(ledger, first, anna)).toBe('stale');
      expect(await deliverOne(ledger, publisher, ben)).toBe('done');
      expect(await deliverOne(ledger, publisher, ben)).toBe('replayed');
      expect(await claimOne(ledger, anna, aSight(harness))).toMatchObject({ reason: 'already-reviewed' });
    });

    test('released while publishing: the result stays, and is published by the next', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const first = await claimOne(ledger, anna, aSight(harness));
      await submitOne(ledger, first, anna);
      expect(await releaseOne(ledger, first, anna)).toBe('done');
      expect(await releaseOne(ledger, first, anna)).toBe('replayed');
      expect((await claimOne(ledger, ben, aSight(harness))).answer).toBe('publish');
    });

    test('whoever is to publish what can not be read any more may record a review instead', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const first = await claimOne(ledger, anna, aSight(harness));
      await submitOne(ledger, first, anna, { summary: 'lost' });
      await releaseOne(ledger, first, anna);
      const publisher = await claimOne(ledger, ben, aSight(harness));
      expect(await submitOne(ledger, publisher, ben, { summary: 'anew' })).toBe('recorded');
      expect(await deliverOne(ledger, publisher, ben)).toBe('done');
      const { repositoryId, number } = publisher.pullRequest;
      expect(await ledger.previous({ session: aSession, repositoryId, number })).toMatchObject({
        delivered: true,
        record: { attempt: 2, generation: 2, result: { summary: 'anew' } },
      });
    });

    test('a release said twice was done once; after the delivery there is nothing to release', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const first = await claimOne(ledger, anna, aSight(harness));
      expect(await releaseOne(ledger, first, anna, 'failed')).toBe('done');
      expect(await releaseOne(ledger, first, anna, 'failed')).toBe('replayed');
      expect((await beatOne(ledger, first, anna)).status).toBe('ended');
      const second = await claimOne(ledger, ben, aSight(harness));
      expect(await deliverOne(ledger, second, ben)).toBe('stale');
      await submitOne(ledger, second, ben);
      await deliverOne(ledger, second, ben);
      expect(await releaseOne(ledger, second, ben)).toBe('stale');
    });

    test('what a run checkpointed before its lease ended is handed to whoever takes it over', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const first = await claimOne(ledger, anna, aSight(harness));
      await beatOne(ledger, first, anna, { summary: 'half' });
      harness.clock.advance(121);
      const second = await claimOne(ledger, ben, aSight(harness));
      expect(second.pendingSources).toEqual([{ runId: first.run!.runId, attempt: 1, generation: 1 }]);
    });

    test('a checkpoint that comes too late is kept, and its sender is told to stop', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const first = await claimOne(ledger, anna, aSight(harness));
      harness.clock.advance(1);
      const second = await claimOne(ledger, ben, aSight(harness, { headSha: sha('2') }));
      expect(second.pendingSources).toEqual([]);
      expect((await beatOne(ledger, first, anna, { summary: 'half' })).status).toBe('superseded');
      harness.clock.advance(1);
      const third = await claimOne(ledger, aHolder('carl'), aSight(harness, { headSha: sha('3') }));
      expect(third.pendingSources).toEqual([{ runId: first.run!.runId, attempt: 1, generation: 1 }]);
    });

    test('what superseded runs checkpointed is handed to the next claim, oldest first', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const first = await claimOne(ledger, anna, aSight(harness));
      expect((await beatOne(ledger, first, anna, { summary: 'half of 1' })).status).toBe('current');
      harness.clock.advance(1);
      const second = await claimOne(ledger, ben, aSight(harness, { headSha: sha('2') }));
      expect(second.pendingSources).toEqual([{ runId: first.run!.runId, attempt: 1, generation: 1 }]);
      expect((await beatOne(ledger, second, ben, { summary: 'half of 2' })).status).toBe('current');
      // Late, and more than before: it takes the place of what the same attempt had left.
      expect(await submitOne(ledger, first, anna, { summary: 'all of 1' })).toBe('recorded_superseded');
      expect(await submitOne(ledger, first, anna, { summary: 'all of 1' })).toBe('replayed');
      harness.clock.advance(1);
      const third = await claimOne(ledger, aHolder('carl'), aSight(harness, { headSha: sha('3') }));
      expect(third.pendingSources).toEqual([
        { runId: first.run!.runId, attempt: 1, generation: 1 },
        { runId: second.run!.runId, attempt: 1, generation: 2 },
      ]);
      expect(third.previous).toBeNull();
      await submitOne(ledger, third, aHolder('carl'));
      await deliverOne(ledger, third, aHolder('carl'));
      harness.clock.advance(1);
      const fourth = await claimOne(ledger, anna, aSight(harness, { headSha: sha('4') }));
      expect(fourth).toMatchObject({ pendingSources: [], previous: { runId: third.run!.runId } });
    });
  });
}
