/** A parsed diff between two trees. Data only; `git diff` output is parsed in `parse-diff.ts`. */

export type FileStatus = 'added' | 'deleted' | 'modified' | 'renamed' | 'type-changed';

/** One end of a file's change: null at the end where the file does not exist. */
export type FileEnd = {
  path: string;
  /** Git's file mode, six octal digits: 100644, 100755, 120000 (symlink), 160000 (submodule). */
  mode: string;
  /** Full object name of the blob. */
  oid: string;
};

export type FileDiff = {
  status: FileStatus;
  old: FileEnd | null;
  new: FileEnd | null;
  /** Git found no text in it: no hunks then, though the content differs. */
  binary: boolean;
  hunks: Hunk[];
};

export type Hunk = {
  /** As in the header: 1-based; for 0 lines git gives the line before. */
  oldStart: number;
  oldLines: number;
  newStart: number;
  newLines: number;
  /** Text after the second `@@`: the enclosing function as git guesses it. */
  section: string;
  lines: HunkLine[];
};

export type HunkLine = {
  kind: 'context' | 'added' | 'removed';
  /** Without the line feed; a carriage return at its end stays. */
  text: string;
  oldLine: number | null;
  newLine: number | null;
  /** True where the file ends right after this line without a line feed. */
  noNewline: boolean;
};

/** The name people know the file by: today's, or the old one where it is deleted. */
export function pathOf(file: Pick<FileDiff, 'old' | 'new'>): string {
  const end = file.new ?? file.old;
  if (end === null) throw new Error('a file diff has neither an old nor a new end');
  return end.path;
}

/** Every name that the files have or had. */
export function pathsOf(files: readonly Pick<FileDiff, 'old' | 'new'>[]): string[] {
  return [...new Set(files.flatMap(({ old, new: now }) => [old?.path ?? [], now?.path ?? []].flat()))];
}

/** Inclusive, 1-based. */
export type LineRange = { start: number; end: number };
