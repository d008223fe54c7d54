import type { Hunk } from '../../../src/core/diff.ts';
import type { ScopeFile } from '../../../src/core/scope.ts';
import { NO_LINE_FEED } from './lines.ts';
import type { LineWriter, Side } from './random-history.ts';
import { countsOf, type Law, type Push } from './run-history.ts';

type Lines = readonly string[];

/** Few texts, many times: one of each side's own, and brackets and blanks that are everybody's. */
const TEXTS: Record<Side, Lines> = {
  main: ['up a', '}', ''],
  release: ['up b', '}', ''],
  pr: ['pr a', '}', ''],
};

export const repeatedLines: LineWriter = {
  unique: false,
  fresh(side, count, text) {
    const texts = TEXTS[side];
    const lines = Array.from(
      { length: count },
      (_, index) => texts[(text * 7 + index * (1 + (text % 3))) % texts.length],
    );
    // Counts only where it ends a file.
    const isOpen = (index: number): boolean => text % 5 === 4 && index === count - 1;
    return lines.map((line = '', index) => (isOpen(index) ? `${line}${NO_LINE_FEED}` : line));
  },
};

/**
 * Reference plus scope plus what left equals the head, file by file, where equal lines have no identity:
 * 1. the scope's hunks fit the reference (a whole file's the base), and their other side is the head's text;
 * 2. what they leave different between reference and head is only the PR's own lines leaving, and lines that the base
 *    has coming back: no text of the PR is more often in the head than there, and no text of upstream less often;
 * 3. of a text, as many lines of the head can stay out of scope as the base has and were read, not one more;
 * 4. the head without what is in scope can be put together, in order, from lines of the reference and of the base.
 */
export function repeatedLaw(): Law {
  const read = new Map<string, Lines>();
  /** A conflict, a revert or another base made lines of upstream the PR's own: their leaving is no removal any more. */
  let tangled = false;
  return (push) => {
    const { head, base, scoped, unread, overtaken } = push;
    const files = new Map(scoped.scope.files.map((file) => [file.path, file]));
    for (const file of scoped.scope.files) {
      const rest = applied(push, file);
      if (!file.whole) checkRest(push, file.path, rest, tangled);
    }
    for (const [path, lines] of head) {
      const file = files.get(path);
      const names = namesOf(push, path);
      if (file === undefined) checkOutside(push, path, names, tangled);
      const out = withoutRanges(lines, file);
      checkCounts(push, path, out, names, read);
      checkOrder(push, path, out, names);
    }
    tangled ||= isTangled(push);
    if (!overtaken) read.clear();
    for (const [path, lines] of head) {
      if (!unread.has(path) && !sameLines(lines, base.get(path))) read.set(path, lines);
    }
  };
}

/** The reference's lines with the scope's hunks applied. */
function applied({ base, head, reference, ...push }: Push, file: ScopeFile): Lines {
  const after = head.get(file.path) ?? [];
  for (const hunk of file.hunks) {
    const side = hunk.lines.filter(({ kind }) => kind !== 'removed').map(lineText);
    const from = hunk.newLines === 0 ? hunk.newStart : hunk.newStart - 1;
    if (!sameLines(side, after.slice(from, from + side.length))) fail(file.path, 'a hunk does not show the head', hunk);
  }
  if (file.whole) {
    const result = applyHunks(base.get(file.previousPath ?? file.path) ?? [], file.hunks);
    if (result === null || !sameLines(result, after)) fail(file.path, 'base and hunks do not give the head', result);
    return after;
  }
  for (const name of namesOf({ base, head, reference, ...push }, file.path)) {
    const before = reference.get(name);
    const result = before === undefined ? null : applyHunks(before, file.hunks);
    if (result !== null) return result;
  }
  return fail(file.path, 'the hunks fit no file of the reference', file.hunks);
}

function checkRest({ base, head }: Push, path: string, rest: Lines, tangled: boolean): void {
  const [now, then] = [countsOf(head.get(path) ?? []), countsOf(rest)];
  const before = countsOf(base.get(path) ?? []);
  for (const text of new Set([...now.keys(), ...then.keys()])) {
    const more = (now.get(text) ?? 0) - (then.get(text) ?? 0);
    if (text.startsWith('pr ') && more > (before.get(text) ?? 0)) fail(path, 'added and not in scope', text);
    if (!tangled && text.startsWith('up ') && more < 0) fail(path, 'removed and not in scope', text);
  }
}

/** A file of the head that is not in scope must be known: as it was read, or as the base has it. */
function checkOutside(push: Push, path: string, names: Lines, tangled: boolean): void {
  const lines = push.head.get(path) ?? [];
  if (sameLines(lines, push.base.get(path))) return;
  const known = names.map((name) => push.reference.get(name)).filter((one) => one !== undefined);
  if (known.length === 0) fail(path, 'new and not in scope', lines);
  const same = push.reference.get(path);
  if (same !== undefined && push.base.has(path)) checkRest(push, path, same, tangled);
}

function checkCounts(push: Push, path: string, out: Lines, names: Lines, read: ReadonlyMap<string, Lines>): void {
  for (const [text, count] of countsOf(out)) {
    const most = (trees: ReadonlyMap<string, Lines>): number =>
      Math.max(0, ...names.map((name) => countsOf(trees.get(name) ?? []).get(text) ?? 0));
    const allowed = most(push.base) + most(read);
    if (count > allowed) fail(path, `${count} lines out of scope, ${allowed} of the base or read`, text);
  }
}

function checkOrder({ reference, base }: Push, path: string, out: Lines, names: Lines): void {
  const choices = (trees: ReadonlyMap<string, Lines>): Lines[] => [
    [],
    ...names.flatMap((name) => {
      const lines = trees.get(name);
      return lines === undefined ? [] : [lines];
    }),
  ];
  const fits = choices(reference).some((one) => choices(base).some((other) => interleaves(out, one, other)));
  if (!fits) fail(path, 'what is out of scope is neither as it was read nor as in the base', out);
}

/** Whether `lines` is made of a part of `one` and a part of `other`, each in its order. */
function interleaves(lines: Lines, one: Lines, other: Lines): boolean {
  // How much of `other` is used at least, by how much of `one` is.
  let least = new Map([[0, 0]]);
  for (const line of lines) {
    const next = new Map<number, number>();
    const offer = (used: number, ofOther: number): void => {
      if (ofOther < (next.get(used) ?? Infinity)) next.set(used, ofOther);
    };
    for (const [ofOne, ofOther] of least) {
      const inOne = one.indexOf(line, ofOne);
      if (inOne >= 0) offer(inOne + 1, ofOther);
      const inOther = other.indexOf(line, ofOther);
      if (inOther >= 0) offer(ofOne, inOther + 1);
    }
    least = next;
  }
  return least.size > 0;
}

function isTangled({ base, head, scoped }: Push): boolean {
  if (scoped.conflicts.length > 0) return true;
  return [...head].some(([path, lines]) => {
    const before = countsOf(base.get(path) ?? []);
    return [...countsOf(lines)].some(([text, count]) => text.startsWith('up ') && count > (before.get(text) ?? 0));
  });
}

/** The names that a file of the head may have had, by the steps and by git. */
function namesOf({ renames, renamedSince, renamedByPullRequest }: Push, path: string): string[] {
  const names = new Set([path]);
  for (const name of names) {
    for (const { from, to } of renames) {
      if (from === name) names.add(to);
      if (to === name) names.add(from);
    }
    for (const renamed of [renamedSince, renamedByPullRequest]) {
      const old = renamed.get(name);
      if (old !== undefined) names.add(old);
    }
  }
  return [...names];
}

function applyHunks(lines: Lines, hunks: readonly Hunk[]): string[] | null {
  const result = [...lines];
  for (const hunk of hunks.toReversed()) {
    const before = hunk.lines.filter(({ kind }) => kind !== 'added').map(lineText);
    const after = hunk.lines.filter(({ kind }) => kind !== 'removed').map(lineText);
    const from = hunk.oldLines === 0 ? hunk.oldStart : hunk.oldStart - 1;
    if (!sameLines(before, lines.slice(from, from + before.length))) return null;
    result.splice(from, before.length, ...after);
  }
  return result;
}

function lineText({ text, noNewline }: { text: string; noNewline: boolean }): string {
  return noNewline ? `${text}${NO_LINE_FEED}` : text;
}

function withoutRanges(lines: Lines, file: ScopeFile | undefined): Lines {
  const ranges = file?.added ?? [];
  return lines.filter((_, index) => !ranges.some(({ start, end }) => start <= index + 1 && index + 1 <= end));
}

function sameLines(one: Lines, other: Lines | undefined): boolean {
  return other !== undefined && one.length === other.length && one.every((line, index) => line === other[index]);
}

function fail(path: string, why: string, what: unknown): never {
  throw new Error(`${path}: ${why}: ${JSON.stringify(what)}`);
}
