import { textOf } from '../../core/bytes.ts';
import { START_BYTES, type BlobLook } from '../../core/exclude/content.ts';
import { GitFault } from '../../ports/repository.ts';
import type { BareRepository } from './bare-repository.ts';

/** Size, lines and beginning of blobs, read as they stream by and never held whole. Those that are not here are absent. */
export async function lookAtBlobs(repository: BareRepository, oids: readonly string[]): Promise<Map<string, BlobLook>> {
  const wanted = [...new Set(oids)];
  if (wanted.length === 0) return new Map();
  const reader = new BatchReader();
  const input = wanted.map((oid) => `${oid}\n`).join('');
  await repository.local(['cat-file', '--batch'], { input, onOutput: (chunk) => reader.push(chunk) });
  return reader.end();
}

const LINE_FEED = 0x0a;
const MAX_HEADER = 200;

type Blob = { oid: string; size: number; read: number; lines: number; last: number; start: Uint8Array[] };

/** Reads what `git cat-file --batch` prints: a line about each object, its content, a line feed. */
class BatchReader {
  readonly #looks = new Map<string, BlobLook>();
  #header: number[] = [];
  #blob: Blob | null = null;

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length;) {
      if (this.#blob === null) at = this.#readHeader(chunk, at);
      else if (this.#blob.read < this.#blob.size) at = readContent(this.#blob, chunk, at);
      else {
        this.#finish(this.#blob);
        at += 1;
      }
    }
  }

  end(): Map<string, BlobLook> {
    if (this.#blob !== null || this.#header.length > 0) throw unreadable();
    return this.#looks;
  }

  #readHeader(chunk: Uint8Array, from: number): number {
    for (let at = from; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (byte !== LINE_FEED) {
        this.#header.push(byte);
        if (this.#header.length > MAX_HEADER) throw unreadable();
        continue;
      }
      const line = String.fromCharCode(...this.#header);
      this.#header = [];
      const match = /^([0-9a-f]+) (?:missing|blob (\d+))$/.exec(line);
      if (match === null) throw unreadable();
      const [, oid = '', size] = match;
      if (size === undefined) continue;
      this.#blob = { oid, size: Number(size), read: 0, lines: 0, last: LINE_FEED, start: [] };
      return at + 1;
    }
    return chunk.length;
  }

  #finish({ oid, size, lines, last, start }: Blob): void {
    const beginning = Buffer.concat(start);
    this.#looks.set(oid, { size, lines: lines + (last === LINE_FEED ? 0 : 1), start: textOf(beginning) });
    this.#blob = null;
  }
}

function readContent(blob: Blob, chunk: Uint8Array, from: number): number {
  const part = chunk.subarray(from, from + blob.size - blob.read);
  if (blob.read < START_BYTES) blob.start.push(Uint8Array.from(part.subarray(0, START_BYTES - blob.read)));
  for (let at = part.indexOf(LINE_FEED); at >= 0; at = part.indexOf(LINE_FEED, at + 1)) blob.lines += 1;
  blob.last = part.at(-1) ?? blob.last;
  blob.read += part.length;
  return from + part.length;
}

function unreadable(): GitFault {
  return new GitFault('git cat-file printed what can not be read');
}
