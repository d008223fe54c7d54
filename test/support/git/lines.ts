/** Marks a last line that has no line feed. */
export const NO_LINE_FEED = '\\';

/** A text's lines, each without its line feed. */
export function linesOf(text: string): string[] {
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  return last === '' ? lines : [...lines, `${last}${NO_LINE_FEED}`];
}

/** Only a last line can be without a line feed. */
export function textOf(lines: readonly string[]): string {
  return lines
    .map((line, index) => {
      const text = line.endsWith(NO_LINE_FEED) ? line.slice(0, -1) : line;
      return text === line || index < lines.length - 1 ? `${text}\n` : text;
    })
    .join('');
}
