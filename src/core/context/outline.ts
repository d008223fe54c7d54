import type { Structure, Unit } from './units.ts';

/** Lines that name what is in the file: what stands at the margin, and the members of classes and suites. */
export function outlineLines({ units, shapes }: Structure): { line: number; depth: number }[] {
  const depths = new Map<Unit, number | null>();
  const outline: { line: number; depth: number }[] = [];
  for (const unit of units) {
    const around = unit.parent === null ? 0 : (depths.get(unit.parent) ?? null);
    const isNamed = unit.kind === 'container' || unit.kind === 'function';
    // What is declared inside of a function is its own affair.
    depths.set(unit, around === null || unit.kind === 'function' ? null : isNamed ? around + 1 : around);
    if (isNamed && around !== null && shapes[unit.start - 1]?.role !== 'quoted') {
      outline.push({ line: unit.start, depth: around });
    }
  }
  return outline;
}
