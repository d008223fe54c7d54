/** A reading of `git diff` of the stand-in's own: which lines there are, and which of them take comments. */

export type Side = 'LEFT' | 'RIGHT';
export type DiffLine = {
  kind: ' ' | '+' | '-';
  oldLine: number | null;
  newLine: number | null;
  text: string;
  /** Lines below the file's first `@@`, the further `@@` lines counted: GitHub's older way to name a place. */
  position: number;
  noNewline: boolean;
};
export type Hunk = {
  header: string;
  oldStart: number;
  oldLines: number;
  newStart: number;
  newLines: number;
  lines: DiffLine[];
};
export type FileStatus = 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed';
export type DiffFile = {
  status: FileStatus;
  path: string;
  previousPath: string | null;
  blobSha: string;
  binary: boolean;
  additions: number;
  deletions: number;
  hunks: Hunk[];
  patch: string | null;
};

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;
const LARGEST_PATCH = { lines: 20_000, characters: 1_000_000 };

/** `raw` from `git diff --raw -z`, `patch` from `git diff -p` of the same trees with the same options. */
export function readDiff(raw: string, patch: string): DiffFile[] {
  const sections = patch.split(/^(?=diff --git )/m).filter((section) => section.startsWith('diff --git '));
  let next = 0;
  return entriesOf(raw).map((entry) => {
    const first = sections[next++] ?? '';
    // A change of type is written as a removal and an addition.
    const section = entry.letter === 'T' ? first + (sections[next++] ?? '') : first;
    return fileOf(entry, section);
  });
}

type Entry = { letter: string; path: string; previousPath: string | null; blobSha: string };

function entriesOf(raw: string): Entry[] {
  const fields = raw.split('\0');
  const entries: Entry[] = [];
  for (let at = 0; fields[at]?.startsWith(':');) {
    const [, , oldSha = '', newSha = '', letters = ''] = (fields[at] ?? '').split(' ');
    const letter = letters.charAt(0);
    const moved = letter === 'R' || letter === 'C';
    const path = fields[at + (moved ? 2 : 1)] ?? '';
    const previousPath = moved ? (fields[at + 1] ?? null) : null;
    entries.push({ letter, path, previousPath, blobSha: letter === 'D' ? oldSha : newSha });
    at += moved ? 3 : 2;
  }
  return entries;
}

const statuses: Record<string, FileStatus> = { A: 'added', D: 'removed', R: 'renamed', C: 'copied', T: 'changed' };

function fileOf(entry: Entry, section: string): DiffFile {
  const lines = section.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const start = lines.findIndex((line) => HUNK.test(line));
  const body = start < 0 ? [] : lines.slice(start).filter((line) => /^[ +\-\\@]/.test(line));
  const hunks = hunksOf(body);
  const all = hunks.flatMap((hunk) => hunk.lines);
  const text = body.join('\n');
  const tooLarge = body.length > LARGEST_PATCH.lines || text.length > LARGEST_PATCH.characters;
  return {
    status: statuses[entry.letter] ?? 'modified',
    path: entry.path,
    previousPath: entry.previousPath,
    blobSha: entry.blobSha,
    binary: start < 0 && lines.some((line) => line.startsWith('Binary files ') || line === 'GIT binary patch'),
    additions: all.filter((line) => line.kind === '+').length,
    deletions: all.filter((line) => line.kind === '-').length,
    hunks: tooLarge ? [] : hunks,
    patch: start < 0 || tooLarge ? null : text,
  };
}

function hunksOf(body: string[]): Hunk[] {
  const hunks: Hunk[] = [];
  let oldLine = 0;
  let newLine = 0;
  body.forEach((line, position) => {
    const match = HUNK.exec(line);
    if (match !== null) {
      oldLine = Number(match[1]);
      newLine = Number(match[3]);
      const [oldLines, newLines] = [Number(match[2] ?? 1), Number(match[4] ?? 1)];
      hunks.push({ header: line, oldStart: oldLine, oldLines, newStart: newLine, newLines, lines: [] });
      return;
    }
    const lines = hunks.at(-1)?.lines;
    if (lines === undefined) return;
    const kind = line.charAt(0);
    if (kind === '\\') {
      const last = lines.at(-1);
      if (last !== undefined) last.noNewline = true;
    } else if (kind === ' ' || kind === '+' || kind === '-') {
      lines.push({
        kind,
        oldLine: kind === '+' ? null : oldLine++,
        newLine: kind === '-' ? null : newLine++,
        text: line.slice(1),
        position,
        noNewline: false,
      });
    }
  });
  return hunks;
}

export type Place = { hunk: Hunk; line: DiffLine };

/** The line that a comment on `side`, `line` stands at; null where the diff doesn't show it. */
export function placeOf(file: DiffFile, side: Side, line: number): Place | null {
  for (const hunk of file.hunks) {
    const found = hunk.lines.find((candidate) => (side === 'LEFT' ? candidate.oldLine : candidate.newLine) === line);
    if (found !== undefined) return { hunk, line: found };
  }
  return null;
}

export function placeAtPosition(file: DiffFile, position: number | undefined): Place | null {
  for (const hunk of file.hunks) {
    const line = hunk.lines.find((candidate) => candidate.position === position);
    if (line !== undefined) return { hunk, line };
  }
  return null;
}

/** The hunk's text down to the commented line, as comments carry it. */
export function hunkDownTo({ hunk, line }: Place): string {
  const shown = hunk.lines.slice(0, hunk.lines.indexOf(line) + 1);
  return [hunk.header, ...shown.map((each) => each.kind + each.text)].join('\n');
}

/** Where a line of the old version stands in the new one; null where it was changed or removed. */
export function carryLine(file: DiffFile | undefined, line: number): number | null {
  let shift = 0;
  for (const hunk of file?.hunks ?? []) {
    // A hunk without old lines stands below its `oldStart`.
    const first = hunk.oldLines === 0 ? hunk.oldStart + 1 : hunk.oldStart;
    if (line < first) break;
    if (line < first + hunk.oldLines) {
      return hunk.lines.find((candidate) => candidate.oldLine === line)?.newLine ?? null;
    }
    shift += hunk.newLines - hunk.oldLines;
  }
  return line + shift;
}
