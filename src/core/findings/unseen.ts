import { pathOf, type FileDiff } from '../diff.ts';
import type { VersionMap } from './version-map.ts';

/**
 * Files of which a tree that was analysed misses lines that the PR adds: whoever looked there has not seen all of them.
 * @param map from that tree to today's head
 */
export function filesUnseen(fullDiff: readonly FileDiff[], map: VersionMap): string[] {
  return fullDiff
    .filter((file) =>
      file.hunks.some((hunk) =>
        hunk.lines.some(
          ({ kind, newLine }) =>
            kind === 'added' && newLine !== null && map.origin(pathOf(file), newLine, 'RIGHT') === null,
        ),
      ),
    )
    .map(pathOf);
}
