import { pathOf, type FileDiff, type HunkLine } from '../diff.ts';
import type { Finding, Side } from '../finding.ts';

/** Where a comment can stand on the PR's diff, and the lines it then covers, as they are on that side. */
export type Anchor = { path: string; line: number; startLine: number | null; side: Side; lines: string[] };

/**
 * The place of a finding in the PR's own diff (`mergeBase..head`, three lines of context), or null where the host would
 * take no comment: both ends of the range must be lines of one hunk on the finding's side.
 */
export function anchorOf(
  finding: Pick<Finding, 'path' | 'line' | 'endLine' | 'side'>,
  diff: readonly FileDiff[],
): Anchor | null {
  const { line: start } = finding;
  if (start === null) return null;
  const end = Math.max(start, finding.endLine ?? start);
  for (const file of diff) {
    if (!isAbout(file, finding)) continue;
    for (const hunk of file.hunks) {
      const lines = hunk.lines.filter((line) => isWithin(numberOn(line, finding.side), start, end));
      if (!takesComment(lines.at(0), finding.side, start) || !takesComment(lines.at(-1), finding.side, end)) continue;
      return {
        path: pathOf(file),
        line: end,
        startLine: end > start ? start : null,
        side: finding.side,
        lines: lines.map(({ text }) => text),
      };
    }
  }
  return null;
}

/** A line of the left side may go by the file's old name or by its new one. */
function isAbout(file: FileDiff, finding: Pick<Finding, 'path' | 'side'>): boolean {
  if (file.new?.path === finding.path) return true;
  return finding.side === 'LEFT' && file.old?.path === finding.path;
}

function numberOn(line: HunkLine, side: Side): number | null {
  return side === 'RIGHT' ? line.newLine : line.oldLine;
}

function isWithin(number: number | null, start: number, end: number): boolean {
  return number !== null && number >= start && number <= end;
}

/** Unchanged lines belong to the right side. */
function takesComment(line: HunkLine | undefined, side: Side, number: number): boolean {
  if (line === undefined || numberOn(line, side) !== number) return false;
  return side === 'RIGHT' || line.kind === 'removed';
}
