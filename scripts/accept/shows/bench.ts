import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DynamoDbLocal } from '../../../src/adapters/dynamodb-local/server.ts';
import { BATCHES, CLIENTS, measureLedger, OPERATIONS, type Measured } from '../../bench/measure-ledger.ts';
import { monthlyCost } from '../../bench/prices.ts';

/**
 * Measures again, and looks whether the page has a row for each operation and size of batch, says how it was made, and
 * tells the requests and units that are measured now: those, other than times, depend on no machine.
 * @param scale share of the bench's own number of calls
 */
export async function benchTable(root: string, scale: number, database?: DynamoDbLocal): Promise<string> {
  const figures = await measureLedger(scale, database);
  const page = await readFile(join(root, 'docs/benchmarks.md'), 'utf8');
  const section = /<!-- bench:ledger -->([\s\S]*)<!-- \/bench:ledger -->/.exec(page)?.[1] ?? '';
  assert.ok(section.includes('`npm run bench -- ledger`'), 'the page does not say by which command it was made');
  const rows = section.split('\n').map(cellsOf);
  for (const operation of OPERATIONS) {
    for (const batch of BATCHES) {
      const measured = figures.operations.find((each) => each.operation === operation && each.batch === batch);
      assert.ok(measured !== undefined);
      const row = rows.find((cells) => cells[0] === operation && cells[1] === String(batch));
      assert.ok(row !== undefined, `docs/benchmarks.md has no row for ${operation} of ${batch}`);
      const { requests, readUnits, writeUnits } = measured;
      assert.deepEqual(row.slice(2, 5), [requests, readUnits, writeUnits].map(String), `${operation} of ${batch}`);
      assert.deepEqual(
        row.slice(5).filter((cell) => !(Number(cell) > 0)),
        [],
        `${operation} of ${batch} has no time or throughput`,
      );
    }
  }
  const { total } = monthlyCost(figures);
  const told = Number(/\*\*\$([0-9.]+)\*\*/.exec(section)?.[1]);
  // Sizes of what is stored differ by a few bytes from one time to the next.
  assert.ok(Math.abs(told - total) < 0.011, `docs/benchmarks.md tells $${told}, and it is $${total.toFixed(2)}`);
  const [first] = figures.operations;
  return `${figures.operations.length} rows as in docs/benchmarks.md; $${total.toFixed(2)} for 10,000 pushes; ${words(first)}`;
}

function words(measured: Measured | undefined): string {
  if (measured === undefined) throw new Error('nothing was measured');
  const rates = CLIENTS.map((clients) => measured.perSecond[clients].toFixed(0)).join(', ');
  return `${measured.operation} of one: p50 ${measured.p50Ms.toFixed(1)} ms, p99 ${measured.p99Ms.toFixed(1)} ms, ${rates} a second at ${CLIENTS.join(', ')} clients`;
}

function cellsOf(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}
