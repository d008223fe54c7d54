import type { FileDiff, Hunk, HunkLine } from '../../../src/core/diff.ts';

/** A hunk from lines as a patch writes them (` `, `+`, `-` first), starting at these lines of either side. */
export function aHunk(oldStart: number, newStart: number, patch: readonly string[]): Hunk {
  let oldLine = oldStart;
  let newLine = newStart;
  const lines = patch.map((text): HunkLine => {
    const kind = text[0] === '+' ? 'added' : text[0] === '-' ? 'removed' : 'context';
    return {
      kind,
      text: text.slice(1),
      oldLine: kind === 'added' ? null : oldLine++,
      newLine: kind === 'removed' ? null : newLine++,
      noNewline: false,
    };
  });
  return { oldStart, oldLines: oldLine - oldStart, newStart, newLines: newLine - newStart, section: '', lines };
}

export function aFileDiff(path: string, hunks: Hunk[], overrides: Partial<FileDiff> = {}): FileDiff {
  const end = { path, mode: '100644', oid: '0'.repeat(40) };
  return { status: 'modified', old: end, new: end, binary: false, hunks, ...overrides };
}
