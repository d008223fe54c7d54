import { expect, test } from '@jest/globals';
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

test('a line for which an equal one far away counts is shown where it counts', () => {
  const base = Array.from({ length: 60 }, (_, index) => `line ${index + 1}`).with(9, 'call();');
  const reviewed = base.toSpliced(9, 1).toSpliced(48, 0, 'call();');
  const head = base.toSpliced(49, 0, 'call();');
  const { files } = scopeOf(base, reviewed, head);
  expect(files.map(({ added, whole }) => ({ added, whole }))).toEqual([
    { added: [{ start: 50, end: 50 }], whole: true },
  ]);
  expect(files[0]?.hunks.map(({ newStart }) => newStart)).toEqual([47]);
});

test('and where the rest of the change was reviewed, beside what the push changed', () => {
  const base = Array.from({ length: 60 }, (_, index) => `line ${index + 1}`).with(9, 'call();');
  const reviewed = base.toSpliced(9, 1).toSpliced(48, 0, 'call();').with(28, 'mine');
  const head = base.toSpliced(49, 0, 'call();').with(29, 'mine');
  const { files } = scopeOf(base, reviewed, head);
  expect(files.map(({ added, whole }) => ({ added, whole }))).toEqual([
    { added: [{ start: 50, end: 50 }], whole: false },
  ]);
  expect(files[0]?.hunks.map(({ newStart }) => newStart)).toEqual([7, 47]);

  // Six lines apart, the two would overlap: then all of the change is shown.
  const near = reviewed.toSpliced(48, 1).toSpliced(14, 0, 'call();');
  const nearHead = base.toSpliced(15, 0, 'call();').with(30, 'mine');
  const [file] = scopeOf(base, near, nearHead).files;
  expect([file?.whole, file?.hunks.map(({ newStart }) => newStart)]).toEqual([true, [13, 28]]);
});

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
