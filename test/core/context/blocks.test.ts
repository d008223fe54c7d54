import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { contextOf, contextText } from '../../../src/core/context/blocks.ts';
import { contextBudget, costOf, LONGEST_LINE } from '../../../src/core/context/measure.ts';
import { incrementalScope, type ContextBlock, type ScopeFile } from '../../../src/core/scope.ts';
import { NOTHING_COVERED } from '../../../src/core/coverage.ts';
import type { FileDiff } from '../../../src/core/diff.ts';
import { fileDiff } from '../../support/git/file-diff.ts';
import { countWords } from '../../support/git/scope-of-push.ts';
import { contextInShort, inShort, markedFile } from './marked-file.ts';

function numbered(count: number, line: (number: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index + 1)).join('\n');
}

/** Functions of five lines with a blank line after each: the first one begins at line 1. */
const functions = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => [
    `function name${index}() {`,
    `  const a = ${index};`,
    `  const b = ${index};`,
    '  return a + b;',
    '}',
    '',
  ]).flat();

describe('context in measure', () => {
  test('what was removed has its neighbourhood too', () => {
    expect(
      contextInShort(
        'a.js',
        `
function first() {
  one();
  two();
-  three();
  four();
  five();
}

function second() {}`,
      ),
    ).toBe('enclosing 1-2; enclosing 5-6; outline 8');
  });

  test('between two functions there are only neighbouring lines', () => {
    expect(contextInShort('a.js', `${functions(2).join('\n')}\n+import 'x';\n${functions(2).join('\n')}`)).toBe(
      'enclosing 7-11; enclosing 15-19; outline 1,20',
    );
  });

  test('of a function that is too long, its signature and the nearest lines', () => {
    const body = (from: number): string => numbered(70, (line) => `  call(${from + line});`);
    expect(
      contextInShort(
        'a.py',
        `# Why.\ndef long(a,\n         b):\n${body(0)}\n+  new()\n${body(100)}\n\ndef other():\n  pass`,
      ),
    ).toBe('enclosing 1-3,59-72; enclosing 76-89; outline 146');
  });

  test('a function that is new needs nothing but what it stands in', () => {
    expect(
      contextInShort(
        'a.ts',
        `
class A {
  first() {
    return 1;
  }
+
+  second() {
+    return 2;
+  }

  third() {
    return 3;
  }
}`,
      ),
    ).toBe('enclosing 1-4; enclosing 11-13');
  });

  test('what stands in no function comes after what does', () => {
    const calls = (name: string, count: number): string =>
      numbered(count, (line) => `  ${name}(${line}, "${'.'.repeat(50)}");`);
    expect(
      contextInShort(
        'a.js',
        `${numbered(12, (line) => `use(${line});`)}\n+use(13);\nfunction f() {\n${calls('a', 9)}\n+  x();\n${calls('b', 9)}\n}`,
      ),
    ).toBe('enclosing 15-22; enclosing 26-30');
  });

  test('what a function declares for itself is not in the outline; a suite is', () => {
    expect(
      contextInShort(
        'a.test.js',
        `
function outer() {
  function inner() {
    return 1;
  }
  return inner;
}

describe('other', () => {
  it('does', () => {
    outer();
  });
});

function changed() {
  one();
+  two();
}`,
      ),
    ).toBe('enclosing 14; outline 1,8-9');
  });

  test('the outline begins with what the new lines name', () => {
    const lines = functions(60);
    const file = [...lines.slice(0, 2), '+  name57();', ...lines.slice(2)].join('\n');
    expect(contextInShort('a.js', file)).toMatch(/; outline .*,344$/);
  });

  test.each<[string, Partial<ScopeFile>]>([
    ['a new file', { status: 'added' }],
    ['a deleted file', { status: 'deleted' }],
    ['a file of another type', { status: 'type-changed' }],
    ['a binary file', { binary: true }],
    ['a file with nothing but a new mode', { hunks: [], added: [] }],
  ])('%s has none', (_, change) => {
    const { file, lines, own } = markedFile('a.js', `${functions(1).join('\n')}\n+x`);
    expect(contextOf(file, lines, own)).not.toEqual([]);
    expect(contextOf({ ...file, ...change }, lines, own)).toEqual([]);
  });
});

describe("the PR's other hunks of the file", () => {
  const base = functions(6);
  const reviewed = base.with(1, '  reviewed(1);').with(13, '  reviewed(2);').with(14, '  reviewed(3);');

  function afterPush(head: readonly string[]): string {
    const own = fileDiff({ path: 'a.js', before: base, after: head });
    const since = fileDiff({ path: 'a.js', before: reviewed, after: head });
    const covered = [{ path: 'a.js', previousPath: null, version: 0 }];
    const version = {
      mergeBaseSha: 'b'.repeat(40),
      headSha: 'a'.repeat(40),
    } as (typeof NOTHING_COVERED)['versions'][0];
    const { files } = incrementalScope({
      fullDiff: [own],
      referenceDiff: [since],
      reviewedDiff: [fileDiff({ path: 'a.js', before: base, after: reviewed })],
      coverage: { ...NOTHING_COVERED, versions: [version], covered },
      countTokens: countWords,
    });
    const [file] = files;
    if (file === undefined) throw new Error('nothing is in scope');
    return inShort(contextOf(file, head, own));
  }

  test('are shown while they are no more than what is new, the nearest first', () => {
    // Two lines changed (four, as a diff counts): the nearer hunk is as many, the other one too many.
    expect(afterPush(reviewed.with(26, '  new(1);').with(27, '  new(2);'))).toBe('pull-request 11-18; outline 1,7,19');
    expect(afterPush(reviewed.with(26, '  new(1);').with(27, '  new(2);').with(28, '}; new(3);'))).toBe(
      'pull-request 1-5,11-18; outline 7,19',
    );
    expect(afterPush(reviewed.with(26, '  new(1);'))).toBe('outline 1,7,13,19,31');
  });
});

describe('odd files', () => {
  test('tabs and blanks for the same indentation', () => {
    const file =
      'class A:\n\tdef a(self):\n\t\treturn 1\n    def b(self):\n        one()\n        two()\n+        new()\n  \t\tthree()\n';
    expect(contextInShort('a.py', file)).toBe('enclosing 1,4-5; outline 2');
  });

  test('a function that ends in a string over lines', () => {
    const file = 'def f():\n    return """\none\ntwo\nthree\n+new\nfour\n"""\n\n\ndef g():\n    pass\n';
    expect(contextInShort('a.py', file)).toBe('enclosing 1-4; enclosing 8; outline 11');
  });

  test('a long list at the margin of its key', () => {
    const items = numbered(60, (line) => `  - uses: step${line}\n    with: {}`);
    expect(contextInShort('a.yml', `on: push\njob:\n  steps:\n${items}\n+  - uses: new\nother: 1`)).toBe(
      'enclosing 2-3,109-122',
    );
  });

  test('a line of more than a sentence or two is left out where there is room for it as well', () => {
    const file = (length: number): string =>
      `function f() {\n  a('${'x'.repeat(length)}');\n  b();\n  c();\n+  new();\n}`;
    expect(contextInShort('a.js', file(LONGEST_LINE - 10))).toBe('enclosing 1-3');
    expect(contextInShort('a.js', file(LONGEST_LINE))).toBe('enclosing 1,3');
  });

  test('carriage returns and tabs stay in the text', () => {
    const text = ['function a() {', '\tone();', '\ttwo();', '+\tnew();', '\tthree();', '\tfour();', '}', ''].join(
      '\r\n',
    );
    const { file, lines, own } = markedFile('a.js', text);
    expect(contextOf(file, lines, own)).toEqual([
      {
        kind: 'enclosing',
        lines: [
          { line: 1, text: 'function a() {\r' },
          { line: 2, text: '\tone();\r' },
        ],
      },
      {
        kind: 'enclosing',
        lines: [
          { line: 6, text: '\tfour();\r' },
          { line: 7, text: '}\r' },
        ],
      },
    ]);
  });

  test('a line of a megabyte is left out, and its neighbours are not', () => {
    const long = `  x(${'"""(\'{'.repeat(200_000)}`;
    for (const path of ['a.py', 'a.sql']) {
      const { file, lines, own } = markedFile(path, `def f() {\n${long}\n  a();\n  b();\n+  new();\n  c();\n}`);
      const context = contextOf(file, lines, own);
      expect(contextText(context).length).toBeLessThan(100);
      expect(inShort(context)).toMatch(/^enclosing 1,3; enclosing 7/);
    }
  });

  test('100,000 lines, with a new one in every ten', () => {
    const head = Array.from({ length: 100_000 }, (_, index) =>
      index % 20 === 0 ? `function f${index}() {` : index % 20 === 19 ? '}' : `  call(${index});`,
    );
    const added = Array.from({ length: 10_000 }, (_, index) => index * 10 + 5);
    const hunks = added.map((line) => ({
      oldStart: line - 1,
      oldLines: 0,
      newStart: line,
      newLines: 1,
      section: '',
      lines: [{ kind: 'added' as const, text: head[line - 1] ?? '', oldLine: null, newLine: line, noNewline: false }],
    }));
    const ranges = added.map((line) => ({ start: line, end: line }));
    const file: ScopeFile = { ...markedFile('a.js', '+x').file, hunks, added: ranges };
    const context = contextOf(file, head, undefined);
    expect(costOfAll(context)).toBeLessThanOrEqual(contextBudget(Infinity));
    expect(context.length).toBeGreaterThan(100);
  });
});

function costOfAll(blocks: readonly ContextBlock[]): number {
  return blocks.flatMap(({ lines }) => lines).reduce((sum, { text }) => sum + costOf(text), 0);
}

const INDENTATION = fc.constantFrom('', '', '  ', '    ', '\t', '\t\t', '      ');
const TEXT = fc.constantFrom(
  ...['function f(a) {', '}', '});', 'def g(x):', 'class A {', 'if (x) {', '} else {', 'call(', ')', '{', 'end', '"""'],
  ...['', '', '// note', '# Heading', '@Override', 'case 1:', 'x = 1;', '- item', 'key:', '[table]', '$$', 'GO', '```'],
  ...['it("x", () => {', '\udc80\ufeff', 'é'.repeat(10), '\r', 'x'.repeat(LONGEST_LINE + 1)],
);
const LINE = fc.tuple(INDENTATION, TEXT).map(([indentation, text]) => indentation + text);
const PATH = fc.constantFrom(
  'a.ts',
  'a.py',
  'a.go',
  'a.rb',
  'a.yml',
  'a.md',
  'a.sql',
  'a.json',
  'a.c',
  'a.sh',
  'a',
  'Makefile',
);

/** Two versions of a file, and how much of the change has been reviewed. */
const CHANGE = fc
  .tuple(PATH, fc.array(fc.tuple(LINE, fc.nat(9)), { minLength: 1, maxLength: 120 }), fc.integer({ min: 0, max: 3 }))
  .map(([path, marked, context]) => {
    const before = marked.filter(([, mark]) => mark !== 0).map(([line]) => line);
    const after = marked.filter(([, mark]) => mark !== 1).map(([line]) => line);
    return { own: fileDiff({ path, before, after, context }), after };
  });

function inScope(own: FileDiff, keep: (index: number) => boolean): ScopeFile {
  const hunks = own.hunks.filter((_, index) => keep(index));
  const changed = hunks.flatMap(({ lines }) =>
    lines.flatMap(({ kind, newLine }) => (kind === 'added' ? (newLine ?? []) : [])),
  );
  const removedAfter = hunks
    .filter(({ lines }) => lines.some(({ kind }) => kind === 'removed'))
    .map(({ newStart }) => newStart);
  const { file } = markedFile(own.new?.path ?? '', '+x');
  return {
    ...file,
    whole: hunks.length === own.hunks.length,
    hunks,
    added: changed.map((line) => ({ start: line, end: line })),
    removedAfter,
  };
}

test('no line twice, none in a hunk, ascending, true to the file, and within the budget, whatever the file', () => {
  fc.assert(
    fc.property(CHANGE, fc.nat(3), ({ own, after }, skipped) => {
      const file = inScope(own, (index) => index % 4 !== skipped);
      const blocks = contextOf(file, after, own);
      const inHunks = new Set(file.hunks.flatMap(({ lines }) => lines.flatMap(({ newLine }) => newLine ?? [])));
      const all = blocks.flatMap(({ lines }) => lines);
      expect(new Set(all.map(({ line }) => line)).size).toBe(all.length);
      expect(all.filter(({ line }) => inHunks.has(line))).toEqual([]);
      expect(all.filter(({ line, text }) => after[line - 1] !== text)).toEqual([]);
      const beside = blocks.filter(({ kind }) => kind !== 'outline').map(({ lines }) => lines.map(({ line }) => line));
      const outline = blocks.filter(({ kind }) => kind === 'outline').map(({ lines }) => lines.map(({ line }) => line));
      for (const lines of [beside.flat(), ...outline]) expect(lines).toEqual(lines.toSorted((a, b) => a - b));
      expect([outline.length <= 1, blocks.slice(0, -1).every(({ kind }) => kind !== 'outline')]).toEqual([true, true]);
      expect(blocks.every(({ lines }) => lines.length > 0)).toBe(true);
      const fresh = file.hunks.flatMap(({ lines }) => lines.filter(({ kind }) => kind !== 'context'));
      const budget = contextBudget(fresh.reduce((sum, { text }) => sum + costOf(text), 0));
      expect(costOfAll(blocks)).toBeLessThanOrEqual(budget);
      // A block never goes on behind a hunk.
      const ends = file.hunks.map(({ newStart, newLines }) => newStart + newLines);
      for (const lines of beside) {
        expect(ends.filter((end) => (lines[0] ?? 0) < end && end <= (lines.at(-1) ?? 0))).toEqual([]);
      }
    }),
    { numRuns: 300 },
  );
});
