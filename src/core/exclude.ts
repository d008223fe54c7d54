import type { FileDiff } from './diff.ts';

/** Why a file of the PR is not reviewed. `covered`: that counts as reviewed; otherwise the path stays pending (DESIGN 10). */
export type LeftOut = { reason: string; covered: boolean };

const MODE_SUBMODULE = '160000';

/** What no reviewer can read. Null: the file is to be reviewed. */
export function leftOut(file: FileDiff): LeftOut | null {
  if (file.old?.mode === MODE_SUBMODULE || file.new?.mode === MODE_SUBMODULE) {
    return { reason: 'submodule: its content is in another repository', covered: true };
  }
  if (file.binary) return { reason: 'binary file', covered: true };
  return null;
}
