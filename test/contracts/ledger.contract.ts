import { describe } from '@jest/globals';
import { claimContract } from './ledger/claims.ts';
import { batchContract } from './ledger/batches.ts';
import { leaseContract } from './ledger/leases.ts';
import { readContract } from './ledger/reads.ts';
import { resultContract } from './ledger/results.ts';
import type { HarnessCapabilities, MakeHarness } from './ledger-harness.ts';

/** What every ledger promises, whatever lies under it. `makeHarness` gives a fresh and empty one each time. */
export function ledgerContract(
  name: string,
  makeHarness: MakeHarness,
  capabilities: HarnessCapabilities = { exclusive: true, anyCaller: true },
): void {
  describe(`ledger contract: ${name}`, () => {
    claimContract(makeHarness, capabilities);
    leaseContract(makeHarness, capabilities);
    resultContract(makeHarness, capabilities);
    batchContract(makeHarness, capabilities);
    readContract(makeHarness);
  });
}
