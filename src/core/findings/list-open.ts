import { isOpen, type Finding, type RawFinding, type Side } from '../finding.ts';
import type { Scope } from '../scope.ts';
import { carryFindings } from './carry.ts';
import { patchOf } from './patch.ts';
import type { Today } from './today.ts';

/**
 * Earlier findings that are still open, for the reviewer to judge: in today's lines, those without the dismissed and
 * without those whose code left the PR. `touched`: the push changed their code, or its surroundings in scope.
 */
export function listOpenFindings(today: Today, scope: Scope): (Finding & { touched: boolean })[] {
  const dismissed = new Set(today.dismissals.map((dismissal) => dismissal.findingId));
  const scoped = new Map(scope.files.map((file) => [file.path, file]));
  return carryFindings(today)
    .filter(({ finding, state }) => state !== 'left' && !dismissed.has(finding.id))
    .filter(({ finding }) => isOpen(finding) || finding.status === 'dismissed')
    .map(({ finding, state }) => {
      const file = scoped.get(finding.path);
      const { line, endLine } = finding;
      const inScope =
        file !== undefined &&
        (line === null ||
          file.added.some((range) => range.start <= (endLine ?? line) && range.end >= line) ||
          file.removedAfter.some((before) => before >= line - 1 && before <= (endLine ?? line)));
      return { ...finding, status: 'open' as const, touched: state === 'edited' || inScope };
    });
}

/** The files whose lines `reconcile` and `listOpenFindings` will ask for: only those need to be read. */
export function placesToRead(
  today: Omit<Today, 'lines'>,
  said: readonly Pick<RawFinding, 'path' | 'side'>[] = [],
): { path: string; side: Side }[] {
  const patch = patchOf(today.fullDiff);
  const places = new Map<string, { path: string; side: Side }>();
  const add = (name: string | null, side: Side): void => {
    const path = name === null ? null : patch.nameOf(name);
    if (path === null) return;
    const place = { path, side: patch.isDeleted(path) ? ('LEFT' as const) : side };
    places.set(`${place.side} ${path}`, place);
  };
  for (const { findings, map } of today.earlier) {
    for (const { path, side } of findings) add(map.path(path, side), side);
  }
  for (const { path, side } of said) add(path, side);
  return [...places.values()];
}
