import type { Fix, Region, Run } from './schema.ts';

/** A change within lines `line` to `endLine` of the file that the finding is in. Columns count as `columns` says, from 1. */
export type LineFix = {
  line: number;
  endLine: number;
  columns: NonNullable<Run['columnKind']>;
  replacements: { line: number; column: number; endLine: number; endColumn: number | null; text: string }[];
};

/**
 * The first fix that changes nothing but lines of the result's own region; null where there is none. `samePath` says
 * whether a change is of the result's file.
 */
export function lineFixOf(
  fixes: readonly Fix[],
  at: { line: number; endLine: number },
  columns: Run['columnKind'],
  samePath: (location: Fix['artifactChanges'][number]['artifactLocation']) => boolean,
): LineFix | null {
  for (const fix of fixes) {
    const [change, ...others] = fix.artifactChanges;
    if (change === undefined || others.length > 0 || !samePath(change.artifactLocation)) continue;
    const replacements = change.replacements.map(({ deletedRegion, insertedContent }) =>
      replacementOf(deletedRegion, insertedContent?.text ?? ''),
    );
    if (replacements.length === 0 || replacements.includes(null)) continue;
    const inRegion = (one: LineFix['replacements'][number] | null): one is LineFix['replacements'][number] =>
      one !== null && one.line >= at.line && lastLine(one) <= at.endLine;
    if (replacements.every(inRegion)) return { ...at, columns: columns ?? 'utf16CodeUnits', replacements };
  }
  return null;
}

function replacementOf(region: Region, text: string): LineFix['replacements'][number] | null {
  const { startLine, startColumn, endLine, endColumn } = region;
  if (startLine === null || startLine === undefined) return null;
  const end = endLine ?? startLine;
  return { line: startLine, column: startColumn ?? 1, endLine: end, endColumn: endColumn ?? null, text };
}

/** A region that ends in column 1 takes nothing of that line but the line feed before it. */
function lastLine({ line, endLine, endColumn }: LineFix['replacements'][number]): number {
  return endColumn === 1 && endLine > line ? endLine - 1 : endLine;
}

/**
 * The fix as whole lines to stand in place of `line` to `endLine`. Null where it can't be: columns that the lines don't
 * have, or replacements that overlap.
 *
 * @param lines the lines `line` to `endLine` as they stand, without line feeds
 */
export function suggestionOf(fix: LineFix, lines: readonly string[]): string | null {
  if (lines.length !== fix.endLine - fix.line + 1) return null;
  const split = (text: string): string[] => (fix.columns === 'unicodeCodePoints' ? Array.from(text) : text.split(''));
  const characters = lines.map(split);
  const offsets = characters.map((_line, index) =>
    characters.slice(0, index).reduce((sum, line) => sum + line.length + 1, 0),
  );
  const all = split(`${lines.join('\n')}\n`);
  const offsetOf = (line: number, column: number | null): number | null => {
    if (line === fix.endLine + 1 && column === 1) return all.length;
    const [start, length] = [offsets[line - fix.line], characters[line - fix.line]?.length];
    if (start === undefined || length === undefined) return null;
    const at = column ?? length + 1;
    return at <= length + 1 ? start + at - 1 : null;
  };
  let end = all.length;
  for (const one of fix.replacements.toSorted((a, b) => b.line - a.line || b.column - a.column)) {
    const from = offsetOf(one.line, one.column);
    const to = offsetOf(one.endLine, one.endColumn);
    if (from === null || to === null || from > to || to > end) return null;
    all.splice(from, to - from, ...split(one.text));
    end = from;
  }
  const result = all.join('').replace(/\n$/, '');
  return result.trim() === '' ? '' : result;
}
