import { describe, expect, test } from '@jest/globals';
import { SessionName } from '../../../src/core/ids.ts';
import { BadCursor } from '../../../src/ports/ledger.ts';
import { aFinding, aKey, sha } from '../../support/builders.ts';
import {
  aCaller,
  aHolder,
  aSession,
  aSight,
  beatOne,
  claimOne,
  releaseOne,
  reviewWhole,
  submitOne,
  type MakeHarness,
} from '../ledger-harness.ts';

const anna = aHolder('anna');
const ben = aHolder('ben');
const query = { session: aSession, repositoryId: aKey.repositoryId, number: aKey.number };
const dismissal = { session: aSession, pullRequest: aKey, findingId: aFinding().id, by: 'mona', why: 'as meant' };

export function readContract(makeHarness: MakeHarness): void {
  describe('list', () => {
    test('shows each pull request by the plan that its claim would get', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const state = async () => (await ledger.list(aSession)).map((view) => view.state);
      expect(await state()).toEqual([]);
      const first = await claimOne(ledger, anna, aSight(harness));
      expect(await state()).toEqual(['running']);
      harness.clock.advance(121);
      expect(await state()).toEqual(['needs_review']);
      await submitOne(ledger, first, anna, { findings: [aFinding()] });
      expect(await state()).toEqual(['undelivered']);
      await ledger.deliver({
        session: aSession,
        runs: [{ runId: first.run!.runId, token: anna.token, commentId: 1, reviewId: null, checkId: null }],
      });
      expect(await state()).toEqual(['changes_requested']);
      harness.clock.advance(1);
      await reviewWhole(ledger, ben, aSight(harness, { headSha: sha('2') }));
      expect(await state()).toEqual(['up_to_date']);
      harness.clock.advance(1);
      const coverage = { versions: [], covered: [], pending: [{ path: 'a.ts', reason: 'budget' }], excluded: [] };
      await reviewWhole(ledger, anna, aSight(harness, { headSha: sha('3') }), { coverage });
      expect(await state()).toEqual(['inconclusive']);
      harness.clock.advance(1);
      const failed = await claimOne(ledger, ben, aSight(harness, { headSha: sha('4') }));
      await releaseOne(ledger, failed, ben, 'failed');
      expect(await ledger.list(aSession)).toMatchObject([
        {
          state: 'needs_review',
          run: { status: 'failed', why: 'the job was cancelled' },
          version: { headSha: sha('4') },
        },
      ]);
    });
  });

  describe('history', () => {
    test('is newest first and comes in pages', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const heads = ['5', '3', '9', '1', '7'];
      for (const head of heads) {
        harness.clock.advance(1);
        await reviewWhole(ledger, anna, aSight(harness, { headSha: sha(head) }));
      }
      const seen: string[] = [];
      let cursor: string | null | undefined;
      let pages = 0;
      while (cursor !== null) {
        const page = await ledger.history({ ...query, limit: 2, ...(cursor === undefined ? {} : { cursor }) });
        seen.push(...page.runs.map((run) => run.version.headSha[0]!));
        ({ cursor } = page);
        pages += 1;
      }
      expect(seen).toEqual(heads.toReversed());
      expect(pages).toBe(3);
    });

    test.each(['', 'garbage', '../../x', Buffer.from('1:1:1:5').toString('base64url'), 'MTo0NzExOjEyOi0x'])(
      'refuses the cursor %j',
      async (cursor) => {
        await using harness = await makeHarness();
        const ledger = harness.ledgerFor(aCaller());
        await expect(ledger.history({ ...query, cursor, limit: 2 })).rejects.toThrow(BadCursor);
      },
    );

    test('of a pull request that nobody claimed is empty', async () => {
      await using harness = await makeHarness();
      expect(await harness.ledgerFor(aCaller()).history({ ...query, limit: 25 })).toEqual({ runs: [], cursor: null });
    });
  });

  describe('previous', () => {
    test('is none before anything was recorded', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      expect(await ledger.previous(query)).toEqual({ outcome: 'none' });
      const ours = await claimOne(ledger, anna, aSight(harness));
      expect(await ledger.previous(query)).toEqual({ outcome: 'none' });
      expect(await ledger.previous({ ...query, runId: ours.run!.runId })).toEqual({ outcome: 'none' });
    });

    test('of less trust is shown to whoever asks for it, and never built on', async () => {
      await using harness = await makeHarness();
      const sight = aSight(harness);
      await reviewWhole(harness.ledgerFor(aCaller({ trust: 'contributor' })), anna, sight, { summary: 'by a branch' });
      const ledger = harness.ledgerFor(aCaller({ trust: 'protected' }));
      expect(await ledger.previous(query)).toEqual({ outcome: 'none' });
      expect(await ledger.previous({ ...query, trust: 'contributor' })).toMatchObject({
        outcome: 'found',
        record: { trust: 'contributor', result: { summary: 'by a branch' } },
      });
      expect((await claimOne(ledger, ben, sight)).previous).toBeNull();
    });

    test('by run id and attempt: checkpoints and earlier results too', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const first = await claimOne(ledger, anna, aSight(harness));
      await beatOne(ledger, first, anna, { summary: 'so far' });
      const { runId } = first.run!;
      const summary = async (attempt?: number) => {
        const found = await ledger.previous({ ...query, runId, ...(attempt === undefined ? {} : { attempt }) });
        return found.outcome === 'found' ? [found.record.attempt, found.record.result.summary] : found.outcome;
      };
      expect(await summary()).toEqual([1, 'so far']);
      await releaseOne(ledger, first, anna);
      expect(await summary(1)).toEqual([1, 'so far']);
      await reviewWhole(ledger, ben, aSight(harness), { summary: 'by ben' });
      const again = await claimOne(ledger, anna, aSight(harness), { force: 'full' });
      await submitOne(ledger, again, anna, { summary: 'again' });
      expect(await summary()).toEqual([3, 'again']);
      expect(await summary(2)).toEqual([2, 'by ben']);
      expect(await summary(9)).toBe('none');
    });
  });

  describe('dismissals and pauses', () => {
    test('go with the previous review, until they are taken back', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      await reviewWhole(ledger, anna, aSight(harness), { findings: [aFinding()] });
      expect(await ledger.dismiss({ action: 'finding', dismissed: true, ...dismissal })).toEqual({ outcome: 'done' });
      expect(await ledger.dismiss({ action: 'finding', dismissed: true, ...dismissal })).toEqual({ outcome: 'done' });
      const { findingId, by, why } = dismissal;
      const expected = [{ findingId, by, why, at: harness.clock.now() }];
      expect(await ledger.previous(query)).toMatchObject({ dismissals: expected });
      await ledger.dismiss({ action: 'finding', dismissed: false, ...dismissal });
      expect(await ledger.previous(query)).toMatchObject({ dismissals: [] });
    });

    test('a paused pull request is left alone until it is resumed', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      await reviewWhole(ledger, anna, aSight(harness));
      const pause = { action: 'pause' as const, session: aSession, pullRequest: aKey, by: 'mona', why: '' };
      expect(await ledger.dismiss({ ...pause, paused: true })).toEqual({ outcome: 'done' });
      harness.clock.advance(1);
      const next = aSight(harness, { headSha: sha('2') });
      const answer = await claimOne(ledger, ben, next);
      expect(answer).toMatchObject({ answer: 'skip', reason: 'ineligible' });
      expect(answer.detail).toContain('mona');
      await ledger.dismiss({ ...pause, paused: false });
      expect((await claimOne(ledger, ben, next)).answer).toBe('review');
    });

    test('a pull request that nobody claimed is unknown', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const session = SessionName.parse('nobody');
      expect(await ledger.dismiss({ action: 'finding', dismissed: true, ...dismissal, session })).toEqual({
        outcome: 'unknown-pull-request',
      });
    });
  });
}
