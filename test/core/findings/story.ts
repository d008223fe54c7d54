import { createHash } from 'node:crypto';
import type { FileDiff, HunkLine } from '../../../src/core/diff.ts';
import type { Finding, RawFinding } from '../../../src/core/finding.ts';
import type { CommitSha } from '../../../src/core/ids.ts';
import { versionMapOf } from '../../../src/core/findings/version-map.ts';
import { reconcile, type Reconciled } from '../../../src/core/findings/reconcile.ts';
import type { Said, Today } from '../../../src/core/findings/today.ts';
import { sha } from '../../support/builders.ts';

/** A tree: path -> text. A story is told with the PR's base and what each push makes of the head. */
export type Tree = Record<string, string>;

export function linesOf(text: string): string[] {
  return text.replace(/\n$/, '').split('\n');
}

/** A diff by longest common subsequence, one hunk over each file that differs; `renames` maps new names to old ones. */
export function diffTrees(before: Tree, after: Tree, renames: Record<string, string> = {}): FileDiff[] {
  const files: FileDiff[] = [];
  for (const path of Object.keys(after)) {
    const oldPath = renames[path] ?? path;
    if (before[oldPath] === after[path] && oldPath === path) continue;
    files.push(diffFile(before[oldPath] === undefined ? null : oldPath, path, before[oldPath], after[path]));
  }
  const taken = new Set(Object.values(renames));
  for (const path of Object.keys(before)) {
    if (after[path] === undefined && !taken.has(path)) files.push(diffFile(path, null, before[path], undefined));
  }
  return files;
}

function diffFile(oldPath: string | null, newPath: string | null, before = '', after = ''): FileDiff {
  const lines = diffLines(oldPath === null ? [] : linesOf(before), newPath === null ? [] : linesOf(after));
  const end = (path: string | null) => (path === null ? null : { path, mode: '100644', oid: '0'.repeat(40) });
  const count = (key: 'oldLine' | 'newLine'): number => lines.filter((line) => line[key] !== null).length;
  const status =
    oldPath === null ? 'added' : newPath === null ? 'deleted' : oldPath === newPath ? 'modified' : 'renamed';
  const [oldLines, newLines] = [count('oldLine'), count('newLine')];
  const changed = lines.some((line) => line.kind !== 'context');
  const hunk = {
    oldStart: oldLines === 0 ? 0 : 1,
    oldLines,
    newStart: newLines === 0 ? 0 : 1,
    newLines,
    section: '',
    lines,
  };
  return { status, old: end(oldPath), new: end(newPath), binary: false, hunks: changed ? [hunk] : [] };
}

function diffLines(before: string[], after: string[]): HunkLine[] {
  const common = Array.from({ length: before.length + 1 }, () => Array.from({ length: after.length + 1 }, () => 0));
  const at = (i: number, j: number): number => common[i]?.[j] ?? 0;
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      const row = common[i] as number[];
      row[j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: HunkLine[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const base = { noNewline: false };
    if (i < before.length && j < after.length && before[i] === after[j]) {
      lines.push({ ...base, kind: 'context', text: before[i] ?? '', oldLine: i + 1, newLine: j + 1 });
      [i, j] = [i + 1, j + 1];
    } else if (j >= after.length || (i < before.length && at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ ...base, kind: 'removed', text: before[i] ?? '', oldLine: i + 1, newLine: null });
      i += 1;
    } else {
      lines.push({ ...base, kind: 'added', text: after[j] ?? '', oldLine: null, newLine: j + 1 });
      j += 1;
    }
  }
  return lines;
}

export function raw(overrides: Partial<RawFinding> = {}): RawFinding {
  return {
    severity: 'warning',
    category: 'correctness',
    rule: null,
    path: 'a.ts',
    line: null,
    endLine: null,
    side: 'RIGHT',
    quote: '',
    title: 'Something is wrong',
    body: '',
    suggestion: null,
    ...overrides,
  };
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export type Push = {
  base?: Tree;
  head: Tree;
  /** New name -> old name, from the earlier head to this one, and from the base to this head. */
  renames?: Record<string, string>;
  said: Said;
  dismissals?: Today['dismissals'];
  delivered?: boolean;
};

/** Tells pushes one after the other to `reconcile`, as the pipeline does, and gives every record. */
export function tell(base: Tree, pushes: readonly Push[]): (Reconciled & { headSha: CommitSha })[] {
  const records: (Reconciled & { headSha: CommitSha })[] = [];
  let before: { base: Tree; head: Tree; delivered: boolean } | null = null;
  for (const [index, push] of pushes.entries()) {
    const last = records.at(-1);
    const today = todayOf(push.base ?? base, push, index, before, last ? [...last.findings, ...last.remembered] : []);
    const seed = `run-${index}`;
    const nextShortId = last?.nextShortId ?? 1;
    records.push({
      ...reconcile({ today, said: push.said, idSeed: seed, nextShortId, hash: sha256 }),
      headSha: today.headSha,
    });
    before = { base: push.base ?? base, head: push.head, delivered: push.delivered ?? true };
  }
  return records;
}

export function todayOf(
  base: Tree,
  push: Pick<Push, 'head' | 'renames' | 'dismissals'>,
  index: number,
  before: { base: Tree; head: Tree; delivered: boolean } | null,
  findings: readonly Finding[],
): Today {
  const fullDiff = diffTrees(base, push.head, inTrees(push.renames, base, push.head));
  const baseName = (path: string): string => fullDiff.find((file) => file.new?.path === path)?.old?.path ?? path;
  const map =
    before === null
      ? null
      : versionMapOf(
          [diffTrees(before.head, push.head, inTrees(push.renames, before.head, push.head))],
          diffTrees(before.base, base),
          fullDiff,
        );
  return {
    headSha: sha(String((index + 1) % 10)),
    fullDiff,
    earlier: map === null ? [] : [{ findings, map, delivered: before?.delivered ?? true }],
    dismissals: push.dismissals ?? [],
    lines: (path, side) => {
      const text = side === 'RIGHT' ? push.head[path] : base[baseName(path)];
      return text === undefined ? null : linesOf(text);
    },
  };
}

function inTrees(renames: Record<string, string> = {}, before: Tree, after: Tree): Record<string, string> {
  return Object.fromEntries(
    Object.entries(renames).filter(
      ([to, from]) => after[to] !== undefined && before[from] !== undefined && before[to] === undefined,
    ),
  );
}

/** What is compared in most tests: the number, the state and the line. */
export function brief(findings: readonly Finding[]): string[] {
  return findings.map((one) => `F${one.shortId} ${one.status} ${one.path}:${one.line ?? '-'}`);
}

export const scope = (
  findings: RawFinding[],
  judgements: Extract<Said, { kind: 'scope' }>['judgements'] = [],
): Said => ({
  kind: 'scope',
  findings,
  judgements,
});

export const tree = (findings: RawFinding[], overrides: Partial<Extract<Said, { kind: 'tree' }>> = {}): Said => ({
  kind: 'tree',
  findings,
  map: null,
  complete: true,
  notReviewed: [],
  ...overrides,
});
