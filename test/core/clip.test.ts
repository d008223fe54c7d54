import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { incrementalScope, type Scope } from '../../src/core/scope.ts';
import { NOTHING_COVERED } from '../../src/core/coverage.ts';
import { fileDiff } from '../support/git/file-diff.ts';
import { countWords } from '../support/git/scope-of-push.ts';

const VERSION = {
  mergeBaseSha: 'b'.repeat(40),
  headSha: 'a'.repeat(40),
} as (typeof NOTHING_COVERED)['versions'][number];

function scopeOf(base: readonly string[], reviewed: readonly string[], head: readonly string[]): Scope {
  const covered = [{ path: 'f', previousPath: null, version: 0 }];
  return incrementalScope({
    fullDiff: [fileDiff({ path: 'f', before: base, after: head })],
    referenceDiff: [fileDiff({ path: 'f', before: reviewed, after: head })],
    reviewedDiff: [fileDiff({ path: 'f', before: base, after: reviewed })],
    coverage: { ...NOTHING_COVERED, versions: [VERSION], covered },
    countTokens: countWords,
  });
}

/** Lines that repeat, as they do in code: two diffs lay them differently. */
const LINE = fc.constantFrom('}', '', 'call();', 'return;');
const BASE = fc.array(
  fc.oneof({ weight: 1, arbitrary: LINE }, { weight: 2, arbitrary: fc.nat(99).map((n) => `x${n}`) }),
  {
    minLength: 10,
    maxLength: 60,
  },
);
/** Cuts lines out and puts others in, at a few places. */
const EDITS = fc.array(fc.record({ at: fc.nat(60), cut: fc.nat(1), put: fc.array(LINE, { maxLength: 2 }) }), {
  maxLength: 4,
});

function edited(lines: readonly string[], edits: readonly { at: number; cut: number; put: string[] }[]): string[] {
  return edits.reduce((so, { at, cut, put }) => so.toSpliced(at, cut, ...put), [...lines]);
}

test('what comes back to where the base has it makes no equal line new that was read', () => {
  const base = Array.from({ length: 60 }, (_, index) => `line ${index + 1}`).with(9, 'call();');
  const reviewed = base.toSpliced(9, 1).toSpliced(48, 0, 'call();').with(28, 'mine');
  const head = base.toSpliced(49, 0, 'call();').with(29, 'mine');
  expect(scopeOf(base, reviewed, head).files).toEqual([]);
});

describe('where two diffs lay equal lines differently', () => {
  const numbered = (name: string, count: number): string[] => Array.from({ length: count }, (_, at) => `${name}${at}`);
  const [few, many] = [numbered('few ', 10), numbered('many ', 15)];
  // The review read that `few` went below `many`. Today the base's `many` is the lower one, the pull request's the upper.
  const base = [...few, ...many];

  test('a line that counts for another is shown where it stands, beside what the push changed', () => {
    const reviewed = ['mine', ...many, ...few];
    const head = [...reviewed, ...many];
    const { files } = scopeOf(base, reviewed, head);
    expect(files.map(({ added, whole }) => ({ added, whole }))).toEqual([
      { added: [{ start: 2, end: 16 }], whole: false },
    ]);
    const [above, below, ...others] = files[0]?.hunks ?? [];
    expect([above?.oldStart, above?.oldLines, above?.newStart, above?.newLines]).toEqual([1, 19, 1, 19]);
    expect(above?.lines.map(({ kind, text }) => ({ kind, text }))).toEqual(
      head.slice(0, 19).map((text) => ({ kind: 'context', text })),
    );
    expect([below?.newStart, below?.newLines, others]).toEqual([24, 18, []]);
  });

  test('nothing is shown beside where that is all of the change', () => {
    const [file] = scopeOf(base, [...many, ...few], [...many, ...few, ...many]).files;
    expect([file?.whole, file?.added, file?.hunks.length]).toEqual([true, [{ start: 1, end: 15 }], 1]);
  });
});

test('of no text more lines came or went unread than are in scope, wherever the diffs lay them', () => {
  fc.assert(
    fc.property(BASE, EDITS, EDITS, (base, first, second) => {
      const reviewed = edited(base, first);
      const head = edited(reviewed, second);
      const [file] = scopeOf(base, reviewed, head).files;
      const lines = file?.hunks.flatMap((hunk) => hunk.lines) ?? [];
      const fresh = file?.added.flatMap(({ start, end }) => head.slice(start - 1, end)) ?? [];
      const gone = lines.filter(({ kind }) => kind === 'removed').map(({ text }) => text);
      const read = fileDiff({ path: 'f', before: base, after: reviewed }).hunks.flatMap((hunk) => hunk.lines);
      const countRead = (text: string, wanted: string): number =>
        read.filter((line) => line.kind === wanted && line.text === text).length;
      for (const text of new Set([...base, ...head])) {
        const came = countOf(head, text) - countOf(base, text) - countRead(text, 'added');
        const went = countOf(base, text) - countOf(head, text) - countRead(text, 'removed');
        expect([text, countOf(fresh, text) >= came, countOf(gone, text) >= went]).toEqual([text, true, true]);
      }
    }),
    { numRuns: 2000 },
  );
});

function countOf(lines: readonly string[], text: string): number {
  return lines.filter((line) => line === text).length;
}

test('what is in scope can be read: every new line, and the place of every removal, is in a hunk', () => {
  fc.assert(
    fc.property(BASE, EDITS, EDITS, (base, first, second) => {
      const reviewed = edited(base, first);
      const head = edited(reviewed, second);
      for (const { added, removedAfter, hunks } of scopeOf(base, reviewed, head).files) {
        const shown = new Set(hunks.flatMap(({ lines }) => lines.flatMap(({ newLine }) => newLine ?? [])));
        const fresh = added.flatMap(({ start, end }) => Array.from({ length: end - start + 1 }, (_, at) => start + at));
        expect(fresh.filter((line) => !shown.has(line))).toEqual([]);
        const places = new Set(
          hunks.flatMap(({ newStart, newLines }) => Array.from({ length: newLines + 2 }, (_, at) => newStart - 1 + at)),
        );
        expect(removedAfter.filter((line) => !places.has(line))).toEqual([]);
      }
    }),
    { numRuns: 300 },
  );
});
