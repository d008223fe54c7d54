import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import * as z from 'zod';
import { RunId } from '../core/ids.ts';
import type { DataRef } from '../core/ledger/items.ts';
import type { Packed } from '../core/ledger/results.ts';
import { ReviewResult } from '../core/review-record.ts';

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** An item of DynamoDB holds 400 KB with its key and attributes. */
export const CHUNK_BYTES = 350_000;
const DATA_SCHEMA = 1;

const StoredData = z.object({ schema: z.literal(DATA_SCHEMA), runId: RunId, result: ReviewResult });

export type PackedData = { packed: Packed; chunks: Uint8Array[] };

/** The same result always gives the same digest: parsed results have their keys in the schema's order. */
export async function packResult(runId: RunId, result: ReviewResult): Promise<PackedData> {
  const text = Buffer.from(JSON.stringify({ schema: DATA_SCHEMA, runId, result }));
  const bytes = await pack(text);
  const chunks: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
    chunks.push(bytes.subarray(start, start + CHUNK_BYTES));
  }
  return { packed: { sha256: sha256(text), bytes: text.length, chunks: chunks.length }, chunks };
}

export type UnpackOutcome = { outcome: 'unpacked'; result: ReviewResult } | { outcome: 'unavailable'; why: string };

export async function unpackResult(ref: DataRef, chunks: readonly Uint8Array[]): Promise<UnpackOutcome> {
  let text: Buffer;
  try {
    text = await unpack(Buffer.concat(chunks), { maxOutputLength: ref.bytes });
  } catch {
    return { outcome: 'unavailable', why: 'the stored data can not be unpacked' };
  }
  if (sha256(text) !== ref.sha256) return { outcome: 'unavailable', why: 'the stored data is not what was written' };
  const parsed = StoredData.safeParse(JSON.parse(text.toString()));
  if (!parsed.success || parsed.data.runId !== ref.runId) {
    return { outcome: 'unavailable', why: 'the stored data has a shape that this version of Pushback does not read' };
  }
  return { outcome: 'unpacked', result: parsed.data.result };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
