import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { dynamoDbLocalClient } from '../../src/adapters/dynamodb-local/server.ts';
import { createDynamoDbLedger } from '../../src/adapters/ledger-dynamodb/ledger.ts';
import { EpochSeconds } from '../../src/core/ids.ts';
import type { Caller } from '../../src/core/ledger/commands.ts';
import type { Ledger } from '../../src/ports/ledger.ts';

/**
 * One racer, a process of its own with a client of its own: does what it is told on standard input, each line a call with
 * the moment to start at, and prints what it was answered. Ends with its input.
 */
type Order = {
  atMs: number;
  now: number;
  caller: Caller;
  operation: Exclude<keyof Ledger, 'capabilities'>;
  command: never;
};

const [endpoint = '', tableName = ''] = process.argv.slice(2);
const client = dynamoDbLocalClient(endpoint);
let now = 0;
const clock = {
  now: () => EpochSeconds.parse(now),
  monotonicMs: () => performance.now(),
  sleep: (ms: number) => delay(ms),
};
const ledgerFor = createDynamoDbLedger({ client, tableName, clock });

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line) as Order;
  now = order.now;
  const ledger = ledgerFor(order.caller);
  // The last stretch awake: timers come too late to start together.
  await delay(Math.max(0, order.atMs - Date.now() - 2));
  while (Date.now() < order.atMs);
  const answer = await ledger[order.operation](order.command).catch((error: unknown) => ({ outcome: String(error) }));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
client.destroy();
