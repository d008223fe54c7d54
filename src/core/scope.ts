import { clipToPullRequest, ownChanges } from './clip.ts';
import type { Coverage } from './coverage.ts';
import { pathOf, type FileDiff, type Hunk, type LineRange } from './diff.ts';
import type { LeftOut } from './exclude/left-out.ts';
import { unreadable } from './exclude/unreadable.ts';

/**
 * What a run must review, and why. `files` of an incremental scope are clipped to the PR: every range is in today's
 * numbering (head) and was added by the PR itself (of brackets and blanks that repeat: as many as it added).
 */
export type Scope = {
  files: ScopeFile[];
  /** The PR's files that are not reviewed: path and reason. `covered` says whether that counts as reviewed (DESIGN 10). */
  excluded: { path: string; reason: string; covered: boolean }[];
  /** Files of the PR whose upstream side changed since the previous review, though nothing of ours did. */
  movedUpstream: number;
  /** o200k tokens of the diff in scope and of the PR's full diff. */
  tokens: number;
  fullTokens: number;
  /** Number of files of the PR. */
  fullFiles: number;
  /** o200k tokens of the context, which are no part of `tokens`; absent where none was asked for. */
  contextTokens?: number;
};

export type ScopeFile = {
  path: string;
  previousPath: string | null;
  status: FileDiff['status'];
  /** `whole`: all of the file's PR diff is in scope; `why` says the reason. */
  whole: boolean;
  why: string;
  /** Lines of head that nobody reviewed yet. */
  added: LineRange[];
  /** Places where the PR removed something unreviewed: the head line before the removal (0 at the top of the file). */
  removedAfter: number[];
  /** What a reviewer reads: hunks of reference..head (or of the PR's own diff where `whole`), in head's numbering. */
  hunks: Hunk[];
  binary: boolean;
  /** Git's file modes before and after, where the PR changes them. */
  modes?: { old: string; new: string };
  /** What helps to understand the hunks, in measure; none where it was not asked for. */
  context?: ContextBlock[];
};

/** Lines of head that are read beside the hunks and are not to be reviewed. Ascending; no line is in a hunk or in two blocks. */
export type ContextBlock = {
  /** The function or neighbourhood around what is new; another hunk of the PR in the same file; a line that names what is there. */
  kind: 'enclosing' | 'pull-request' | 'outline';
  lines: { line: number; text: string }[];
};

export type ScopeInput = {
  /** The PR's own diff: today's merge base to head. */
  fullDiff: readonly FileDiff[];
  /** o200k tokens of a text. */
  countTokens: (text: string) => number;
  /** Which files are not reviewed; what nobody can read by default. */
  exclude?: (file: FileDiff) => LeftOut | null;
};

/** Everything that the PR changes. */
export function fullScope(input: ScopeInput & { why: string }): Scope {
  return scopeOf(input, (file) => wholeFile(file, input.why), new Set());
}

export type InterdiffInput = ScopeInput & {
  /** From the reference tree (what has been reviewed, on today's base) to head. */
  referenceDiff: readonly FileDiff[];
  /** From today's merge base to the reference tree: what of the PR a review has read. At least of the files in both other diffs. */
  reviewedDiff: readonly FileDiff[];
  /** What the reference tree was laid from. */
  coverage: Coverage;
  /** What upstream changed between the previous merge base and today's; for the count of files that moved upstream. */
  upstreamDiff?: readonly FileDiff[];
};

/** What of the PR's changes nobody has reviewed yet. DESIGN 7.3. */
export function incrementalScope(input: InterdiffInput): Scope {
  const unreviewed = new Map(input.referenceDiff.map((file) => [pathOf(file), file]));
  // What was left out was never read: what came out of such a file is new.
  const unread = new Set(input.coverage.excluded.map((entry) => entry.path));
  const read = input.coverage.covered.filter((entry) => !unread.has(entry.path));
  const covered = new Set(read.flatMap((entry) => [entry.path, entry.previousPath ?? entry.path]));
  const pending = new Map(input.coverage.pending.map((entry) => [entry.path, entry.reason]));
  const reviewedRenames = new Map(input.coverage.covered.map((entry) => [entry.previousPath, entry]));
  const reviewedAt = new Map(input.coverage.covered.map((entry) => [entry.path, entry.version]));
  const changedSince = new Set(input.referenceDiff.map((file) => file.old?.path));
  const reviewed = new Map(input.reviewedDiff.map((file) => [file.new?.path, file]));
  // The reference has the file under the name that the PR gave it then; what went since went under that name.
  const isDeletedAfterRename = (own: FileDiff): boolean => {
    const rename = reviewedRenames.get(pathOf(own));
    if (own.status !== 'deleted' || rename === undefined || !changedSince.has(rename.path)) return false;
    // A later version may have been reviewed that has no rename any more.
    return (reviewedAt.get(pathOf(own)) ?? -1) < rename.version;
  };
  const goneTo = new Map(input.referenceDiff.flatMap(goneNames));
  // What was read had the old name too: that it goes, or goes for another file than was read, nobody has seen.
  const isGoneOtherwise = ({ status, old, new: now }: FileDiff): boolean =>
    old !== null &&
    (status === 'deleted' || status === 'renamed') &&
    goneTo.has(old.path) &&
    goneTo.get(old.path) !== (now?.path ?? null);
  const renamedFrom = new Map(input.coverage.covered.map((entry) => [entry.path, entry.previousPath]));
  const leavesTo = new Map(input.fullDiff.flatMap(goneNames));
  // Its lines were read as those of a file that moved. That one stands where it stood, or is where another file's lines
  // come from today: these are a copy, and the PR's.
  const isCopyNow = (own: FileDiff): boolean => {
    const from = renamedFrom.get(pathOf(own)) ?? null;
    return own.status === 'added' && from !== null && leavesTo.get(from) !== null;
  };
  const upstream = (input.upstreamDiff ?? []).flatMap((file) => [file.old?.path ?? '', file.new?.path ?? '']);
  return scopeOf(
    input,
    (own) => {
      const since = unreviewed.get(pathOf(own));
      if (isCopyNow(own)) return wholeFile(own, 'reviewed as a rename, a new file since');
      if (isGoneOtherwise(own)) return wholeFile(own, `${own.status} since it was reviewed`);
      // Where a file took a folder's place, the reference lacks what was in it, read or not.
      const leftOver = pending.get(pathOf(own));
      if (leftOver !== undefined && !covered.has(pathOf(own))) return wholeFile(own, `left over: ${leftOver}`);
      if (since === undefined)
        return isDeletedAfterRename(own) ? wholeFile(own, 'deleted since its rename was reviewed') : null;
      return clippedFile(own, since, reviewed.get(since.old?.path) ?? null, covered);
    },
    new Set(upstream),
  );
}

function scopeOf(
  input: ScopeInput,
  inScope: (file: FileDiff) => ScopeFile | null,
  upstreamPaths: ReadonlySet<string>,
): Scope {
  const exclude = input.exclude ?? ((file: FileDiff) => unreadable(file));
  const scope: Scope = {
    files: [],
    excluded: [],
    movedUpstream: 0,
    tokens: 0,
    fullTokens: 0,
    fullFiles: input.fullDiff.length,
  };
  for (const file of input.fullDiff) {
    const exclusion = exclude(file);
    if (exclusion !== null) {
      scope.excluded.push({ path: pathOf(file), ...exclusion });
      continue;
    }
    const fullTokens = input.countTokens(scopeText(wholeFile(file, '')));
    scope.fullTokens += fullTokens;
    const found = inScope(file);
    if (found !== null) {
      scope.files.push(found);
      scope.tokens += found.whole ? fullTokens : input.countTokens(scopeText(found));
    } else if (upstreamPaths.has(pathOf(file)) || upstreamPaths.has(file.old?.path ?? pathOf(file))) {
      scope.movedUpstream += 1;
    }
  }
  return scope;
}

/** The name that a diff takes from a file, with the one that it gives for it. */
function goneNames({ old, new: now }: FileDiff): [old: string, now: string | null][] {
  return old === null || old.path === now?.path ? [] : [[old.path, now?.path ?? null]];
}

function wholeFile(file: FileDiff, why: string): ScopeFile {
  const { added, removedAfter } = ownChanges(file);
  return { ...describe(file), whole: true, why, added: rangesOf(added), removedAfter, hunks: file.hunks };
}

function clippedFile(
  own: FileDiff,
  since: FileDiff,
  reviewed: FileDiff | null,
  covered: ReadonlySet<string>,
): ScopeFile | null {
  // Lines that git finds again in an unreviewed file must not pass for reviewed, unless the PR's own diff says the same.
  const source = since.status === 'renamed' ? (since.old?.path ?? null) : null;
  if (source !== null && source !== own.old?.path && !covered.has(source)) return wholeFile(own, 'never reviewed');
  const why = covered.has(pathOf(own)) ? 'changed since it was reviewed' : 'never reviewed';
  if (!comparesLines(own, since)) return wholeFile(own, why);
  // A review that read it as made of another file read another change.
  if (reviewed?.old && own.old && reviewed.old.path !== own.old.path) return wholeFile(own, why);
  const clipped = clipToPullRequest(since, own, reviewed);
  if (clipped.added.length === 0 && clipped.removedAfter.length === 0 && !changesMoreThanLines(own, since)) return null;
  if (clipped.whole) return wholeFile(own, why);
  return {
    ...describe(own),
    // The base has no mode to show of a new file, but what was read of it has.
    ...(own.old === null ? modesOf(since) : {}),
    whole: false,
    why,
    added: rangesOf(clipped.added),
    removedAfter: clipped.removedAfter,
    hunks: clipped.hunks,
  };
}

/**
 * Laid beside nothing, beside another file or a link, it would show all that the base has as new, or nothing of it, and
 * not what it left out of the base's file.
 */
function comparesLines(own: FileDiff, since: FileDiff): boolean {
  if (since.status === own.status) return true;
  if (since.status === 'added' || since.status === 'type-changed' || since.binary) return false;
  return since.status !== 'renamed' || own.status === 'added';
}

/** A creation, deletion, rename, or change of type or mode, by the PR and since the review: in scope even without a line. */
function changesMoreThanLines(own: FileDiff, since: FileDiff): boolean {
  if (own.status !== 'modified' && since.status !== 'modified') return true;
  return changesMode(since) && (own.old === null || changesMode(own));
}

/** Executable, or not any more. */
export function changesMode(file: FileDiff): boolean {
  return file.old !== null && file.new !== null && file.old.mode !== file.new.mode;
}

function modesOf(file: FileDiff): Pick<ScopeFile, 'modes'> {
  return changesMode(file) ? { modes: { old: file.old?.mode ?? '', new: file.new?.mode ?? '' } } : {};
}

function describe(file: FileDiff): Pick<ScopeFile, 'path' | 'previousPath' | 'status' | 'binary' | 'modes'> {
  return {
    path: pathOf(file),
    previousPath: file.status === 'renamed' ? (file.old?.path ?? null) : null,
    status: file.status,
    binary: file.binary,
    ...modesOf(file),
  };
}

function rangesOf(lines: readonly number[]): LineRange[] {
  const ranges: LineRange[] = [];
  for (const line of lines) {
    const last = ranges.at(-1);
    if (last !== undefined && last.end === line - 1) last.end = line;
    else ranges.push({ start: line, end: line });
  }
  return ranges;
}

/** The file's part of the scope as a unified diff: what a reviewer is shown, and what is counted as its tokens. */
export function scopeText(file: ScopeFile): string {
  const lines = [
    ...(file.modes === undefined ? [] : [`old mode ${file.modes.old}`, `new mode ${file.modes.new}`]),
    file.status === 'added' ? '--- /dev/null' : `--- a/${file.previousPath ?? file.path}`,
    file.status === 'deleted' ? '+++ /dev/null' : `+++ b/${file.path}`,
  ];
  for (const hunk of file.hunks) {
    const section = hunk.section === '' ? '' : ` ${hunk.section}`;
    lines.push(`@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@${section}`);
    for (const line of hunk.lines) {
      lines.push(`${line.kind === 'added' ? '+' : line.kind === 'removed' ? '-' : ' '}${line.text}`);
      if (line.noNewline) lines.push('\\ No newline at end of file');
    }
  }
  return `${lines.join('\n')}\n`;
}
