import { readFile, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** How `actual` differs from `expected`, a line per file; empty where they hold the same files, byte by byte. */
export async function compareFolders(expected: string, actual: string): Promise<string[]> {
  const [wanted, found] = await Promise.all([filesOf(expected), filesOf(actual)]);
  const names = [...new Set([...wanted.keys(), ...found.keys()])].toSorted();
  return names.flatMap((name) => {
    const [a, b] = [wanted.get(name), found.get(name)];
    if (a === undefined) return [`${name}: is there, but nothing builds it`];
    if (b === undefined) return [`${name}: is missing`];
    return a.equals(b) ? [] : [`${name}: is not what the sources build`];
  });
}

async function filesOf(folder: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(await Promise.all(paths.map(async (path) => [relative(folder, path), await readFile(path)] as const)));
}
