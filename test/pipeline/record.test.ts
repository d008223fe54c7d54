import { expect, test } from '@jest/globals';
import { createMemoryLedger } from '../../src/adapters/ledger-memory/ledger.ts';
import { PullRequestNumber } from '../../src/core/ids.ts';
import { recordResults } from '../../src/pipeline/record.ts';
import type { Ledger } from '../../src/ports/ledger.ts';
import {
  aCaller,
  aConsistentResult,
  aHolder,
  aSession,
  aSight,
  claim,
  steeredClock,
} from '../contracts/ledger-harness.ts';
import { aFinding } from '../support/builders.ts';

const anna = aHolder('anna');

/** What Lambda takes as one event, its base64 and the gateway's own words left out. */
const MOST_BYTES = 6_000_000;

test('a batch of large results goes in as many submissions as it needs, and each is answered', async () => {
  const clock = steeredClock();
  const inner = createMemoryLedger({ clock })(aCaller());
  const numbers = Array.from({ length: 30 }, (_, index) => PullRequestNumber.parse(index + 1));
  const { answers } = await claim(
    inner,
    anna,
    numbers.map((number) => aSight({ clock }, { number })),
  );
  const sizes: number[] = [];
  const ledger: Ledger = {
    ...inner,
    submit(command) {
      sizes.push(JSON.stringify(command).length);
      return inner.submit(command);
    },
  };
  const findings = Array.from({ length: 50 }, (_, index) =>
    aFinding({ id: `f${String(index).padStart(23, '0')}`, shortId: index + 1, body: 'x'.repeat(20_000) }),
  );
  const results = answers.map(({ run }, index) => ({
    runId: run!.runId,
    result: aConsistentResult({ findings: index % 2 === 0 ? findings : [] }),
  }));
  const holder = { token: anna.token, hash: anna.tokenHash, url: '' };
  const recorded = await recordResults({ ledger, holder }, aSession, results);
  expect([...recorded.values()].map(({ status }) => status)).toEqual(numbers.map(() => 'recorded'));
  expect(Math.max(...sizes)).toBeLessThan(MOST_BYTES);
  sizes.length = 0;
  await recordResults(
    { ledger, holder },
    aSession,
    results.filter(({ result }) => result.findings.length === 0),
  );
  expect(sizes).toHaveLength(1);
});
