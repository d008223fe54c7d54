import { createCommentStore } from '../../src/adapters/ledger-snapshot/comment-store.ts';
import { createSnapshotLedger } from '../../src/adapters/ledger-snapshot/ledger.ts';
import { worthWriting } from '../../src/adapters/ledger-snapshot/worth-writing.ts';
import { commentInMemory, aPlaceholder } from '../support/comment-in-memory.ts';
import { steeredClock } from './ledger-harness.ts';
import { ledgerContract } from './ledger.contract.ts';

ledgerContract(
  'snapshot in a comment',
  async () => {
    const clock = steeredClock();
    const kept = createCommentStore({ comment: commentInMemory(), placeholder: aPlaceholder });
    // Every call finds what stands there, as another process would.
    const store = {
      ...kept,
      load() {
        kept.forget();
        return kept.load();
      },
    };
    return {
      ledgerFor: createSnapshotLedger({ store, clock, worthWriting }),
      clock,
      async [Symbol.asyncDispose]() {},
    };
  },
  { exclusive: false, anyCaller: true, bounded: true },
);
