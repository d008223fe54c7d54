import { bytesOf, textOf } from './bytes.ts';
import type { FileDiff, FileEnd, FileStatus, Hunk, HunkLine } from './diff.ts';

/** The output was not what `git diff-tree --raw --patch` prints: a fault of ours or a truncated stream. */
export class DiffSyntaxError extends Error {
  override readonly name = 'DiffSyntaxError';
}

/**
 * Parses the output of `git diff-tree -r --raw --patch --no-abbrev` as it streams in. The raw lines are the authority
 * on names, modes, object names and status (a patch has no object names where only the mode or the name changes); the
 * patch adds the hunks, in the same order. Names come C-quoted (`core.quotePath=true`). Bytes that are not UTF-8, in
 * names and in lines, become lone surrogates (see `textOf`).
 */
export type DiffParser = { push(chunk: Uint8Array): void; end(): FileDiff[] };

export function parseDiff(output: Uint8Array): FileDiff[] {
  const parser = createDiffParser();
  parser.push(output);
  return parser.end();
}

export function createDiffParser(): DiffParser {
  const reader = new DiffReader();
  let rest: Uint8Array[] = [];
  return {
    push(chunk) {
      const end = chunk.lastIndexOf(LINE_FEED);
      if (end < 0) {
        rest.push(chunk);
        return;
      }
      const block = joined([...rest, chunk.subarray(0, end)]);
      rest = [chunk.subarray(end + 1)];
      for (const line of linesOf(block)) reader.line(line);
    },
    end() {
      const last = joined(rest);
      if (last.length > 0) throw new DiffSyntaxError('the diff ends in the middle of a line');
      return reader.end();
    },
  };
}

const LINE_FEED = 0x0a;

function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1 && parts[0] !== undefined) return parts[0];
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A line feed is never part of a longer UTF-8 sequence, so the block may be decoded before it is cut into lines. */
function linesOf(block: Uint8Array): string[] {
  return textOf(block).split('\n');
}

type OpenHunk = { hunk: Hunk; oldLeft: number; newLeft: number; oldLine: number; newLine: number };

class DiffReader {
  readonly #files: FileDiff[] = [];
  #inRaw = true;
  /** Index of the file whose patch is being read. */
  #current = -1;
  /** A change of type prints two patches, a deletion and a creation. */
  #patchesOfCurrent = 0;
  #open: OpenHunk | null = null;

  line(line: string): void {
    if (this.#open !== null && (this.#open.oldLeft > 0 || this.#open.newLeft > 0))
      return this.#hunkLine(this.#open, line);
    if (line.startsWith('\\')) return this.#noNewline();
    this.#open = null;
    if (this.#inRaw && line.startsWith(':')) this.#files.push(parseRawLine(line));
    else if (line.startsWith('diff --git ')) this.#startPatch();
    else if (line.startsWith('@@ ')) this.#startHunk(line);
    else if (line.startsWith('Binary files ')) this.#file().binary = true;
    else if (!isKnownHeader(line)) throw new DiffSyntaxError(`a line of the diff can't be read: ${excerpt(line)}`);
  }

  end(): FileDiff[] {
    if (this.#open !== null && (this.#open.oldLeft > 0 || this.#open.newLeft > 0)) {
      throw new DiffSyntaxError('the diff ends in the middle of a hunk');
    }
    if (this.#current !== this.#files.length - 1) {
      throw new DiffSyntaxError(`the diff lists ${this.#files.length} files and has patches of ${this.#current + 1}`);
    }
    return this.#files;
  }

  #file(): FileDiff {
    const file = this.#files[this.#current];
    if (file === undefined) throw new DiffSyntaxError('the diff has a patch for a file that it does not list');
    return file;
  }

  #startPatch(): void {
    this.#inRaw = false;
    const previous = this.#files[this.#current];
    if (previous?.status === 'type-changed' && this.#patchesOfCurrent === 1) {
      this.#patchesOfCurrent = 2;
      // What it becomes can be read, whatever it was.
      previous.binary = false;
      return;
    }
    this.#current += 1;
    this.#patchesOfCurrent = 1;
    this.#file();
  }

  #startHunk(line: string): void {
    const match = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)$/s.exec(line);
    if (match === null) throw new DiffSyntaxError(`a hunk's header can't be read: ${excerpt(line)}`);
    const [, oldStart, oldLines = '1', newStart, newLines = '1', section = ''] = match;
    const hunk: Hunk = {
      oldStart: Number(oldStart),
      oldLines: Number(oldLines),
      newStart: Number(newStart),
      newLines: Number(newLines),
      section,
      lines: [],
    };
    this.#file().hunks.push(hunk);
    this.#open = {
      hunk,
      oldLeft: hunk.oldLines,
      newLeft: hunk.newLines,
      oldLine: hunk.oldStart,
      newLine: hunk.newStart,
    };
  }

  #hunkLine(open: OpenHunk, line: string): void {
    const text = line.slice(1);
    const add = (kind: HunkLine['kind']): void => {
      const inOld = kind !== 'added';
      const inNew = kind !== 'removed';
      open.hunk.lines.push({
        kind,
        text,
        oldLine: inOld ? open.oldLine : null,
        newLine: inNew ? open.newLine : null,
        noNewline: false,
      });
      if (inOld) [open.oldLine, open.oldLeft] = [open.oldLine + 1, open.oldLeft - 1];
      if (inNew) [open.newLine, open.newLeft] = [open.newLine + 1, open.newLeft - 1];
    };
    if (line.startsWith('+')) add('added');
    else if (line.startsWith('-')) add('removed');
    else if (line.startsWith(' ') || line === '') add('context');
    else if (line.startsWith('\\')) this.#noNewline();
    else throw new DiffSyntaxError(`a line of a hunk can't be read: ${excerpt(line)}`);
    if (open.oldLeft < 0 || open.newLeft < 0) throw new DiffSyntaxError('a hunk has more lines than its header says');
  }

  #noNewline(): void {
    const last = this.#open?.hunk.lines.at(-1);
    if (last === undefined) throw new DiffSyntaxError('a missing line feed is noted where there is no line');
    last.noNewline = true;
  }
}

function isKnownHeader(line: string): boolean {
  return (
    line === '' ||
    /^(?:old mode|new mode|deleted file mode|new file mode|similarity index|dissimilarity index|rename from|rename to|index) /.test(
      line,
    ) ||
    /^(?:---|\+\+\+) /.test(line)
  );
}

const STATUSES: Record<string, FileStatus> = {
  A: 'added',
  D: 'deleted',
  M: 'modified',
  R: 'renamed',
  T: 'type-changed',
};

function parseRawLine(line: string): FileDiff {
  const match = /^:(\d{6}) (\d{6}) ([0-9a-f]+) ([0-9a-f]+) ([A-Z])\d*\t([^\t]+)(?:\t([^\t]+))?$/.exec(line);
  const status = STATUSES[match?.[5] ?? ''];
  if (match === null || status === undefined) {
    throw new DiffSyntaxError(`a file's line can't be read: ${excerpt(line)}`);
  }
  const [, oldMode = '', newMode = '', oldOid = '', newOid = '', , first = '', second] = match;
  const oldPath = unquoteName(first);
  const newPath = second === undefined ? oldPath : unquoteName(second);
  return {
    status,
    old: fileEnd(oldPath, oldMode, oldOid),
    new: fileEnd(newPath, newMode, newOid),
    binary: false,
    hunks: [],
  };
}

function fileEnd(path: string, mode: string, oid: string): FileEnd | null {
  return mode === '000000' ? null : { path, mode, oid };
}

const ESCAPES: Record<string, string> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
};

/** Undoes git's C-style quoting; a name that is not quoted stays as it is. */
export function unquoteName(name: string): string {
  if (!name.startsWith('"')) return name;
  if (name.length < 2 || !name.endsWith('"')) throw new DiffSyntaxError(`a quoted name does not end: ${excerpt(name)}`);
  const bytes: number[] = [];
  for (const [token] of name.slice(1, -1).matchAll(/\\[0-7]{3}|\\.|[^\\]+/gs)) {
    if (!token.startsWith('\\')) bytes.push(...bytesOf(token));
    else if (token.length === 4) bytes.push(Number.parseInt(token.slice(1), 8));
    else {
      const escape = ESCAPES[token.slice(1)];
      if (escape === undefined) throw new DiffSyntaxError(`a quoted name can't be read: ${excerpt(name)}`);
      bytes.push(escape.charCodeAt(0));
    }
  }
  return textOf(Uint8Array.from(bytes));
}

function excerpt(line: string): string {
  return JSON.stringify(line.length > 80 ? `${line.slice(0, 80)}…` : line);
}
