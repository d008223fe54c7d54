/**
 * Finds where a finding stands in a file as it is today. The quote decides; a line number alone is only believed where
 * there is no quote.
 */

export type Said = {
  line: number | null;
  endLine: number | null;
  quote: string;
};

export type Anchor = {
  line: number;
  endLine: number;
  /** How it was found: the quote letter by letter, the quote but for white space, or by the said line alone. */
  by: 'exact' | 'blanks-aside' | 'said-line';
};

/**
 * @param lines the file, without line feeds; `lines[0]` is line 1
 * @param usable lines that may be the start of the answer; all of them where left out
 * @param candidates the only lines looked at, in rising order, besides the said one; all of them where left out
 * @param believable lines that count on the reviewer's word alone, without a quote: those of the diff
 * @returns null where it can't be told: the finding is then about the file as a whole
 */
export function anchor(
  lines: readonly string[],
  said: Said,
  options: {
    usable?: (line: number) => boolean;
    candidates?: readonly number[];
    believable?: (line: number) => boolean;
  } = {},
): Anchor | null {
  const quote = quoteLines(said.quote);
  if (quote.length === 0) return anchorBySaidLine(lines, said, options.believable);
  const search: Search = {
    lines,
    quote,
    saidLine: said.line,
    usable: options.usable ?? (() => true),
    candidates: options.candidates ?? null,
  };
  return nearest(search, 'exact') ?? nearest(search, 'blanks-aside');
}

/** True where the quote is what stands at that line, white space aside. */
export function standsAt(lines: readonly string[], line: number, quote: string): boolean {
  const wanted = quoteLines(quote);
  return wanted.length > 0 && (matchesAt(lines, line, wanted, exactly) || matchesAt(lines, line, wanted, blanksAside));
}

/** Lines of a file by their text, white space aside: where the first line of a quote can stand, if it is a whole one. */
export function linesByText(lines: readonly string[]): (quote: string) => readonly number[] {
  const byText = new Map<string, number[]>();
  for (const [index, line] of lines.entries()) {
    const text = withoutBlanks(line);
    const known = byText.get(text);
    if (known === undefined) byText.set(text, [index + 1]);
    else known.push(index + 1);
  }
  return (quote) => byText.get(withoutBlanks(quoteLines(quote)[0] ?? '')) ?? [];
}

/** The quote as compared: white space folded, without blank lines around it. */
export function foldBlanks(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}

function anchorBySaidLine(
  lines: readonly string[],
  said: Said,
  believable: ((line: number) => boolean) | undefined,
): Anchor | null {
  const { line } = said;
  if (line === null || line > lines.length || believable?.(line) === false) return null;
  const endLine = Math.min(Math.max(said.endLine ?? line, line), lines.length);
  return { line, endLine, by: 'said-line' };
}

type How = (fileLine: string, quoteLine: string, position: 'only' | 'first' | 'inner' | 'last') => boolean;

type Search = {
  lines: readonly string[];
  quote: readonly string[];
  saidLine: number | null;
  usable: (line: number) => boolean;
  candidates: readonly number[] | null;
};

function nearest(search: Search, by: 'exact' | 'blanks-aside'): Anchor | null {
  const { lines, quote, saidLine, usable, candidates } = search;
  const how = by === 'exact' ? exactly : blanksAside;
  const at = (line: number): Anchor => ({ line, endLine: line + quote.length - 1, by });
  const fits = (line: number): boolean => matchesAt(lines, line, quote, how) && usable(line);
  if (saidLine !== null && fits(saidLine)) return at(saidLine);
  const found: number[] = [];
  const end = candidates?.length ?? lines.length;
  for (let index = 0; index < end; index += 1) {
    const line = candidates === null ? index + 1 : (candidates[index] ?? 0);
    if (fits(line)) found.push(line);
  }
  const [first] = found;
  if (first === undefined) return null;
  if (found.length === 1) return at(first);
  if (saidLine === null || isTrivial(quote)) return null;
  return at(found.reduce((best, line) => (Math.abs(line - saidLine) < Math.abs(best - saidLine) ? line : best), first));
}

function matchesAt(lines: readonly string[], line: number, quote: readonly string[], how: How): boolean {
  if (line < 1 || line + quote.length - 1 > lines.length) return false;
  return quote.every((wanted, index) => how(lines[line - 1 + index] ?? '', wanted, positionOf(index, quote.length)));
}

function positionOf(index: number, length: number): Parameters<How>[2] {
  if (length === 1) return 'only';
  if (index === 0) return 'first';
  return index === length - 1 ? 'last' : 'inner';
}

/** A quote may begin in the middle of its first line and end in the middle of its last one. */
function exactly(fileLine: string, quoteLine: string, position: Parameters<How>[2]): boolean {
  const text = withoutCarriageReturn(fileLine);
  if (position === 'only') return text.includes(quoteLine);
  if (position === 'first') return text.endsWith(quoteLine);
  return position === 'last' ? text.startsWith(quoteLine) : text === quoteLine;
}

function blanksAside(fileLine: string, quoteLine: string, position: Parameters<How>[2]): boolean {
  return exactly(withoutBlanks(fileLine), withoutBlanks(quoteLine), position);
}

function withoutBlanks(line: string): string {
  return line.replace(/\s+/gu, '');
}

/** Too little to tell one place from another: `}`, `);`. */
function isTrivial(quote: readonly string[]): boolean {
  return quote.join('').replace(/[^\p{L}\p{N}_]/gu, '').length < 2;
}

function quoteLines(quote: string): string[] {
  const lines = quote.split('\n').map(withoutCarriageReturn);
  const first = lines.findIndex((line) => line.trim() !== '');
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return first === -1 ? [] : lines.slice(first, last + 1);
}

function withoutCarriageReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
