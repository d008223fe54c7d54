import { describe, expect, test } from '@jest/globals';
import { createMemoryLedger } from '../../src/adapters/ledger-memory/ledger.ts';
import type { HeartbeatCommand } from '../../src/core/ledger/commands.ts';
import { keepLease } from '../../src/pipeline/lease.ts';
import { LedgerUnavailable, type Ledger } from '../../src/ports/ledger.ts';
import {
  aCaller,
  aConsistentResult,
  aHolder,
  aSession,
  aSight,
  claimOne,
  steeredClock,
} from '../contracts/ledger-harness.ts';
import { sha } from '../support/builders.ts';
import { silentLog } from '../support/silent-log.ts';

const anna = aHolder('anna');

/** A claimed pull request; heartbeats go out only when the lease is confirmed. */
async function scene(
  failing: (command: HeartbeatCommand) => boolean,
  { onTheWay }: { onTheWay?: () => Promise<void> } = {},
) {
  const clock = { ...steeredClock(), sleep: untilAborted };
  const warnings: string[] = [];
  const inner = createMemoryLedger({ clock })(aCaller());
  const answer = await claimOne(inner, anna, aSight({ clock }));
  const ledger: Ledger = {
    ...inner,
    async heartbeat(command) {
      if (failing(command)) throw new LedgerUnavailable('takes no body as large as this one (413)');
      const outcome = await inner.heartbeat(command);
      await onTheWay?.();
      return outcome;
    },
  };
  const ports = {
    ledger,
    clock,
    log: { ...silentLog, warning: (message: string) => void warnings.push(message) },
    holder: { token: anna.token, hash: anna.tokenHash, url: '' },
  };
  const { runId } = answer.run!;
  const leaseLeft = async (): Promise<number> => ((await inner.list(aSession))[0]?.run?.leaseEndsAt ?? 0) - clock.now();
  const supersede = (): Promise<unknown> => {
    clock.advance(1);
    return claimOne(inner, aHolder('ben'), aSight({ clock }, { headSha: sha('9') }));
  };
  return { clock, warnings, runId, leaseLeft, supersede, lease: keepLease(ports, aSession, [runId], 30_000) };
}

const untilAborted = (_ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));

const holdsCheckpoint = ({ runs }: HeartbeatCommand): boolean => runs.some(({ checkpoint }) => Boolean(checkpoint));

describe('a lease', () => {
  test('is renewed though the checkpoint that goes along can not be had by the ledger', async () => {
    const { lease: opened, clock, warnings, runId, leaseLeft } = await scene(holdsCheckpoint);
    await using lease = opened;
    clock.advance(100);
    lease.checkpoint(runId, async () => aConsistentResult());
    expect(await lease.confirm(runId)).toBe(true);
    expect(await leaseLeft()).toBe(120);
    expect(warnings).toEqual(['A checkpoint could not be kept: takes no body as large as this one (413)']);
    expect(await lease.confirm(runId)).toBe(true);
    expect(warnings).toHaveLength(1);
  });

  test('is not, where nothing gets through, and what was checkpointed waits', async () => {
    let down = true;
    const { lease: opened, runId } = await scene(() => down);
    await using lease = opened;
    let made = 0;
    lease.checkpoint(runId, async () => {
      made += 1;
      return aConsistentResult();
    });
    await expect(lease.confirm(runId)).rejects.toThrow(LedgerUnavailable);
    down = false;
    expect(await lease.confirm(runId)).toBe(true);
    expect(made).toBe(2);
  });

  test('is asked for again where the answer was long on the way: a newer push may have come meanwhile', async () => {
    let answers = 0;
    const {
      lease: opened,
      clock,
      runId,
      supersede,
    } = await scene(() => false, {
      async onTheWay() {
        answers += 1;
        if (answers > 1) return;
        await supersede();
        clock.advance(4);
      },
    });
    await using lease = opened;
    expect([await lease.confirm(runId), answers]).toEqual([false, 2]);
    expect(lease.lossOf(runId)).toContain('a newer push');
  });

  test('and is taken for held where every answer takes long', async () => {
    let answers = 0;
    const {
      lease: opened,
      clock,
      runId,
    } = await scene(() => false, {
      async onTheWay() {
        answers += 1;
        clock.advance(4);
      },
    });
    await using lease = opened;
    expect([await lease.confirm(runId), answers]).toEqual([true, 3]);
  });
});
