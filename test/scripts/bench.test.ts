import { describe, expect, test } from '@jest/globals';
import { itemBytes, unitsOf } from '../../scripts/bench/capacity.ts';
import { OPERATIONS, type LedgerFigures } from '../../scripts/bench/measure-ledger.ts';
import { ASSUMED, monthlyCost, PRICES } from '../../scripts/bench/prices.ts';
import { ledgerReport } from '../../scripts/bench/report-ledger.ts';
import { withSection } from '../../scripts/bench/write-section.ts';

const key = { pk: { S: 'a' }, sk: { S: 'b' } };
/** So many bytes with its key. */
const itemOf = (bytes: number) => ({ ...key, x: { S: 'x'.repeat(bytes - 7) } });
const batchGet = (keys: number) => ({
  RequestItems: { reviews: { Keys: Array.from({ length: keys }, () => key), ConsistentRead: true } },
});

describe('capacity units, by the rules of DynamoDB', () => {
  test.each([
    ['text', { name: { S: 'é' } }, 6],
    ['a number', { n: { N: '-12345' } }, 5],
    ['nothing', { n: { NULL: true } }, 2],
    ['bytes', { b: { B: new Uint8Array(9) } }, 10],
    ['a map and a list', { m: { M: { a: { S: 'b' } } }, l: { L: [{ BOOL: true }] } }, 13],
    ['an item', itemOf(1024), 1024],
  ])('the size of %s', (_name, item, bytes) => {
    expect(itemBytes(item as never)).toBe(bytes);
  });

  test.each<[string, string, object, object, { read: number; write: number }]>([
    ['a write of 1 KB', 'PutItem', { Item: itemOf(1024) }, {}, { read: 0, write: 1 }],
    ['a byte more', 'PutItem', { Item: itemOf(1025) }, {}, { read: 0, write: 2 }],
    [
      'two in a transaction',
      'TransactWriteItems',
      { TransactItems: [{ Put: { Item: itemOf(10) } }, { Put: { Item: itemOf(2000) } }] },
      {},
      { read: 0, write: 6 },
    ],
    ['reads of nothing', 'BatchGetItem', batchGet(3), { Responses: { reviews: [] } }, { read: 3, write: 0 }],
    [
      'reads of 4 KB and of a byte more',
      'BatchGetItem',
      batchGet(2),
      { Responses: { reviews: [itemOf(4096), itemOf(4097)] } },
      { read: 3, write: 0 },
    ],
  ])('%s', (_name, operation, input, output, units) => {
    expect(unitsOf(operation, input, output)).toEqual(units);
  });

  test('what has no known price is not taken for free', () => {
    expect(() => unitsOf('Scan', {}, {})).toThrow('what Scan costs is not known here');
    const update = { TransactItems: [{ Update: { Key: key } }] };
    expect(() => unitsOf('TransactWriteItems', update, {})).toThrow();
  });
});

const figures: LedgerFigures = {
  operations: OPERATIONS.flatMap((operation) =>
    [1, 10].map((batch) => ({
      operation,
      batch,
      requests: 2,
      readUnits: 2,
      writeUnits: 8.5,
      p50Ms: 3.25,
      p99Ms: 10,
      perSecond: { 1: 100.4, 8: 200, 32: 300 },
    })),
  ),
  previous: { requests: 2, readUnits: 2 },
  bytesPerPush: 10_000,
};

test('a row for each operation and size, the command, and the price', () => {
  const report = ledgerReport(figures, { date: '2026-11-21', machine: 'a machine' });
  expect(report).toContain('Made by `npm run bench -- ledger` on 2026-11-21, on a machine.');
  expect(report.match(/^\| (?:claim|heartbeat|submit|deliver) \|.*$/gm)).toEqual(
    OPERATIONS.flatMap((operation) =>
      [1, 10].map((batch) => `| ${operation} | ${batch} | 2 | 2 | 8.5 | 3.3 | 10.0 | 100 | 200 | 300 |`),
    ),
  );
  expect(report).toContain(`**$${monthlyCost(figures).total.toFixed(2)}**`);
});

test('a month, computed by hand', () => {
  const cost = monthlyCost(figures);
  const units = 13;
  expect(ASSUMED.pushesPerMonth).toBe(10_000);
  expect(cost.dynamoDb).toBeCloseTo(
    0.01 * ((units * 2 + 2) * PRICES.perMillionReadUnits + units * 8.5 * PRICES.perMillionWriteUnits),
    9,
  );
  expect(cost.storage).toBeCloseTo(0.3 * 0.45, 9);
  expect(cost.api).toBeCloseTo(0.14, 9);
  expect(cost.lambda).toBeCloseTo(140_000 * (0.2e-6 + 0.05 * 0.0000133334), 9);
  expect(cost.total).toBeCloseTo(cost.dynamoDb + cost.storage + cost.api + cost.lambda, 9);
});

test('a section of a page takes the place of the one before', () => {
  const page = 'a\n<!-- bench:x -->\nold\n<!-- /bench:x -->\nb\n';
  const once = withSection(page, 'x', 'new\n');
  expect(once).toBe('a\n<!-- bench:x -->\n\nnew\n\n<!-- /bench:x -->\nb\n');
  expect(withSection(once, 'x', 'new')).toBe(once);
  expect(() => withSection(page, 'y', 'new')).toThrow('the page has no place for it');
});
