import { describe, expect, test } from '@jest/globals';
import { RepositoryId } from '../../../src/core/ids.ts';
import type { SeenPullRequest } from '../../../src/core/pull-request.ts';
import { sha } from '../../support/builders.ts';
import {
  aCaller,
  aHolder,
  aSession,
  aSight,
  claim,
  claimCommand,
  claimOne,
  submission,
  testWhere,
  type HarnessCapabilities,
  type MakeHarness,
  type LedgerHarness,
} from '../ledger-harness.ts';

const anna = aHolder('anna');
const ben = aHolder('ben');

export function batchContract(makeHarness: MakeHarness, can: HarnessCapabilities): void {
  describe('batches', () => {
    test('30 pull requests in one claim, each with its own answer', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const sights = severalOf(aSight(harness), 30);
      await claimOne(ledger, ben, sights[7]!);
      const closed = sights.map((sight, index) => (index === 3 ? { ...sight, state: 'closed' as const } : sight));
      const { answers, batchId } = await claim(ledger, anna, closed);
      expect(answers.map(({ answer }) => answer)).toEqual(
        sights.map((_, index) => (index === 3 ? 'skip' : index === 7 ? 'wait' : 'review')),
      );
      const ours = answers.filter(({ answer }) => answer === 'review');
      expect(new Set(ours.map(({ run }) => run!.batchId))).toEqual(new Set([batchId]));
      expect(await claim(ledger, anna, closed)).toEqual({ outcome: 'answered', session: aSession, batchId, answers });
    });

    test('30 runs superseded and 30 started in one claim', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const sights = severalOf(aSight(harness), 30);
      await claim(ledger, anna, sights);
      harness.clock.advance(1);
      const newer = sights.map((sight) => ({ ...sight, headSha: sha('2'), headSeenAt: harness.clock.now() }));
      const { answers } = await claim(ledger, ben, newer);
      expect(answers.every(({ answer, run }) => answer === 'review' && run!.generation === 2)).toBe(true);
    });

    test('one invalid result: nothing of the batch is recorded', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const { answers } = await claim(ledger, anna, severalOf(aSight(harness), 3));
      const results = answers.map((answer) => submission(answer, anna));
      const invalid = results.map((result, index) =>
        index === 1 ? { ...result, verdict: 'inconclusive' as const } : result,
      );
      const before = await everything(harness);
      expect(await ledger.submit({ session: aSession, results: invalid })).toMatchObject({
        outcome: 'rejected',
        faults: [{ path: 'results.1.verdict' }],
      });
      expect(await everything(harness)).toEqual(before);
    });

    test('one stale result: the rest is recorded', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const sights = severalOf(aSight(harness), 3);
      const { answers } = await claim(ledger, anna, sights);
      harness.clock.advance(1);
      await claimOne(ledger, ben, { ...sights[1]!, headSha: sha('2'), headSeenAt: harness.clock.now() });
      const results = answers.map((answer) => submission(answer, anna));
      const outcome = await ledger.submit({ session: aSession, results });
      expect(outcome).toMatchObject({
        results: [{ status: 'recorded' }, { status: 'recorded_superseded' }, { status: 'recorded' }],
      });
      const states = (await ledger.list(aSession)).map(({ state }) => state);
      expect(states).toEqual(['undelivered', 'running', 'undelivered']);
    });

    test('results may come one by one: none holds back the others', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const { answers } = await claim(ledger, anna, severalOf(aSight(harness), 2));
      for (const answer of answers) {
        const results = [submission(answer, anna)];
        expect(await ledger.submit({ session: aSession, results })).toMatchObject({
          results: [{ status: 'recorded' }],
        });
      }
    });

    testWhere(can.exclusive)('of two overlapping batches each pull request goes to one', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const sights = severalOf(aSight(harness), 6);
      const outcomes = await Promise.all(
        Array.from({ length: 6 }, (_, index) =>
          claim(ledger, aHolder(`h${index}`), rotated(sights, index).slice(0, 4)),
        ),
      );
      const won = outcomes.flatMap(({ answers }) => answers.filter(({ answer }) => answer === 'review'));
      const names = won.map(({ pullRequest }) => pullRequest.repositoryId);
      expect(names.toSorted((a, b) => a - b)).toEqual(sights.map(({ repositoryId }) => repositoryId));
    });

    test('faults of the shape are named too', async () => {
      await using harness = await makeHarness();
      const ledger = harness.ledgerFor(aCaller());
      const bad = { ...aSight(harness), headSha: 'abc' as ReturnType<typeof sha> };
      expect(await ledger.claim(claimCommand(anna, [bad]))).toMatchObject({
        outcome: 'rejected',
        faults: [{ path: 'pullRequests.0.headSha' }],
      });
    });
  });
}

function severalOf(sight: SeenPullRequest, count: number): SeenPullRequest[] {
  return Array.from({ length: count }, (_, index) => ({ ...sight, repositoryId: RepositoryId.parse(5001 + index) }));
}

function rotated<T>(items: readonly T[], by: number): T[] {
  return [...items.slice(by), ...items.slice(0, by)];
}

/** All that can be read of the session. */
async function everything(harness: LedgerHarness): Promise<unknown> {
  const ledger = harness.ledgerFor(aCaller());
  const pullRequests = await ledger.list(aSession);
  return Promise.all(
    pullRequests.map(async (view) => {
      const query = { session: aSession, repositoryId: view.pullRequest.repositoryId, number: view.pullRequest.number };
      return { view, history: await ledger.history({ ...query, limit: 25 }), previous: await ledger.previous(query) };
    }),
  );
}
