import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createDynamoDbLedger } from '../../src/adapters/ledger-dynamodb/ledger.ts';
import type { Caller, ClaimAnswer } from '../../src/core/ledger/commands.ts';
import type { Ledger } from '../../src/ports/ledger.ts';
import {
  aCaller,
  aConsistentResult,
  aHolder,
  aSession,
  aSight,
  claimCommand,
  claimOne,
  reviewWhole,
  steeredClock,
  submission,
  submitOne,
} from '../contracts/ledger-harness.ts';
import { aKey, sha } from '../support/builders.ts';
import { createTestTable, type TestTable } from '../support/dynamodb-local.ts';
import { startRacers, type Answer, type Call, type Racers } from './racers.ts';

/** Processes of their own that start together, against one table. What is left must be what some order of them leaves. */
const ROUNDS = Number(process.env['PUSHBACK_RACE_ROUNDS'] ?? 40);
const RACERS = 4;

const anna = aHolder('anna');
const ben = aHolder('ben');
const query = { session: aSession, repositoryId: aKey.repositoryId, number: aKey.number };

let table: TestTable;
let racers: Racers;
let owner = 0;

beforeAll(async () => {
  table = await createTestTable();
  racers = startRacers(table, RACERS);
});
afterAll(async () => {
  await racers[Symbol.asyncDispose]();
  await table[Symbol.asyncDispose]();
});

type Round = {
  ledger: Ledger;
  clock: ReturnType<typeof steeredClock>;
  call: (operation: Call['operation'], command: object) => Call;
};

/** An owner of its own for every round: rounds share nothing. */
function newRound(): Round {
  owner += 1;
  const caller: Caller = aCaller({ ownerId: String(owner) });
  const clock = steeredClock();
  const ledger = createDynamoDbLedger({ ...table, clock })(caller);
  return { ledger, clock, call: (operation, command) => ({ operation, command, caller, now: clock.now() }) };
}

/** Rounds enough for each of two orders to come up. */
const MANY = 500;

/** `orders`: what a round may come to. Where there are many rounds, all of it must have come up: else nothing raced. */
async function rounds(one: (round: Round) => Promise<string>, orders: readonly string[] = []): Promise<void> {
  const seen = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const order = await one(newRound());
    seen.add(order);
    if (orders.length > 0) expect(orders).toContain(order);
  }
  if (ROUNDS >= MANY) for (const order of orders) expect([...seen]).toContain(order);
}

/** The PR's runs hold what must always hold, whoever came first. */
async function settled({
  ledger,
}: Round): Promise<{ statuses: string[]; previous: Awaited<ReturnType<Ledger['previous']>> }> {
  const [view] = await ledger.list(aSession);
  const { runs } = await ledger.history({ ...query, limit: 100 });
  expect(runs.filter(({ leaseEndsAt }) => leaseEndsAt !== null).length).toBeLessThanOrEqual(1);
  expect(runs.filter(({ status }) => status === 'running' || status === 'completed').length).toBeLessThanOrEqual(1);
  expect(new Set(runs.map(({ generation }) => generation)).size).toBe(runs.length);
  for (const run of runs) if (run.status === 'delivered') expect(run.verdict).not.toBeNull();
  if (view?.previous) expect(runs.map(({ runId }) => runId)).toContain(view.previous.runId);
  return { statuses: runs.map(({ status }) => status), previous: await ledger.previous(query) };
}

const ours = (answers: readonly Answer[]): Answer[] =>
  answers.filter(({ answers: [first] = [] }) => first?.answer === 'review' || first?.answer === 'publish');
const said = ({ answers, results, runs, outcome }: Answer): string =>
  answers?.[0]?.reason ?? answers?.[0]?.answer ?? results?.[0]?.status ?? runs?.[0]?.status ?? outcome;

function submit(answer: ClaimAnswer, holder = anna, summary = 'done') {
  return { session: aSession, results: [submission(answer, holder, { summary })] };
}

const proof = (answer: ClaimAnswer, holder = anna) => ({ runId: answer.run!.runId, token: holder.token });

describe(`${ROUNDS} rounds`, () => {
  test('claim and claim: one gets it, the others are told who has it', async () => {
    await rounds(async (round) => {
      const commands = ['a', 'b', 'c', 'd'].map((name) => claimCommand(aHolder(name), [aSight(round)]));
      const answers = await racers.race(commands.map((command) => round.call('claim', command)));
      expect(ours(answers)).toHaveLength(1);
      expect(answers.map(said).toSorted()).toEqual(['active-run', 'active-run', 'active-run', 'review']);
      expect(new Set(answers.map((answer) => answer.answers![0]!.run!.runId)).size).toBe(1);
      expect((await settled(round)).statuses).toEqual(['running']);
      return '';
    });
  }, 3_600_000);

  test('claims of four heads: the one seen last holds the pull request, whatever the order', async () => {
    await rounds(async (round) => {
      const sights = ['1', '2', '3', '4'].map((digit, index) => {
        const seen = aSight(round, { headSha: sha(digit) });
        return { ...seen, headSeenAt: (seen.headSeenAt + index) as typeof seen.headSeenAt };
      });
      const calls = sights.map((seen) => round.call('claim', claimCommand(aHolder(seen.headSha), [seen])));
      const answers = await racers.race(calls);
      expect(said(answers[3]!)).toBe('review');
      const [view] = await round.ledger.list(aSession);
      expect(view).toMatchObject({ run: { status: 'running', version: { headSha: sha('4') } } });
      await settled(round);
      return answers.map(said).join(' ');
    });
  }, 3_600_000);

  test('claim of a newer head and submission: recorded, or kept for later, never both and never lost', async () => {
    await rounds(
      async (round) => {
        const first = await claimOne(round.ledger, anna, aSight(round));
        round.clock.advance(1);
        const newer = aSight(round, { headSha: sha('2') });
        const [claimed, submitted] = (await racers.race([
          round.call('claim', claimCommand(ben, [newer])),
          round.call('submit', submit(first)),
        ])) as [Answer, Answer];
        expect(said(claimed)).toBe('review');
        const status = said(submitted);
        const { previous, statuses } = await settled(round);
        expect(statuses).toEqual(['running', 'superseded']);
        expect(previous.outcome).toBe(status === 'recorded' ? 'found' : 'none');
        round.clock.advance(1);
        const third = await claimOne(round.ledger, anna, aSight(round, { headSha: sha('3') }));
        const handed = third.pendingSources.length + (third.previous === null ? 0 : 1);
        expect(handed).toBe(1);
        return status;
      },
      ['recorded', 'recorded_superseded'],
    );
  }, 3_600_000);

  test('submission and take-over after the lease has ended: one result counts', async () => {
    await rounds(
      async (round) => {
        const first = await claimOne(round.ledger, anna, aSight(round));
        round.clock.advance(121);
        const [submitted, claimed] = (await racers.race([
          round.call('submit', submit(first)),
          round.call('claim', claimCommand(ben, [aSight(round)])),
        ])) as [Answer, Answer];
        const order = `${said(submitted)}, ${said(claimed)}`;
        await settled(round);
        return order;
      },
      ['recorded, active-run', 'recorded_superseded, review'],
    );
  }, 3_600_000);

  test('heartbeat and expiry: the lease lives on, or is taken over, and both know it', async () => {
    await rounds(
      async (round) => {
        const first = await claimOne(round.ledger, anna, aSight(round));
        round.clock.advance(121);
        const beat = {
          session: aSession,
          runs: [{ ...proof(first), checkpoint: aConsistentResult({ summary: 'half' }) }],
        };
        const [beaten, claimed] = (await racers.race([
          round.call('heartbeat', beat),
          round.call('claim', claimCommand(ben, [aSight(round)])),
        ])) as [Answer, Answer];
        const order = `${said(beaten)}, ${said(claimed)}`;
        await settled(round);
        round.clock.advance(121);
        const third = await claimOne(round.ledger, aHolder('carl'), aSight(round));
        expect(third.pendingSources).toMatchObject([{ attempt: 1 }]);
        return order;
      },
      ['current, active-run', 'taken-over, review'],
    );
  }, 3_600_000);

  test('two submissions of one run: the same twice is recorded once; two different ones never both', async () => {
    await rounds(async (round) => {
      const first = await claimOne(round.ledger, anna, aSight(round));
      const same = await racers.race([1, 2].map(() => round.call('submit', submit(first))));
      expect(same.map(said).toSorted()).toEqual(['recorded', 'replayed']);
      round.clock.advance(1);
      const second = await claimOne(round.ledger, ben, aSight(round, { headSha: sha('2') }));
      const summaries = ['one', 'two', 'three'];
      const different = await racers.race(summaries.map((text) => round.call('submit', submit(second, ben, text))));
      expect(different.map(said).toSorted()).toEqual(['recorded', 'stale', 'stale']);
      const { previous } = await settled(round);
      const winner = summaries[different.findIndex((answer) => said(answer) === 'recorded')];
      expect(previous).toMatchObject({ outcome: 'found', record: { result: { summary: winner } } });
      return String(winner);
    });
  }, 3_600_000);

  test('delivery and take-over: delivered once, or published by the other', async () => {
    await rounds(
      async (round) => {
        const first = await claimOne(round.ledger, anna, aSight(round));
        await submitOne(round.ledger, first, anna);
        round.clock.advance(121);
        const delivery = { ...proof(first), commentId: 1, reviewId: null, checkId: null };
        const [delivered, claimed] = (await racers.race([
          round.call('deliver', { session: aSession, runs: [delivery] }),
          round.call('claim', claimCommand(ben, [aSight(round)])),
        ])) as [Answer, Answer];
        const order = `${said(delivered)}, ${said(claimed)}`;
        const { previous } = await settled(round);
        expect(previous).toMatchObject({ outcome: 'found', delivered: said(delivered) === 'done' });
        return order;
      },
      ['done, already-reviewed', 'stale, undelivered'],
    );
  }, 3_600_000);

  test('release and newer head: whichever comes first, the newer head is held and its predecessor over', async () => {
    await rounds(
      async (round) => {
        await reviewWhole(round.ledger, anna, aSight(round));
        round.clock.advance(1);
        const second = await claimOne(round.ledger, anna, aSight(round, { headSha: sha('2') }));
        round.clock.advance(1);
        const [released, claimed] = (await racers.race([
          round.call('release', { session: aSession, runs: [{ ...proof(second), status: 'cancelled', why: '' }] }),
          round.call('claim', claimCommand(ben, [aSight(round, { headSha: sha('3') })])),
        ])) as [Answer, Answer];
        expect(said(claimed)).toBe('review');
        const { statuses } = await settled(round);
        expect(statuses).toEqual(['running', said(released) === 'done' ? 'cancelled' : 'superseded', 'delivered']);
        return said(released);
      },
      ['done', 'stale'],
    );
  }, 3_600_000);
});
