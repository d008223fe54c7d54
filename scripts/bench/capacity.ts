import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';

/**
 * Capacity units by DynamoDB's published rules, from what goes over the wire. DynamoDB Local's own figures don't keep
 * them: it charges nothing for a key that holds no item, and a transaction the same whatever it writes.
 * See "DynamoDB read and write operations" in the Developer Guide.
 */
export type Units = { read: number; write: number };

const READ_BYTES = 4 * 1024;
const WRITE_BYTES = 1024;
/** Of a transaction's write, against that of a write by itself. */
const TRANSACTION_FACTOR = 2;

type Item = Record<string, AttributeValue>;
const Item = z.record(z.string(), z.custom<AttributeValue>());
const Get = z.object({
  RequestItems: z.record(z.string(), z.object({ Keys: z.array(Item), ConsistentRead: z.literal(true) })),
});
const Got = z.object({ Responses: z.record(z.string(), z.array(Item)).optional() });
const Put = z.object({ Item });
const Transaction = z.object({ TransactItems: z.array(z.object({ Put })) });

/** Throws for a request whose price it does not know, so that none is left out. Items that are replaced are as large as those that replace them. */
export function unitsOf(operation: string, input: object, output: object): Units {
  switch (operation) {
    case 'BatchGetItem':
      return { read: readUnits(Get.parse(input), Got.parse(output)), write: 0 };
    case 'PutItem':
      return { read: 0, write: writeUnits(Put.parse(input).Item) };
    case 'TransactWriteItems': {
      const items = Transaction.parse(input).TransactItems;
      const units = items.reduce((sum, { Put: { Item: item } }) => sum + writeUnits(item), 0);
      return { read: 0, write: units * TRANSACTION_FACTOR };
    }
    default:
      throw new Error(`what ${operation} costs is not known here`);
  }
}

function readUnits({ RequestItems }: z.infer<typeof Get>, { Responses = {} }: z.infer<typeof Got>): number {
  const asked = Object.values(RequestItems).reduce((sum, { Keys }) => sum + Keys.length, 0);
  const found = Object.values(Responses).flat();
  // A key that holds no item is a read as well.
  return (
    asked - found.length + found.reduce((sum, item) => sum + Math.max(1, Math.ceil(itemBytes(item) / READ_BYTES)), 0)
  );
}

function writeUnits(item: Item): number {
  return Math.max(1, Math.ceil(itemBytes(item) / WRITE_BYTES));
}

/** By the rules of "DynamoDB item sizes and formats". */
export function itemBytes(item: Item): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);
}

function valueBytes(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return Math.ceil(value.N.replace(/[-.]/g, '').length / 2) + 1;
  if (value.B !== undefined) return value.B.length;
  if (value.M !== undefined) return 3 + Object.keys(value.M).length + itemBytes(value.M);
  if (value.L !== undefined) return 3 + value.L.reduce((sum, each) => sum + 1 + valueBytes(each), 0);
  return 1;
}
