import type { FileDiff, FileEnd, HunkLine } from './diff.ts';

/** 16 bytes in base64url: short enough for ten thousand files in one record, long enough that nobody finds two alike. */
export const PATCH_DIGEST = /^[A-Za-z0-9_-]{22}$/;

/**
 * Digest of what a PR does to one file (DESIGN 7.4): its names, modes, and every line of its patch, byte by byte and in
 * order, context included. Where in the file that is does not count: code that upstream moved up or down is the same.
 * @param sha256Hex of a text's UTF-8
 */
export function patchDigest(file: FileDiff, sha256Hex: (text: string) => string): string {
  const text = [
    JSON.stringify([file.status, nameOf(file.old), nameOf(file.new), contentsOf(file)]),
    ...file.hunks.map(({ lines }) => `@@\n${lines.map(lineText).join('\n')}`),
  ].join('\n');
  // UTF-8 has no lone surrogates, which stand for bytes that are no UTF-8: each spelled out, they stay apart.
  return shortened(sha256Hex(text.isWellFormed() ? text : JSON.stringify(text)));
}

function nameOf(end: FileEnd | null): [path: string, mode: string] | null {
  return end === null ? null : [end.path, end.mode];
}

/** Where no line says what changed (binary files, submodules, empty files), the contents' names do. */
function contentsOf({ old, new: now, binary, hunks }: FileDiff): (string | null)[] | null {
  if (!binary && (hunks.length > 0 || old?.oid === now?.oid)) return null;
  return [old?.oid ?? null, now?.oid ?? null];
}

const SIGNS: Record<HunkLine['kind'], string> = { context: ' ', added: '+', removed: '-' };

/** A line holds no line feed, so that each begins with a sign; `@` and the backslash are none. */
function lineText({ kind, text, noNewline }: HunkLine): string {
  return `${SIGNS[kind]}${text}${noNewline ? '\n\\' : ''}`;
}

function shortened(hex: string): string {
  if (!/^[0-9a-f]{32}/.test(hex)) throw new Error('a digest in hexadecimal was due');
  const bytes = Array.from({ length: 16 }, (_, at) => Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
