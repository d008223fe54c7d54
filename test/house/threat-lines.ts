import { tableRows } from './text-checks.ts';

/** A line of SECURITY.md's table, and the test that it names. */
export type ThreatLine = { threat: string; path: string; title: string };

export function threatLines(page: string): ThreatLine[] {
  return tableRows(page, '## What stops them').map(([threat = '', , cell = '']) => {
    const [, path = '', title = ''] = /^`([^`]+)`: (.+)$/u.exec(cell) ?? [];
    return { threat, path, title };
  });
}
