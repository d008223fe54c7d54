import type { FileDiff, FileEnd, Hunk, HunkLine } from '../../../src/core/diff.ts';

/** A file's diff from its contents, by a plain longest common subsequence; null where the file does not exist. */
export function fileDiff(input: {
  path: string;
  previousPath?: string;
  before: readonly string[] | null;
  after: readonly string[] | null;
  context?: number;
  modes?: readonly [old: string, now: string];
}): FileDiff {
  const { path, previousPath = path, before, after, modes = ['100644', '100644'] } = input;
  const end = (name: string, lines: readonly string[] | null, mode: string): FileEnd | null =>
    lines === null ? null : { path: name, mode, oid: oidOf(lines) };
  return {
    status: before === null ? 'added' : after === null ? 'deleted' : path === previousPath ? 'modified' : 'renamed',
    old: end(previousPath, before, modes[0]),
    new: end(path, after, modes[1]),
    binary: false,
    hunks: hunksOf(linesOf(before ?? [], after ?? []), input.context ?? 3),
  };
}

function oidOf(lines: readonly string[]): string {
  let hash = 7;
  for (const character of lines.join('\n') + lines.length) hash = (hash * 31 + character.charCodeAt(0)) % 0xffffffff;
  return hash.toString(16).padStart(40, '0');
}

function linesOf(before: readonly string[], after: readonly string[]): HunkLine[] {
  const common = Array.from({ length: before.length + 1 }, () => Array.from(after, () => 0));
  const at = (i: number, j: number): number => common[i]?.[j] ?? 0;
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      const row = common[i];
      if (row !== undefined)
        row[j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: HunkLine[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      lines.push({ kind: 'context', text: before[i] ?? '', oldLine: i + 1, newLine: j + 1, noNewline: false });
      [i, j] = [i + 1, j + 1];
    } else if (i < before.length && (j >= after.length || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ kind: 'removed', text: before[i] ?? '', oldLine: i + 1, newLine: null, noNewline: false });
      i += 1;
    } else {
      lines.push({ kind: 'added', text: after[j] ?? '', oldLine: null, newLine: j + 1, noNewline: false });
      j += 1;
    }
  }
  return lines;
}

function hunksOf(lines: readonly HunkLine[], context: number): Hunk[] {
  const shown = lines.map((_, index) =>
    lines.slice(Math.max(0, index - context), index + context + 1).some((line) => line.kind !== 'context'),
  );
  const hunks: Hunk[] = [];
  let [oldBefore, newBefore] = [0, 0];
  for (const [index, line] of lines.entries()) {
    if (shown[index] === true) {
      if (shown[index - 1] !== true) {
        hunks.push({ oldStart: oldBefore, oldLines: 0, newStart: newBefore, newLines: 0, section: '', lines: [] });
      }
      const hunk = hunks.at(-1);
      if (hunk === undefined) throw new Error('no hunk is open');
      // A side's start names its first line, or the line before where it has none.
      if (line.oldLine !== null && (hunk.oldLines += 1) === 1) hunk.oldStart = line.oldLine;
      if (line.newLine !== null && (hunk.newLines += 1) === 1) hunk.newStart = line.newLine;
      hunk.lines.push(line);
    }
    oldBefore = line.oldLine ?? oldBefore;
    newBefore = line.newLine ?? newBefore;
  }
  return hunks;
}
