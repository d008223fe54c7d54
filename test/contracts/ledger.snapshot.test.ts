import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileSnapshotStore } from '../../src/adapters/ledger-snapshot/file-store.ts';
import { createSnapshotLedger } from '../../src/adapters/ledger-snapshot/ledger.ts';
import { steeredClock } from './ledger-harness.ts';
import { ledgerContract } from './ledger.contract.ts';

ledgerContract(
  'snapshot in a file',
  async () => {
    const clock = steeredClock();
    const folder = await mkdtemp(join(tmpdir(), 'pushback-ledger-'));
    const store = createFileSnapshotStore(join(folder, 'ledger', 'snapshot.gz'));
    return {
      ledgerFor: createSnapshotLedger({ store, clock }),
      clock,
      [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
    };
  },
  { exclusive: false, anyCaller: true },
);
