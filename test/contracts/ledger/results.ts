import { describe, expect, test } from '@jest/globals';
import { parseRunId, runIdOf } from '../../../src/core/ids.ts';
import { aFinding, aKey, sha } from '../../support/builders.ts';
import {
  aCaller,
  aHolder,
  aSession,
  aSight,
  claimOne,
  deliverOne,
  reviewWhole,
  submission,
  submitOne,
  testWhere,
  type HarnessCapabilities,
  type MakeHarness,
} from '../ledger-harness.ts';

const anna = aHolder('anna');
const ben = aHolder('ben');
const query = { session: aSession, repositoryId: aKey.repositoryId, number: aKey.number };

export function resultContract(makeHarness: MakeHarness, can: HarnessCapabilities): void {
  describe('results', () => {
    test('a result is recorded, becomes the previous review, and says the same when it comes again', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const ours = await claimOne(ledger, anna, aSight(harness));
      const results = [submission(ours, anna, { findings: [aFinding()] })];
      expect(await ledger.submit({ session: aSession, results })).toMatchObject({
        results: [{ status: 'recorded', run: { status: 'completed', verdict: 'changes_requested' } }],
      });
      expect(await ledger.submit({ session: aSession, results })).toMatchObject({ results: [{ status: 'replayed' }] });
      const { runId: _runId, token: _token, ...result } = results[0]!;
      expect(await ledger.previous(query)).toEqual({
        outcome: 'found',
        delivered: false,
        dismissals: [],
        markerKey: expect.any(String),
        record: {
          schema: 1,
          runId: ours.run!.runId,
          attempt: 1,
          generation: 1,
          pullRequest: aKey,
          version: ours.run!.version,
          result,
          trust: 'contributor',
          completedAt: harness.clock.now(),
        },
      });
    });

    test('another result from the same attempt is stale and changes nothing', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const ours = await claimOne(ledger, anna, aSight(harness));
      await submitOne(ledger, ours, anna, { summary: 'as it was' });
      expect(await submitOne(ledger, ours, anna, { summary: 'altered' })).toBe('stale');
      await deliverOne(ledger, ours, anna);
      expect(await submitOne(ledger, ours, anna, { summary: 'altered' })).toBe('stale');
      expect(await submitOne(ledger, ours, anna, { summary: 'as it was' })).toBe('replayed');
      expect(await ledger.previous(query)).toMatchObject({ record: { result: { summary: 'as it was' } } });
    });

    test('a late result never becomes the previous review', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const old = await claimOne(ledger, anna, aSight(harness));
      harness.clock.advance(1);
      await reviewWhole(ledger, ben, aSight(harness, { headSha: sha('2') }), { summary: 'current' });
      expect(await submitOne(ledger, old, anna, { summary: 'late' })).toBe('recorded_superseded');
      expect(await ledger.previous(query)).toMatchObject({ record: { result: { summary: 'current' } } });
      expect(await ledger.previous({ ...query, runId: old.run!.runId })).toMatchObject({
        outcome: 'found',
        record: { completedAt: null, attempt: 1, result: { summary: 'late' } },
      });
    });

    test('what another attempt has recorded for this head is not recorded again', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const first = await claimOne(ledger, anna, aSight(harness));
      harness.clock.advance(121);
      const second = await claimOne(ledger, ben, aSight(harness));
      await submitOne(ledger, second, ben);
      expect(await submitOne(ledger, first, anna, { summary: 'too late' })).toBe('stale');
    });

    test('every fault of a batch is named, and nothing of it is written', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const ours = await claimOne(ledger, anna, aSight(harness));
      const good = submission(ours, anna);
      const unknown = { ...good, runId: runIdOf({ ...parseRunId(good.runId), headSha: sha('9') }) };
      const wrongToken = { ...good, token: ben.token };
      const wrongVerdict = { ...good, verdict: 'inconclusive' as const };
      const rejected = async (results: (typeof good)[]) => {
        const outcome = await ledger.submit({ session: aSession, results });
        return outcome.outcome === 'rejected' ? outcome.faults.map(({ path }) => path) : outcome;
      };
      expect(await rejected([unknown])).toEqual(['results.0.runId']);
      expect(await rejected([wrongToken])).toEqual(['results.0.token']);
      expect(await rejected([wrongVerdict])).toEqual(['results.0.verdict']);
      expect(await rejected([good, good])).toEqual(['results.1.runId']);
      expect(await rejected([good, { ...unknown, verdict: 'changes_requested' }])).toEqual([
        'results.1.runId',
        'results.1.verdict',
      ]);
      expect(await ledger.previous(query)).toEqual({ outcome: 'none' });
      expect(await submitOne(ledger, ours, anna)).toBe('recorded');
    });

    test('a run of another session is unknown in this one', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const elsewhere = 'stack-7' as typeof aSession;
      const theirs = await claimOne(ledger, anna, aSight(harness), { session: elsewhere });
      expect(await ledger.submit({ session: aSession, results: [submission(theirs, anna)] })).toMatchObject({
        outcome: 'rejected',
        faults: [{ path: 'results.0.runId' }],
      });
      const beat = { runId: theirs.run!.runId, token: anna.token };
      expect(await ledger.heartbeat({ session: aSession, runs: [beat] })).toMatchObject({
        runs: [{ status: 'unknown' }],
      });
    });

    testWhere(can.bounded !== true)('a record of 5 MB comes back as it was', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const findings = Array.from({ length: 260 }, (_, index) =>
        aFinding({ id: `f${String(index).padStart(20, '0')}`, shortId: index + 1, body: noise(index, 19_500) }),
      );
      const ours = await claimOne(ledger, anna, aSight(harness));
      expect(await submitOne(ledger, ours, anna, { findings })).toBe('recorded');
      const found = await ledger.previous(query);
      if (found.outcome !== 'found') throw new Error(found.outcome);
      expect(JSON.stringify(found.record.result).length).toBeGreaterThan(5_000_000);
      expect(found.record.result.findings).toEqual(findings);
      expect((await claimOne(ledger, ben, aSight(harness))).nextShortId).toBe(261);
    });
  });
}

/** Printable, the same for the same seed, and hard to compress: it must not fit one chunk. */
function noise(seed: number, length: number): string {
  let state = seed + 1;
  let text = '';
  while (text.length < length) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    text += state.toString(36);
  }
  return text.slice(0, length);
}
