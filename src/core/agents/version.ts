import type { Version } from './cli.ts';

/** The first version number in what a program prints of itself. */
export function versionIn(text: string): Version | null {
  const match = /(?<![\d.])(\d{1,6})\.(\d{1,6})\.(\d{1,6})/.exec(text);
  return match === null ? null : [Number(match[1]), Number(match[2]), Number(match[3])];
}

export function isOlder(version: Version, than: Version): boolean {
  for (const [index, part] of version.entries()) {
    const other = than[index] ?? 0;
    if (part !== other) return part < other;
  }
  return false;
}

export function versionText(version: Version): string {
  return version.join('.');
}
