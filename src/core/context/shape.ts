import type { Language } from './language.ts';

/** What a line looks like, without a glance at what it says. */
export type LineShape = {
  /** Columns before the text, doubled: half a column tells an item of a list from the key that it belongs to. */
  indent: number;
  /** The text without blanks around it and without a comment at its end; cut where it is very long. */
  text: string;
  /**
   * `blank`, `aside` (comments, directives, annotations) and `quoted` (inside of a string) say nothing of where blocks
   * begin and end. `closer` ends a block, or goes on with it in another one: `}`, `end`, `} else {`.
   */
  role: 'blank' | 'aside' | 'quoted' | 'closer' | 'text';
  /** Ends with a bracket that something must close. */
  opens: boolean;
};

/** More of a line says nothing more about its shape. */
const MAX_TEXT = 300;
const TAB_COLUMNS = 4;
const DEEPEST = 1000;

const CLOSER =
  /^(?:[})\]]|<\/|\{$|where\b(?!\s*[:=.(])|(?:else|elif|elsif|except|catch|finally|rescue|ensure)\b(?!\s*[=.]|\s*:\s+\S))/;
const CLOSING_WORD = /^(?:end|fi|done|esac|then|do)\b/;
const COMMENT = /^(?:\/\/|\/\*|\*(?:[\s/]|$)|<!--|--\s)/;
const ANNOTATION = /^@[\w.]+(?:\([^()]*\))?$/;

export function shapesOf(lines: readonly string[], language: Language): LineShape[] {
  let quote: string | null = null;
  return lines.map((line) => {
    const shape = shapeOf(line, language);
    if (!language.tripleQuotes) return shape;
    const inside = quote !== null;
    quote = quoteAfter(line, quote);
    return inside ? { ...shape, role: 'quoted', opens: false } : shape;
  });
}

function shapeOf(line: string, language: Language): LineShape {
  const { columns, from } = indentOf(line);
  const text = withoutComment(line.slice(from, from + MAX_TEXT).trim());
  const role = roleOf(text, language);
  const dashed = language.dashedItems && /^-(?:\s|$)/.test(text);
  return {
    indent: columns * 2 + (dashed ? 1 : 0),
    text,
    role,
    opens: role !== 'aside' && line.length <= MAX_TEXT && /[{([]$/.test(text),
  };
}

function roleOf(text: string, language: Language): LineShape['role'] {
  if (text === '') return 'blank';
  if (COMMENT.test(text)) return 'aside';
  if (language.hashComments && text.startsWith('#')) return 'aside';
  if (language.family === 'code' && ANNOTATION.test(text)) return 'aside';
  if (language.family === 'code' && language.endWords && CLOSING_WORD.test(text)) return 'closer';
  if (language.dashedItems) return 'text';
  return CLOSER.test(text) ? 'closer' : 'text';
}

function indentOf(line: string): { columns: number; from: number } {
  let columns = 0;
  let from = 0;
  for (; from < line.length && columns < DEEPEST; from += 1) {
    const character = line[from];
    if (character === ' ') columns += 1;
    else if (character === '\t') columns += TAB_COLUMNS - (columns % TAB_COLUMNS);
    else if (character !== '\uFEFF') break;
  }
  return { columns, from };
}

/** A comment after blanks, up to the end of the line. */
function withoutComment(text: string): string {
  const at = text.indexOf(' //');
  return at < 0 ? text : text.slice(0, at).trimEnd();
}

/** A longer line is no line of code that anybody wrote, and may hold any number of quotes. */
const LONGEST_QUOTING = 2000;
const QUOTES = ['"""', "'''"];

/** The three quotes that are open after the line. */
function quoteAfter(line: string, open: string | null): string | null {
  if (line.length > LONGEST_QUOTING) return open;
  let quote = open;
  for (let at = 0; at < line.length;) {
    const next = quote === null ? firstOf(line, at) : { at: line.indexOf(quote, at), quote };
    if (next.at < 0) break;
    quote = quote === null ? next.quote : null;
    at = next.at + 3;
  }
  return quote;
}

function firstOf(line: string, from: number): { at: number; quote: string } {
  const found = QUOTES.map((quote) => ({ at: line.indexOf(quote, from), quote })).filter(({ at }) => at >= 0);
  return found.toSorted((a, b) => a.at - b.at)[0] ?? { at: -1, quote: '' };
}
