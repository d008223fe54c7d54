import { textOf } from '../core/bytes.ts';
import { contextOf, contextText, needsContext } from '../core/context/blocks.ts';
import { pathOf, type FileDiff } from '../core/diff.ts';
import type { CommitSha } from '../core/ids.ts';
import type { Scope, ScopeFile } from '../core/scope.ts';
import type { Repository } from '../ports/repository.ts';

/** Files read at a time: what they hold stays in memory until their context is chosen. */
const FILES_AT_ONCE = 100;
/** A larger file is data: there is nothing around its lines to understand. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;

export type ContextInput = {
  scope: Scope;
  headSha: CommitSha;
  /** The PR's own diff, `mergeBase..head`. */
  fullDiff: readonly FileDiff[];
  countTokens: (text: string) => number;
};

/**
 * The scope with its context in measure, counted apart from it. Throws a `GitFault` where a file of the head can't be
 * read.
 */
export async function withContext(
  repository: Pick<Repository, 'readFiles'>,
  { scope, headSha, fullDiff, countTokens }: ContextInput,
): Promise<Scope> {
  const own = new Map(fullDiff.map((file) => [pathOf(file), file]));
  const wanted = scope.files.filter(needsContext);
  const found = new Map<ScopeFile, ScopeFile>();
  let contextTokens = 0;
  for (let at = 0; at < wanted.length; at += FILES_AT_ONCE) {
    const batch = wanted.slice(at, at + FILES_AT_ONCE);
    const paths = batch.map(({ path }) => path);
    const contents = await repository.readFiles(headSha, paths, MAX_FILE_BYTES);
    for (const file of batch) {
      const content = contents.get(file.path);
      if (content === undefined) continue;
      const context = contextOf(file, headLines(content), own.get(file.path));
      if (context.length === 0) continue;
      found.set(file, { ...file, context });
      contextTokens += countTokens(contextText(context));
    }
  }
  return { ...scope, files: scope.files.map((file) => found.get(file) ?? file), contextTokens };
}

/** As a diff would show them: a carriage return at the end of a line stays, and so does what is no UTF-8. */
function headLines(content: Uint8Array): string[] {
  const lines = textOf(content).split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
