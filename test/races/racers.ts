import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Caller } from '../../src/core/ledger/commands.ts';
import type { Ledger } from '../../src/ports/ledger.ts';
import type { TestTable } from '../support/dynamodb-local.ts';

export type Call = {
  operation: Exclude<keyof Ledger, 'capabilities'>;
  command: object;
  caller: Caller;
  /** Epoch seconds of the racer's clock. */
  now: number;
};

export interface Racers extends AsyncDisposable {
  /** Each call in a process of its own, all of them at the same moment; what each was answered. */
  race(calls: readonly Call[]): Promise<Answer[]>;
}

export type Answer = {
  outcome: string;
  answers?: {
    answer: string;
    reason: string | null;
    run: { runId: string; attempt: number; leaseEndsAt: number } | null;
  }[];
  results?: { status: string }[];
  runs?: { status: string }[];
};

/** Long enough for an order to reach its process. */
const START_IN_MS = 4;

export function startRacers({ endpoint, tableName }: TestTable, count: number): Racers {
  const racers = Array.from({ length: count }, () => {
    const child = spawn(process.execPath, [fileURLToPath(new URL('racer.ts', import.meta.url)), endpoint, tableName], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { NODE_OPTIONS: '--disable-warning=ExperimentalWarning' },
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    return { child, lines };
  });
  return {
    async race(calls) {
      const atMs = Date.now() + START_IN_MS;
      return Promise.all(
        calls.map(async (call, index) => {
          const racer = racers[index];
          if (racer === undefined) throw new Error(`there are only ${count} racers`);
          racer.child.stdin.write(`${JSON.stringify({ ...call, atMs })}\n`);
          const { value, done } = await racer.lines.next();
          if (done === true) throw new Error('a racer ended before it answered');
          return JSON.parse(value) as Answer;
        }),
      );
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(
        racers.map(async ({ child }) => {
          const ended = once(child, 'exit');
          child.stdin.end();
          await ended;
        }),
      );
    },
  };
}
