import { describe, expect, test } from '@jest/globals';
import { readingFrom } from '../../src/action/reading-from.ts';
import { createMemoryLedger } from '../../src/adapters/ledger-memory/ledger.ts';
import type { Trust } from '../../src/core/review-record.ts';
import type { Ledger } from '../../src/ports/ledger.ts';
import {
  aCaller,
  aHolder,
  aSession,
  aSight,
  claimOne,
  reviewWhole,
  steeredClock,
} from '../contracts/ledger-harness.ts';
import { aFinding, aKey, sha } from '../support/builders.ts';

const query = { session: aSession, repositoryId: aKey.repositoryId, number: aKey.number };

/** Two ledgers of one table: as the endpoint opens it for a caller of this trust, and as it is opened directly. */
function scene(trust: Trust) {
  const clock = steeredClock();
  const ledgerFor = createMemoryLedger({ clock });
  const asked: string[] = [];
  const counted = (name: string, ledger: Ledger): Ledger => ({
    ...ledger,
    previous: (given) => {
      asked.push(name);
      return ledger.previous(given);
    },
  });
  const endpoint = counted('endpoint', ledgerFor(aCaller({ trust })));
  const ledger = readingFrom(async (as) => counted(`table as ${as}`, ledgerFor(aCaller({ trust: as }))), endpoint);
  return { clock, ledger, asked, contributor: ledgerFor(aCaller()), trusted: ledgerFor(aCaller({ trust })) };
}

describe('reading reviews straight from the table', () => {
  test('counts as the caller is trusted at the endpoint: less trust dismisses nothing', async () => {
    const { ledger, asked, clock, contributor, trusted } = scene('pinned');
    await reviewWhole(trusted, aHolder('anna'), aSight({ clock }), { findings: [aFinding()] });
    const dismissal = { session: aSession, pullRequest: aKey, findingId: aFinding().id, by: 'mona', why: '' };
    await contributor.dismiss({ action: 'finding', dismissed: true, ...dismissal });
    clock.advance(1);
    const answer = await claimOne(ledger, aHolder('ben'), aSight({ clock }, { headSha: sha('2') }));
    const { runId, attempt } = answer.previous!;
    expect(await ledger.previous({ ...query, runId, attempt })).toMatchObject({ outcome: 'found', dismissals: [] });
    expect(asked).toEqual(['table as pinned']);
  });

  test('is left to the endpoint until a claim has said what the caller is trusted with', async () => {
    const { ledger, asked, clock, contributor } = scene('pinned');
    await reviewWhole(contributor, aHolder('anna'), aSight({ clock }));
    expect(await ledger.previous(query)).toEqual({ outcome: 'none' });
    expect(asked).toEqual(['endpoint']);
  });
});
