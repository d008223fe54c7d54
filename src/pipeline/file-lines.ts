import { pathOf, type FileDiff } from '../core/diff.ts';
import type { Side } from '../core/finding.ts';
import type { PullRequestVersion } from '../core/pull-request.ts';
import type { Repository } from '../ports/repository.ts';

export type FileLines = (path: string, side: Side) => readonly string[] | null;

/** Reads the places' files, so that they can be asked for without waiting. */
export type ReadLines = (places: readonly { path: string; side: Side }[]) => Promise<FileLines>;

/** What they hold stays in memory until their lines are split. */
const FILES_AT_ONCE = 50;

/** Reads the PR's files at the head, or for LEFT at the merge base, each once however often it is asked for. */
export function linesReader(
  repository: Repository,
  version: PullRequestVersion,
  fullDiff: readonly FileDiff[],
): ReadLines {
  const files = new Map(fullDiff.map((file) => [pathOf(file), file]));
  const read = new Map<string, readonly string[] | null>();

  async function readSide(side: Side, places: readonly string[]): Promise<void> {
    const names = new Map(
      places.flatMap((path) => {
        const end = side === 'RIGHT' ? files.get(path)?.new : files.get(path)?.old;
        return end === undefined || end === null ? [] : [[path, end.path] as const];
      }),
    );
    if (names.size === 0) return;
    const tree = side === 'RIGHT' ? version.headSha : version.mergeBaseSha;
    const contents = await repository.readFiles(tree, [...new Set(names.values())]);
    for (const [path, name] of names) {
      const bytes = contents.get(name);
      read.set(`${side} ${path}`, bytes === undefined ? null : linesOf(bytes));
    }
  }

  return async (places) => {
    for (const side of ['RIGHT', 'LEFT'] as const) {
      const wanted = [
        ...new Set(
          places.filter((place) => place.side === side && !read.has(`${side} ${place.path}`)).map(({ path }) => path),
        ),
      ];
      for (let at = 0; at < wanted.length; at += FILES_AT_ONCE) {
        await readSide(side, wanted.slice(at, at + FILES_AT_ONCE));
      }
    }
    return (path, side) => read.get(`${side} ${path}`) ?? null;
  };
}

/** Null for what is no text. A line feed at the end ends the last line and begins none. */
export function linesOf(bytes: Uint8Array): string[] | null {
  if (bytes.includes(0)) return null;
  const lines = new TextDecoder().decode(bytes).split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
