import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Hunk, HunkLine } from '../../../src/core/diff.ts';
import { askedIn, partsOf, type Part } from '../../../src/core/reviewing/parts.ts';
import { budgetLeft, estimateOf, NO_BUDGET, planWithin, type CallCosts } from '../../../src/core/reviewing/plan.ts';
import type { ScopeFile } from '../../../src/core/scope.ts';
import { aFinding } from '../../support/builders.ts';
import { addedLine, aScopeFile, asking, linesOf, ofLines, removedLine } from './files.ts';

const options = { maxTokens: 10, tokensOf: linesOf };
const brief = (parts: readonly Part[]): string[][] => parts.map(({ files }) => files.map(({ file }) => file.path));
const parted = (files: ScopeFile[], maxTokens = 10): string[][] =>
  brief(partsOf([asking(files)], { ...options, maxTokens }));

const costs: CallCosts = {
  fixedTokens: () => 5,
  callsPerPart: 1,
  outputTokensPerPart: 2,
  costUsd: ({ inputTokens, outputTokens }) => inputTokens + 10 * outputTokens,
};

describe('what belongs together', () => {
  test.each<[string, ScopeFile[], string[][]]>([
    [
      'a test with what it tests',
      [
        ofLines('src/a/cart.ts', 4),
        ofLines('src/b/list.ts', 4),
        ofLines('test/a/cart.test.ts', 4),
        ofLines('test/b/list.test.ts', 4),
      ],
      [
        ['src/a/cart.ts', 'test/a/cart.test.ts'],
        ['src/b/list.ts', 'test/b/list.test.ts'],
      ],
    ],
    [
      'an importer with what it imports, before its folder',
      [
        aScopeFile('src/a/one.ts', ["import { x } from '../b/four.ts';", '', '', '', '']),
        ofLines('src/a/two.ts', 5),
        ofLines('src/b/four.ts', 5),
        ofLines('src/b/three.ts', 5),
      ],
      [
        ['src/a/one.ts', 'src/b/four.ts'],
        ['src/a/two.ts', 'src/b/three.ts'],
      ],
    ],
    [
      'the files of a folder',
      [ofLines('b/1', 5), ofLines('a/1', 3), ofLines('b/2', 5), ofLines('a/2', 4)],
      [
        ['b/1', 'b/2'],
        ['a/1', 'a/2'],
      ],
    ],
    ['what is left over, by path', [ofLines('z/1', 2), ofLines('a/1', 3), ofLines('m/1', 4)], [['a/1', 'm/1', 'z/1']]],
    ['a file as long as a part', [ofLines('a/1', 10), ofLines('a/2', 1)], [['a/1'], ['a/2']]],
  ])('%s', (_name, files, expected) => {
    expect(parted(files)).toEqual(expected);
  });

  test.each<[string, string, string]>([
    ['src/app/cart.py', 'from app.cart import total', 'tests/x.py'],
    ['lib/cart.rb', "require_relative '../lib/cart'", 'bin/run.rb'],
    ['src/acme/Cart.java', 'import acme.Cart;', 'src/other/Shop.java'],
    ['include/cart.h', '#include "cart.h"', 'include/shop.c'],
    ['src/cart/total.rs', 'use crate::cart::total;', 'src/main.rs'],
    ['src/cart/index.js', "const cart = require('./cart');", 'src/shop.js'],
    ['pkg/cart/cart.go', '\t"example.com/shop/pkg/cart/cart"', 'cmd/main.go'],
  ])('%s is imported by %j', (path, line, importer) => {
    const together = parted([
      ofLines(path, 5),
      aScopeFile(importer, [line, '', '', '', '']),
      ofLines(`${path}.x/y`, 4),
    ]);
    expect(together).toContainEqual([path, importer].toSorted());
  });

  test.each([
    ['src/cart.ts', 'src/cart.test.ts'],
    ['app/cart.py', 'tests/test_cart.py'],
    ['src/main/Cart.java', 'src/test/CartTest.java'],
    ['cart/cart.go', 'cart/cart_test.go'],
    ['lib/cart.rb', 'spec/cart_spec.rb'],
    ['src/cart.js', 'src/__tests__/cart.js'],
  ])('%s is tested by %s', (subject, path) => {
    const apart = [ofLines('aa/1', 5), ofLines('zz/1', 5)];
    expect(parted([...apart, ofLines(subject, 5), ofLines(path, 5)])).toContainEqual([subject, path].toSorted());
  });

  test('the nearest of several that have the name', () => {
    const files = [ofLines('src/a/index.ts', 4), ofLines('src/b/index.ts', 4), ofLines('test/b/index.test.ts', 4)];
    expect(parted(files)).toContainEqual(['src/b/index.ts', 'test/b/index.test.ts']);
  });
});

describe('the order', () => {
  test('touched findings first, then what guards and deploys, then by size; tests and prose last', () => {
    const paths = [
      'README.md',
      'src/auth/login.ts',
      'src/list.ts',
      'test/list.test.ts',
      '.github/workflows/ci.yml',
      'src/old.ts',
    ];
    const files = [...paths.map((path) => ofLines(path, 9)), ofLines('src/small.ts', 2)];
    const findings = [{ ...aFinding({ path: 'src/old.ts' }), touched: true }];
    const parts = partsOf([asking(files, { findings })], { ...options, maxTokens: 9 });
    expect(brief(parts).flat()).toEqual([
      'src/old.ts',
      'src/auth/login.ts',
      '.github/workflows/ci.yml',
      'src/list.ts',
      'src/small.ts',
      'test/list.test.ts',
      'README.md',
    ]);
  });

  test('pull requests are not mixed, and the riskier parts of any come first', () => {
    const parts = partsOf(
      [asking([ofLines('a.md', 3)], {}, 1), asking([ofLines('auth.ts', 3), ofLines('b.md', 3)], {}, 2)],
      options,
    );
    expect(
      parts.map(({ pullRequest, files }) => `${pullRequest} ${files.map(({ file }) => file.path).join()}`),
    ).toEqual(['acme/shop#2 auth.ts,b.md', 'acme/shop#1 a.md']);
  });

  test('a part asks for its own files, and for the judgement of what was found in them', () => {
    const findings = ['a.ts', 'b.ts'].map((path) => ({ ...aFinding({ path }), touched: true }));
    const pull = asking([ofLines('a.ts', 9), ofLines('b.ts', 9)], { findings });
    const [first] = partsOf([pull], options);
    if (first === undefined) throw new Error('no part');
    const asked = askedIn(pull, first);
    expect(asked.scope.files).toEqual([pull.scope.files[0]]);
    expect(asked.findings.map(({ path, touched }) => `${path} ${touched}`)).toEqual(['a.ts true', 'b.ts false']);
  });
});

const text = fc.constantFrom('x', '', "import './a.ts';", 'y'.repeat(30));
const path = fc
  .tuple(
    fc.constantFrom('src', 'test', 'docs', 'src/auth'),
    fc.constantFrom('a', 'b', 'c', 'a.test', 'test_b'),
    fc.constantFrom('ts', 'py', 'md'),
  )
  .map(([folder, name, end]) => `${folder}/${name}.${end}`);

/** Hunks of removed, kept and added lines, far from each other. */
const hunks = fc.array(
  fc.array(fc.tuple(fc.constantFrom('added', 'removed', 'context'), text), { minLength: 1, maxLength: 30 }),
  {
    maxLength: 4,
  },
);

function fileOf(name: string, given: readonly (readonly (readonly [string, string])[])[]): ScopeFile {
  const added: ScopeFile['added'] = [];
  const removedAfter: number[] = [];
  const built = given.map((lines, index): Hunk => {
    const start = 1 + index * 100;
    let [oldLine, newLine] = [start, start];
    const shown = lines.map(([kind, content]): HunkLine => {
      if (kind === 'added') {
        added.push({ start: newLine, end: newLine });
        return addedLine(content, newLine++);
      }
      if (kind === 'removed') {
        if (removedAfter.at(-1) !== newLine - 1) removedAfter.push(newLine - 1);
        return removedLine(content, oldLine++);
      }
      return { kind: 'context', text: content, oldLine: oldLine++, newLine: newLine++, noNewline: false };
    });
    const [oldLines, newLines] = [oldLine - start, newLine - start];
    return {
      oldStart: oldLines === 0 ? start - 1 : start,
      oldLines,
      newStart: newLines === 0 ? start - 1 : start,
      newLines,
      section: '',
      lines: shown,
    };
  });
  return aScopeFile(name, [], { status: 'modified', whole: false, added, removedAfter, hunks: built });
}

const files = fc
  .uniqueArray(fc.tuple(path, hunks), { selector: ([name]) => name, maxLength: 12 })
  .map((all) => all.map(([name, given]) => fileOf(name, given)));
const size = fc.integer({ min: 1, max: 40 });

describe('every way to cut a scope in parts', () => {
  const linesIn = (all: readonly ScopeFile[]): string[] =>
    all
      .flatMap((file) => file.hunks.flatMap((hunk) => hunk.lines.map((line) => JSON.stringify([file.path, line]))))
      .toSorted();
  const newIn = (all: readonly ScopeFile[]): string[] =>
    all
      .flatMap((file) =>
        file.added.flatMap(({ start, end }) =>
          Array.from({ length: end - start + 1 }, (_, at) => `${file.path}:${start + at}`),
        ),
      )
      .toSorted();
  const filesIn = (parts: readonly Part[]): ScopeFile[] => parts.flatMap((part) => part.files.map(({ file }) => file));

  test('holds each line and each file once', () => {
    fc.assert(
      fc.property(files, size, (all, maxTokens) => {
        const parts = partsOf([asking(all)], { ...options, maxTokens });
        expect(linesIn(filesIn(parts))).toEqual(linesIn(all));
        expect(newIn(filesIn(parts))).toEqual(newIn(all));
        const whole = parts
          .filter(({ slice }) => slice === null)
          .flatMap((part) => part.files.map(({ file }) => file.path));
        expect(new Set(whole).size).toBe(whole.length);
        const sliced = parts.filter(({ slice }) => slice !== null);
        for (const {
          files: [only],
          slice,
        } of sliced) {
          expect(whole).not.toContain(only?.file.path);
          const slices = sliced.filter((part) => part.files[0]?.file.path === only?.file.path);
          expect(slices.map((part) => part.slice?.index)).toEqual(slices.map((_, at) => at + 1));
          expect(slice?.of).toBe(slices.length);
        }
      }),
    );
  });

  test('is never more than a part may hold, but for what can not be cut', () => {
    fc.assert(
      fc.property(files, size, (all, maxTokens) => {
        const weighs = (file: ScopeFile): number =>
          1 + file.hunks.flatMap(({ lines }) => lines).reduce((sum, line) => sum + line.text.length + 1, 0);
        for (const part of partsOf([asking(all)], { maxTokens, tokensOf: weighs })) {
          const lines = filesIn([part]).flatMap((file) => file.hunks.flatMap((hunk) => hunk.lines));
          expect(part.tokens <= maxTokens || lines.length <= 1).toBe(true);
          expect(part.tokens).toBeGreaterThanOrEqual(
            Math.max(...filesIn([part]).map(weighs)) - (part.slice === null ? 0 : maxTokens),
          );
        }
      }),
    );
  });

  test('does not hang on the order in which the files come', () => {
    fc.assert(
      fc.property(
        files.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        size,
        ([all, shuffled], maxTokens) => {
          const cut = (one: ScopeFile[]): Part[] => partsOf([asking(one)], { ...options, maxTokens });
          expect(cut(shuffled)).toEqual(cut(all));
        },
      ),
    );
  });

  test('numbers each slice as git would', () => {
    fc.assert(
      fc.property(files, size, (all, maxTokens) => {
        for (const file of filesIn(partsOf([asking(all)], { ...options, maxTokens }))) {
          for (const hunk of file.hunks) {
            const numbers = (side: 'oldLine' | 'newLine'): number[] => hunk.lines.flatMap((line) => line[side] ?? []);
            expect(numbers('oldLine').length).toBe(hunk.oldLines);
            expect(numbers('newLine').length).toBe(hunk.newLines);
            expect(numbers('oldLine')[0] ?? hunk.oldStart).toBe(hunk.oldStart);
            expect(numbers('newLine')[0] ?? hunk.newStart).toBe(hunk.newStart);
          }
        }
      }),
    );
  });
});

test('a long file is cut at blank lines into pieces of about one length, its context beside what it explains', () => {
  const lines = Array.from({ length: 40 }, (_, index) => (index % 7 === 6 ? '' : `line ${index}`));
  const context = [
    { kind: 'enclosing' as const, lines: [{ line: 1, text: 'above' }] },
    { kind: 'outline' as const, lines: [{ line: 90, text: 'below' }] },
  ];
  const hunk = aScopeFile('a.ts', lines).hunks[0];
  if (hunk === undefined) throw new Error('no hunk');
  const moved = hunk.lines.map((line) => ({ ...line, newLine: (line.newLine ?? 0) + 10 }));
  const file = aScopeFile('a.ts', lines, {
    context,
    hunks: [{ ...hunk, newStart: 11, lines: moved }],
    added: [{ start: 11, end: 50 }],
  });
  const parts = partsOf([asking([file])], { ...options, maxTokens: 25 });
  expect(
    parts.map(({ files: [only], slice, tokens }) => [
      slice,
      tokens,
      only?.file.added,
      only?.file.context?.map(({ kind }) => kind),
    ]),
  ).toEqual([
    [{ index: 1, of: 2 }, 21, [{ start: 11, end: 31 }], ['enclosing']],
    [{ index: 2, of: 2 }, 19, [{ start: 32, end: 50 }], ['outline']],
  ]);
});

describe('a plan within a budget', () => {
  const parts = partsOf([asking([ofLines('src/auth.ts', 9), ofLines('src/list.ts', 9), ofLines('docs/a.md', 2)])], {
    ...options,
    maxTokens: 9,
  });

  test('is estimated before anything is asked', () => {
    expect(estimateOf(parts, costs)).toEqual({ calls: 3, inputTokens: 35, outputTokens: 6, costUsd: 95 });
    expect(estimateOf(parts, { ...costs, callsPerPart: 2, costUsd: () => null })).toEqual({
      calls: 6,
      inputTokens: 70,
      outputTokens: 6,
      costUsd: null,
    });
    expect(planWithin(parts, NO_BUDGET, costs)).toEqual({
      parts,
      cut: [],
      estimate: estimateOf(parts, costs),
      whole: estimateOf(parts, costs),
    });
  });

  test.each([
    [
      'tokens',
      { inputTokens: 34, costUsd: null },
      ['src/auth.ts', 'src/list.ts'],
      [['docs/a.md', 'budget: no room left in 34 input tokens']],
    ],
    [
      'dollars',
      { inputTokens: null, costUsd: 94.5 },
      ['src/auth.ts', 'src/list.ts'],
      [['docs/a.md', 'budget: no room left in $94.50']],
    ],
    [
      'room for something smaller',
      { inputTokens: 22, costUsd: null },
      ['src/auth.ts', 'docs/a.md'],
      [['src/list.ts', 'budget: no room left in 22 input tokens']],
    ],
    [
      'nothing',
      { inputTokens: 0, costUsd: null },
      [],
      [
        ['src/auth.ts', 'budget: no room left in 0 input tokens'],
        ['src/list.ts', 'budget: no room left in 0 input tokens'],
        ['docs/a.md', 'budget: no room left in 0 input tokens'],
      ],
    ],
  ])('%s: what is at the highest risk stays', (_name, budget, kept, cut) => {
    const plan = planWithin(parts, budget, costs);
    expect(brief(plan.parts).flat()).toEqual(kept);
    expect(plan.cut.map(({ path: one, reason }) => [one, reason])).toEqual(cut);
  });

  test('of a part that is too much, the files at the highest risk stay', () => {
    const [together] = partsOf(
      [asking([ofLines('a/auth.ts', 3), ofLines('a/b.ts', 3), ofLines('a/z.md', 3)])],
      options,
    );
    if (together === undefined) throw new Error('no part');
    const plan = planWithin([together], { inputTokens: 12, costUsd: null }, costs);
    expect(brief(plan.parts)).toEqual([['a/auth.ts', 'a/b.ts']]);
    expect(plan.cut.map(({ path: one }) => one)).toEqual(['a/z.md']);
    expect(plan.estimate.inputTokens).toBe(11);
    expect(plan.whole.inputTokens).toBe(14);
  });

  test('the pieces of a file stay or go together', () => {
    const long = partsOf([asking([ofLines('src/auth.ts', 20), ofLines('src/b.ts', 3)])], options);
    const plan = planWithin(long, { inputTokens: 24, costUsd: null }, costs);
    expect(brief(plan.parts)).toEqual([['src/b.ts']]);
    expect(plan.cut.map(({ path: one }) => one)).toEqual(['src/auth.ts']);
  });

  test('each file is planned whole or cut whole, and no estimate is beyond the budget', () => {
    const limit = fc.option(fc.integer({ min: 0, max: 300 }));
    fc.assert(
      fc.property(files, size, limit, limit, (all, maxTokens, inputTokens, costUsd) => {
        const given = partsOf([asking(all)], { ...options, maxTokens });
        const plan = planWithin(given, { inputTokens, costUsd }, costs);
        expect(plan.estimate.inputTokens).toBeLessThanOrEqual(inputTokens ?? Number.POSITIVE_INFINITY);
        expect(plan.estimate.costUsd).toBeLessThanOrEqual(costUsd ?? Number.POSITIVE_INFINITY);
        const planned = new Set(plan.parts.flatMap((part) => part.files.map(({ file }) => file.path)));
        const cut = plan.cut.map(({ path: one }) => one);
        expect([...planned, ...cut].toSorted()).toEqual(all.map((file) => file.path).toSorted());
        for (const part of plan.parts) {
          if (part.slice === null) continue;
          const name = part.files[0]?.file.path;
          expect(plan.parts.filter((one) => one.files[0]?.file.path === name).length).toBe(part.slice.of);
        }
      }),
    );
  });

  test('a limit on costs needs a price', () => {
    expect(() => planWithin(parts, { inputTokens: null, costUsd: 1 }, { ...costs, costUsd: () => null })).toThrow(
      'no price is known',
    );
  });

  test.each([
    [
      { run: { inputTokens: 100, costUsd: null }, life: { inputTokens: null, costUsd: null } },
      { inputTokens: 100, costUsd: null },
    ],
    [
      { run: { inputTokens: 100, costUsd: 2 }, life: { inputTokens: 80, costUsd: 9 } },
      { inputTokens: 30, costUsd: 2 },
    ],
    [
      { run: { inputTokens: null, costUsd: null }, life: { inputTokens: 40, costUsd: 0.5 } },
      { inputTokens: 0, costUsd: 0 },
    ],
  ])('what is left for a run: %j', (limits, left) => {
    expect(budgetLeft(limits, { inputTokens: 50, outputTokens: 5, costUsd: 1 })).toEqual(left);
  });
});
