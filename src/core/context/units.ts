import { kindOfContinued, kindOfLine, openParentheses, type UnitKind } from './definition.ts';
import type { Language } from './language.ts';
import { shapesOf, type LineShape } from './shape.ts';

/** A line with all that belongs to it: a function with its body, a section under its heading, a statement over lines. */
export type Unit = {
  /** First and last line, 1-based. */
  start: number;
  end: number;
  kind: UnitKind;
  parent: Unit | null;
};

export type Structure = {
  lines: readonly string[];
  shapes: readonly LineShape[];
  /** By their first line, each before those inside of it. */
  units: Unit[];
  /** The innermost unit around a line; null at the margin. */
  unitAt(line: number): Unit | null;
};

/**
 * The nesting of a file's lines. Indentation says it, in every language whose code people lay out; brackets that are
 * still open say which lines at a lesser indentation (labels, directives, strings over lines) do not end it.
 */
export function structureOf(lines: readonly string[], language: Language): Structure {
  const shapes = shapesOf(lines, language);
  const builder = new Builder();
  const levels = levelsOf(shapes, lines, language);
  for (const [index, shape] of shapes.entries()) {
    const level = levels === null ? shape.indent : (levels[index] ?? null);
    const isLine = shape.role === 'text' || shape.role === 'closer';
    if (levels === null ? isLine : level !== null) {
      builder.add(index + 1, { ...shape, indent: level ?? 0 }, language);
    } else if (shape.role !== 'blank') builder.pass(index + 1, levels !== null || shape.role === 'quoted');
  }
  const { units, innermost } = builder.end(lines.length);
  return { lines, shapes, units, unitAt: (line) => around(innermost[line] ?? null, line) };
}

type Open = Unit & {
  indent: number;
  /** Ends in a bracket that only a line at its own indentation closes. */
  pending: boolean;
  closed: boolean;
  /** Its first line. */
  first: string;
  /** Parentheses that are open in a list of parameters over several lines. */
  parentheses: number;
};

class Builder {
  readonly #units: Unit[] = [];
  readonly #innermost: (Unit | null)[] = [];
  readonly #open: Open[] = [];
  #last = 0;

  add(line: number, shape: LineShape, language: Language): void {
    const at = this.#firstAtLeast(shape.indent);
    const outer = this.#open[at];
    if (this.#endsParameters(at, shape)) this.#cut(at);
    else if (shape.role === 'closer' && !this.#beginsAnew(outer, shape)) this.#close(at, outer, shape);
    else {
      const kind = kindIn(language, shape);
      const named = kind === 'container' || kind === 'function';
      // Something is open that only a bracket at its own indentation can close: this line is inside, wherever it stands.
      if (outer === undefined || !outer.pending || named) this.#begin(at, line, shape, language, kind);
    }
    this.pass(line, true);
  }

  /** A line that begins and ends nothing. @param counts whether what is open reaches to it */
  pass(line: number, counts: boolean): void {
    this.#innermost[line] = this.#open.at(-1) ?? null;
    if (counts) this.#last = line;
  }

  end(lastLine: number): { units: Unit[]; innermost: (Unit | null)[] } {
    this.#cut(0);
    let carried: Unit | null = null;
    // A blank line belongs to what goes on around it, if anything does.
    for (let line = 1; line <= lastLine; line += 1) {
      if (this.#innermost[line] === undefined) this.#innermost[line] = carried;
      else carried = this.#innermost[line] ?? null;
    }
    return { units: this.#units, innermost: this.#innermost };
  }

  #begin(at: number, line: number, shape: LineShape, language: Language, kind: UnitKind): void {
    this.#cut(at);
    const parent = this.#open.at(-1) ?? null;
    const unit: Open = {
      start: line,
      end: line,
      kind,
      parent,
      indent: shape.indent,
      pending: language.family === 'code' || language.family === 'data' ? shape.opens : false,
      closed: false,
      first: shape.text,
      parentheses: language.family === 'code' ? openParentheses(shape.text) : 0,
    };
    this.#units.push(unit);
    this.#open.push(unit);
  }

  /** The last of the parameters, further in than the function whose body begins behind it: `int b) {`. */
  #endsParameters(at: number, { text, opens }: LineShape): boolean {
    const unit = this.#open[at - 1];
    if (unit === undefined || unit.parentheses <= 0 || unit.pending) return false;
    unit.parentheses += openParentheses(text);
    if (unit.parentheses > 0 || !opens) return false;
    unit.kind = unit.kind === 'block' ? (kindOfContinued(unit.first, text) ?? 'block') : unit.kind;
    unit.pending = true;
    return true;
  }

  /** A brace alone, where nothing stands before it that it could be the body of. */
  #beginsAnew(outer: Open | undefined, { text, indent }: LineShape): boolean {
    return text === '{' && (outer === undefined || outer.indent !== indent || outer.closed);
  }

  #close(at: number, outer: Open | undefined, shape: LineShape): void {
    if (outer === undefined || outer.indent !== shape.indent || outer.closed) {
      this.#cut(at);
      return;
    }
    this.#cut(at + 1);
    const ofParameters = shape.text.startsWith(')') || shape.text === '{';
    if (ofParameters && (outer.kind === 'block' || outer.kind === 'anonymous')) {
      outer.kind = kindOfContinued(outer.first, shape.text) ?? outer.kind;
    }
    outer.pending = shape.opens;
    outer.closed = !shape.opens && /^[})\]]/.test(shape.text) && /^[})\]]+[;,]?$/.test(shape.text);
  }

  #cut(length: number): void {
    for (const unit of this.#open.splice(length)) unit.end = Math.max(unit.start, this.#last);
  }

  /** Indentations on the stack ascend. */
  #firstAtLeast(indent: number): number {
    let [low, high] = [0, this.#open.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#open[middle]?.indent ?? 0) < indent) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function kindIn({ family }: Language, shape: LineShape): UnitKind {
  if (family === 'code') return kindOfLine(shape.text, shape.opens);
  if (family === 'headings') return 'container';
  return family === 'sql' ? 'function' : 'block';
}

function around(unit: Unit | null, line: number): Unit | null {
  let found = unit;
  while (found !== null && (line < found.start || line > found.end)) found = found.parent;
  return found;
}

/** Where not indentation but headings or statements make the nesting: their levels; null for the lines under them. */
function levelsOf(
  shapes: readonly LineShape[],
  lines: readonly string[],
  language: Language,
): (number | null)[] | null {
  if (language.family === 'headings') return headingLevels(lines);
  return language.family === 'sql' ? statementLevels(shapes) : null;
}

function headingLevels(lines: readonly string[]): (number | null)[] {
  let fence: string | null = null;
  return lines.map((line) => {
    const mark = /^ {0,3}(```|~~~)/.exec(line)?.[1] ?? null;
    if (mark !== null && (fence === null || fence === mark)) {
      fence = fence === null ? mark : null;
      return null;
    }
    if (fence !== null) return null;
    const heading = /^(?:(#{1,6})\s|(={2,6}) \S|\[)/.exec(line);
    return heading === null ? null : (heading[1] ?? heading[2] ?? '').length;
  });
}

/** A statement begins at the margin, where the one before ended; within `$$` none ends. */
function statementLevels(shapes: readonly LineShape[]): (number | null)[] {
  let ended = true;
  let quoted = false;
  return shapes.map(({ indent, text, role }) => {
    if (role === 'blank' || role === 'aside') return null;
    const begins = !quoted && indent === 0 && (ended || /^(?:create|alter)\b/i.test(text));
    if (text.split('$$').length % 2 === 0) quoted = !quoted;
    ended = !quoted && (text.endsWith(';') || /^go$/i.test(text));
    return begins ? 0 : null;
  });
}
