import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import * as z from 'zod';
import { damageOf, emptyTable, type LedgerTable } from '../../ledger/table-store.ts';

const pack = promisify(gzip);
const unpack = promisify(gunzip);

const FORMAT = 'pushback-ledger';
const VERSION = 1;
/** Far more than one session holds; a document that unpacks to more is not one of ours. */
const MAX_UNPACKED_BYTES = 256 * 1024 * 1024;

const LedgerDocument = z.object({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  items: z.record(z.string(), z.string()),
  data: z.record(z.string(), z.object({ chunk: z.base64(), expiresAt: z.number() })),
  historyLost: z.string().nullable(),
});

export async function packDocument(table: LedgerTable): Promise<Uint8Array> {
  const data = new Map(
    [...table.data].map(([key, { chunk, expiresAt }]) => [
      key,
      { chunk: Buffer.from(chunk).toString('base64'), expiresAt },
    ]),
  );
  const document: z.infer<typeof LedgerDocument> = {
    format: FORMAT,
    version: VERSION,
    items: Object.fromEntries(table.items),
    data: Object.fromEntries(data),
    historyLost: table.historyLost,
  };
  return pack(JSON.stringify(document));
}

/** A document that can't be read is history lost, not a fault: the table is empty then, and says why. */
export async function unpackDocument(bytes: Uint8Array): Promise<LedgerTable> {
  let value: unknown;
  try {
    value = JSON.parse((await unpack(bytes, { maxOutputLength: MAX_UNPACKED_BYTES })).toString());
  } catch {
    return emptyTable('the stored snapshot can not be unpacked');
  }
  const parsed = LedgerDocument.safeParse(value);
  if (!parsed.success)
    return emptyTable('the stored snapshot is of a form that this version of Pushback does not read');
  const { items, data, historyLost } = parsed.data;
  const table: LedgerTable = {
    items: new Map(Object.entries(items)),
    data: new Map(
      Object.entries(data).map(([key, { chunk, expiresAt }]) => [
        key,
        { chunk: Buffer.from(chunk, 'base64'), expiresAt },
      ]),
    ),
    historyLost,
  };
  const damage = damageOf(table);
  return damage === null ? table : emptyTable(damage);
}
