import { pathOf, type FileDiff } from '../core/diff.ts';
import type { Side } from '../core/finding.ts';
import type { PullRequestVersion } from '../core/pull-request.ts';
import type { Repository } from '../ports/repository.ts';

export type FileLines = (path: string, side: Side) => readonly string[] | null;

/** Reads the places' files, so that they can be asked for without waiting. */
export type ReadLines = (places: readonly { path: string; side: Side }[]) => Promise<FileLines>;

/** Each file costs a git process or two; more at once than this gain nothing. */
const FILES_AT_ONCE = 8;

/** Reads the PR's files at the head, or for LEFT at the merge base, each once however often it is asked for. */
export function linesReader(
  repository: Repository,
  version: PullRequestVersion,
  fullDiff: readonly FileDiff[],
): ReadLines {
  const files = new Map(fullDiff.map((file) => [pathOf(file), file]));
  const read = new Map<string, readonly string[] | null>();

  async function readPlace(path: string, side: Side): Promise<void> {
    const end = side === 'RIGHT' ? files.get(path)?.new : files.get(path)?.old;
    if (end === undefined || end === null) return;
    const bytes = await repository.readFile(side === 'RIGHT' ? version.headSha : version.mergeBaseSha, end.path);
    read.set(`${side} ${path}`, bytes === null ? null : linesOf(bytes));
  }

  return async (places) => {
    const unread = new Map(
      places.map((place) => [`${place.side} ${place.path}`, place] as const).filter(([name]) => !read.has(name)),
    );
    const wanted = [...unread.values()];
    for (let at = 0; at < wanted.length; at += FILES_AT_ONCE) {
      await Promise.all(wanted.slice(at, at + FILES_AT_ONCE).map(({ path, side }) => readPlace(path, side)));
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
