import type { ScopeFile } from '../scope.ts';
import { importsOf, resolveImport } from './imports.ts';
import { subjectsAmong } from './test-subject.ts';

const NEAR = 20;

type Measured = { file: ScopeFile; tokens: number };

/**
 * Files in groups of at most so many tokens: tests with what they test, importers with what they import, then folders;
 * what is left over joins its neighbour by path, for every group costs a call. Each file on its own must fit.
 */
export function clusters<T extends Measured>(files: readonly T[], maxTokens: number): T[][] {
  const ordered = files.toSorted((a, b) => byText(a.file.path, b.file.path));
  const groupOf = ordered.map((file) => [file]);
  const join = (a: number, b: number): void => {
    const [first, second] = [groupOf[a], groupOf[b]];
    if (first === undefined || second === undefined || first === second) return;
    if (tokensIn(first) + tokensIn(second) > maxTokens) return;
    first.push(...second);
    groupOf.forEach((group, index) => {
      if (group === second) groupOf[index] = first;
    });
  };
  for (const [a, b] of pairsOf(ordered.map(({ file }) => file))) join(a, b);
  for (let at = 1; at < ordered.length; at += 1) {
    if (folderOf(ordered[at]) === folderOf(ordered[at - 1])) join(at - 1, at);
  }
  // What is left over, with the nearest by path that has room.
  for (let at = 1; at < ordered.length; at += 1) {
    for (let before = at - 1; before >= Math.max(0, at - NEAR); before -= 1) join(before, at);
  }
  return [...new Set(groupOf)].map((group) => group.toSorted((a, b) => byText(a.file.path, b.file.path)));
}

/** Indexes of files that belong together, the closest first. */
function pairsOf(files: readonly ScopeFile[]): [number, number][] {
  const paths = files.map(({ path }) => path);
  const indexOf = new Map(paths.map((path, index) => [path, index]));
  const pairs: [number, number][] = [];
  const pair = (from: number, path: string | null): void => {
    const to = path === null ? undefined : indexOf.get(path);
    if (to !== undefined && to !== from) pairs.push([from, to]);
  };
  const subjectOf = subjectsAmong(paths);
  paths.forEach((path, index) => pair(index, subjectOf(path)));
  const resolve = resolveImport(paths);
  files.forEach((file, index) => {
    for (const name of importsOf(file)) pair(index, resolve(file.path, name));
  });
  return pairs;
}

function tokensIn(group: readonly Measured[]): number {
  return group.reduce((sum, { tokens }) => sum + tokens, 0);
}

function folderOf(measured: Measured | undefined): string {
  const path = measured?.file.path ?? '';
  return path.slice(0, path.lastIndexOf('/') + 1);
}

function byText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
