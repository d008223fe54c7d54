import type { Structure, Unit } from './units.ts';

export type OutlineLine = {
  line: number;
  /** 0 at the margin, 1 for a member of a class or suite that stands there, and so on. */
  depth: number;
  /** The text that is read with it names it. */
  used: boolean;
};

/**
 * Lines that name what is in the file: what stands at the margin, and the members of classes and suites.
 * @param read words of the text that the outline is for
 */
export function outlineLines({ units, shapes }: Structure, read: ReadonlySet<string> = new Set()): OutlineLine[] {
  const depths = new Map<Unit, number | null>();
  const outline: OutlineLine[] = [];
  for (const unit of units) {
    const depth = unit.parent === null ? 0 : (depths.get(unit.parent) ?? null);
    const isNamed = unit.kind === 'container' || unit.kind === 'function';
    // What is declared inside of a function is its own affair.
    depths.set(unit, depth === null || unit.kind === 'function' ? null : isNamed ? depth + 1 : depth);
    const text = shapes[unit.start - 1]?.text ?? '';
    if (isNamed && depth !== null)
      outline.push({ line: unit.start, depth, used: namesIn(text).some((name) => read.has(name)) });
  }
  return outline;
}

/** The identifiers of a text, but for those that are in every one. */
export function wordsOf(text: string): string[] {
  return (text.match(/[\p{L}_$][\p{L}\p{N}_$]{2,}/gu) ?? []).filter((word) => !COMMON.has(word));
}

const COMMON = new Set(
  (
    'abstract async await bool boolean case char class const context def default describe double else end enum export ' +
    'extends extension false final float for fun func function get impl implements int interface internal let long ' +
    'mod module namespace new none null number object open override package private protected protocol pub public ' +
    'readonly record require return self set static string struct sub suite super test this trait true type undefined ' +
    'union unit var virtual void when where with'
  ).split(' '),
);

/** What a line that names something calls it: a word before its parameters. */
function namesIn(text: string): string[] {
  const parameters = text.indexOf('(', 1);
  return wordsOf(parameters < 0 ? text : text.slice(0, parameters));
}
