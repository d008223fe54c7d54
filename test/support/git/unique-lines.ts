import type { ScopeFile } from '../../../src/core/scope.ts';
import type { LineWriter } from './random-history.ts';
import type { Law } from './run-history.ts';
import type { TreeLines } from './tree-reader.ts';

/** Lines each with an id of its own (`pr-7`, `main-3`), so that what has to be in scope is known without any diff. */
export function uniqueLines(): LineWriter {
  let last = 0;
  return { unique: true, fresh: (side, count) => Array.from({ length: count }, () => `${side}-${(last += 1)}`) };
}

/** Somebody reads exactly what is in scope: nothing of the PR escapes them, and nothing of upstream bothers them. */
export function uniqueLaw(): Law {
  const read = new Set<string>();
  const removalsSeen = new Set<string>();
  return ({ base, head, scoped, coverage, unread }) => {
    const { scope, conflicts } = scoped;
    const files = new Map(scope.files.map((file) => [file.path, file]));
    const ofBase = new Set([...base.values()].flat());
    const ofHead = new Set([...head.values()].flat());
    const added = new Map([...files].map(([path, file]) => [path, addedLines(file, head)]));

    const lost = [...head].flatMap(([path, lines]) =>
      lines.filter((line) => !ofBase.has(line) && !read.has(line) && added.get(path)?.has(line) !== true),
    );
    const foreign = [...files].flatMap(([path, file]) =>
      [...(added.get(path) ?? [])].filter((line) => base.get(file.previousPath ?? path)?.includes(line)),
    );
    const shown = new Set(scope.files.flatMap((file) => removedLines(file)));
    const removed = [...ofBase].filter((line) => !ofHead.has(line));
    const unseen = removed.filter((line) => !removalsSeen.has(line) && !shown.has(line));
    const readTwice =
      conflicts.length > 0 || coverage.pending.length > 0
        ? []
        : [...added.values()].flatMap((lines) => [...lines].filter((line) => read.has(line)));
    const broken = { lost, foreign, unseen, readTwice };
    if (Object.values(broken).some((lines) => lines.length > 0)) throw new Error(JSON.stringify(broken));

    for (const [path, lines] of head) {
      if (!unread.has(path)) for (const line of lines) if (!ofBase.has(line)) read.add(line);
    }
    for (const file of scope.files) {
      if (!unread.has(file.path)) for (const line of removedLines(file)) removalsSeen.add(line);
    }
  };
}

function addedLines(file: ScopeFile, head: TreeLines): Set<string> {
  const lines = head.get(file.path) ?? [];
  return new Set(
    file.added.flatMap(({ start, end }) =>
      Array.from({ length: end - start + 1 }, (_, index) => lines[start + index - 1] ?? `no line ${start + index}`),
    ),
  );
}

function removedLines(file: ScopeFile): string[] {
  return file.hunks.flatMap((hunk) => hunk.lines.filter(({ kind }) => kind === 'removed').map(({ text }) => text));
}
