import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

/** Bodies over this many bytes travel gzipped, both ways. */
export const GZIP_FROM_BYTES = 256 * 1024;
/** No body may be larger unpacked. */
export const MAX_UNPACKED_BYTES = 32 * 1024 * 1024;

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/**
 * The whole stream, or null as soon as it exceeds `maxBytes`. What is left of it is cancelled; or left to the server that
 * it came through, which would end the connection of a cancelled one before the answer is read.
 */
export async function readWhole(
  stream: ReadableStream<Uint8Array> | null,
  maxBytes: number,
  rest: 'cancel' | 'leave' = 'cancel',
): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream?.values({ preventCancel: rest === 'leave' }) ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

export async function packBody(text: string): Promise<{ bytes: Uint8Array<ArrayBuffer>; gzipped: boolean }> {
  const bytes = new TextEncoder().encode(text);
  if (bytes.byteLength <= GZIP_FROM_BYTES) return { bytes, gzipped: false };
  return { bytes: new Uint8Array(await pack(bytes)), gzipped: true };
}

export type Unpacked = { outcome: 'unpacked'; bytes: Uint8Array } | { outcome: 'too-large' } | { outcome: 'malformed' };

/** Unpacks at most `maxBytes`: what would be more ends there and is not kept in memory. */
export async function unpackGzip(bytes: Uint8Array, maxBytes: number): Promise<Unpacked> {
  try {
    return { outcome: 'unpacked', bytes: await unpack(bytes, { maxOutputLength: maxBytes }) };
  } catch (error) {
    return { outcome: isTooLarge(error) ? 'too-large' : 'malformed' };
  }
}

function isTooLarge(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}
