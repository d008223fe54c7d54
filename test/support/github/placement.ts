import { carryLine, type DiffFile, hunkDownTo, placeAtPosition, placeOf, type Side } from './diff.ts';
import type { Pull, Thread } from './state.ts';

export type Placement = { line: number; startLine: number | null; position: number };

/** Where a thread stands on today's diff; null once its lines have changed or left: GitHub calls it outdated. */
export async function placementOf(thread: Thread): Promise<Placement | null> {
  const { pull } = thread;
  const files = await pullDiff(pull);
  if (thread.commitSha === pull.head.sha && thread.baseSha === pull.mergeBaseSha) {
    return { line: thread.line, startLine: thread.startLine, position: thread.position };
  }
  const left = thread.side === 'LEFT';
  const between = await pull.repository.git.diff(
    left ? thread.baseSha : thread.commitSha,
    left ? pull.mergeBaseSha : pull.head.sha,
  );
  const change = between.find((file) => file.path === thread.path || file.previousPath === thread.path);
  if (change !== undefined && (change.status === 'removed' || change.binary)) return null;
  const line = carryLine(change, thread.line);
  const path = change?.path ?? thread.path;
  const today = files.find(
    (file) => (left ? (file.previousPath ?? file.path) : file.path) === path || file.path === path,
  );
  const place = line === null || today === undefined ? null : placeOf(today, thread.side, line);
  if (line === null || place === null) return null;
  const startLine = thread.startLine === null ? null : carryLine(change, thread.startLine);
  return { line, startLine, position: place.line.position };
}

/** The pull request's own diff: merge base to head. */
export function pullDiff(pull: Pull): Promise<DiffFile[]> {
  return pull.repository.git.diff(pull.mergeBaseSha, pull.head.sha);
}

export type WantedPlace = {
  path: string;
  line?: number | undefined;
  side?: string | undefined;
  start_line?: number | null | undefined;
  start_side?: string | undefined;
  position?: number | undefined;
};

export type CheckedPlace = Pick<
  Thread,
  'path' | 'side' | 'line' | 'startLine' | 'startSide' | 'position' | 'diffHunk' | 'context'
>;

/** A place on a diff as GitHub takes it, or GitHub's complaint. */
export function checkPlace(files: DiffFile[], wanted: WantedPlace): CheckedPlace | { complaint: string } {
  const file = files.find((candidate) => candidate.path === wanted.path);
  if (file === undefined) return { complaint: 'Path could not be resolved' };
  const side = sideOf(wanted.side);
  const place = wanted.line === undefined ? placeAtPosition(file, wanted.position) : placeOf(file, side, wanted.line);
  if (place === null) return { complaint: 'Pull request review thread line must be part of the diff' };
  const line = side === 'LEFT' ? place.line.oldLine : place.line.newLine;
  const common = {
    path: file.path,
    side: wanted.line === undefined ? sideOfLine(place.line.kind) : side,
    line: line ?? place.line.oldLine ?? 0,
    position: place.line.position,
    context: place.hunk.lines,
  };
  const diffHunk = hunkDownTo(place);
  if (wanted.start_line === undefined || wanted.start_line === null) {
    return { ...common, diffHunk, startLine: null, startSide: null };
  }
  const startSide = wanted.start_side === undefined ? side : sideOf(wanted.start_side);
  const start = placeOf(file, startSide, wanted.start_line);
  if (start === null)
    return { complaint: 'Pull request review thread start line must be part of the same hunk as the line.' };
  if (start.hunk !== place.hunk)
    return { complaint: 'Pull request review thread start line must be part of the same hunk as the line.' };
  if (start.line.position >= place.line.position) {
    return { complaint: 'Pull request review thread start line must precede the end line.' };
  }
  return { ...common, diffHunk, startLine: wanted.start_line, startSide };
}

function sideOf(side: string | undefined): Side {
  return side === 'LEFT' ? 'LEFT' : 'RIGHT';
}

function sideOfLine(kind: ' ' | '+' | '-'): Side {
  return kind === '-' ? 'LEFT' : 'RIGHT';
}
