import { createMemoryLedger } from '../../src/adapters/ledger-memory/ledger.ts';
import { steeredClock } from './ledger-harness.ts';
import { ledgerContract } from './ledger.contract.ts';

ledgerContract('in memory', async () => {
  const clock = steeredClock();
  const ledgerFor = createMemoryLedger({ clock });
  return { ledgerFor, clock, async [Symbol.asyncDispose]() {} };
});
