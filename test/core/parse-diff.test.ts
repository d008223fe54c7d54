import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import { bytesOf, textOf } from '../../src/core/bytes.ts';
import { createDiffParser, DiffSyntaxError, parseDiff, unquoteName } from '../../src/core/parse-diff.ts';

const OID = { none: '0'.repeat(40), a: 'a'.repeat(40), b: 'b'.repeat(40) };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function diffOf(raw: string, ...patch: string[]): Uint8Array {
  return bytes(`${raw}\n\n${patch.map((line) => `${line}\n`).join('')}`);
}

describe('parseDiff', () => {
  test('an empty diff has no files', () => {
    expect(parseDiff(new Uint8Array())).toEqual([]);
  });

  test('numbers the lines of both sides, and keeps carriage returns and missing line feeds', () => {
    const diff = diffOf(
      `:100644 100644 ${OID.a} ${OID.b} M\ta b.txt`,
      'diff --git a/a b.txt b/a b.txt',
      `index ${OID.a}..${OID.b} 100644`,
      '--- a/a b.txt\t',
      '+++ b/a b.txt\t',
      '@@ -4,3 +4,3 @@ function f() {',
      ' one\r',
      '--- two',
      '\\ No newline at end of file',
      '+++ deux',
      ' ',
    );
    expect(parseDiff(diff)).toEqual([
      {
        status: 'modified',
        old: { path: 'a b.txt', mode: '100644', oid: OID.a },
        new: { path: 'a b.txt', mode: '100644', oid: OID.b },
        binary: false,
        hunks: [
          {
            oldStart: 4,
            oldLines: 3,
            newStart: 4,
            newLines: 3,
            section: 'function f() {',
            lines: [
              { kind: 'context', text: 'one\r', oldLine: 4, newLine: 4, noNewline: false },
              { kind: 'removed', text: '-- two', oldLine: 5, newLine: null, noNewline: true },
              { kind: 'added', text: '++ deux', oldLine: null, newLine: 5, noNewline: false },
              { kind: 'context', text: '', oldLine: 6, newLine: 6, noNewline: false },
            ],
          },
        ],
      },
    ]);
  });

  test.each([
    ['a plain name', 'src/é.txt', 'src/é.txt'],
    ['non-ASCII', '"src/\\303\\251.txt"', 'src/é.txt'],
    ['quote, backslash, tab and line break', '"a\\"b\\\\c\\td\\ne"', 'a"b\\c\td\ne'],
    ['control characters', '"\\a\\b\\v\\f\\r\\001"', '\x07\b\v\f\r\x01'],
    ['invalid UTF-8', '"\\377x"', '\udcffx'],
  ])('reads %s', (_, quoted, name) => {
    expect(unquoteName(quoted)).toBe(name);
  });

  test('knows renames, modes, creations, deletions, type changes and binary files by the raw lines', () => {
    const raw = [
      `:100644 100755 ${OID.a} ${OID.a} R100\told name\tnew name`,
      `:100644 100755 ${OID.a} ${OID.a} M\tmode.sh`,
      `:000000 100644 ${OID.none} ${OID.b} A\tempty`,
      `:120000 100644 ${OID.a} ${OID.b} T\tlink`,
      `:100644 000000 ${OID.a} ${OID.none} D\tgone.bin`,
    ].join('\n');
    const diff = diffOf(
      raw,
      'diff --git a/old name b/new name',
      'old mode 100644',
      'new mode 100755',
      'similarity index 100%',
      'rename from old name',
      'rename to new name',
      'diff --git a/mode.sh b/mode.sh',
      'old mode 100644',
      'new mode 100755',
      'diff --git a/empty b/empty',
      'new file mode 100644',
      `index ${OID.none}..${OID.b}`,
      'diff --git a/link b/link',
      'deleted file mode 120000',
      `index ${OID.a}..${OID.none}`,
      '--- a/link',
      '+++ /dev/null',
      '@@ -1 +0,0 @@',
      '-target',
      '\\ No newline at end of file',
      'diff --git a/link b/link',
      'new file mode 100644',
      `index ${OID.none}..${OID.b}`,
      '--- /dev/null',
      '+++ b/link',
      '@@ -0,0 +1 @@',
      '+text',
      'diff --git a/gone.bin b/gone.bin',
      'deleted file mode 100644',
      `index ${OID.a}..${OID.none}`,
      'Binary files a/gone.bin and /dev/null differ',
    );
    const summary = parseDiff(diff).map((file) => [
      file.status,
      file.old?.path,
      file.new?.path,
      file.binary,
      file.hunks.length,
    ]);
    expect(summary).toEqual([
      ['renamed', 'old name', 'new name', false, 0],
      ['modified', 'mode.sh', 'mode.sh', false, 0],
      ['added', undefined, 'empty', false, 0],
      ['type-changed', 'link', 'link', false, 2],
      ['deleted', 'gone.bin', undefined, true, 0],
    ]);
  });

  test.each([
    ['a patch of a file that is not listed', 'diff --git a/x b/x\n'],
    ['a listed file without a patch', `:100644 100644 ${OID.a} ${OID.b} M\tx\n\n`],
    ['an end in the middle of a line', `:100644 100644 ${OID.a}`],
    ['an unmerged entry', `:100644 100644 ${OID.a} ${OID.b} U\tx\n`],
    ['words', 'fatal: something\n'],
    [
      'an end in the middle of a hunk',
      `:100644 100644 ${OID.a} ${OID.b} M\tx\n\ndiff --git a/x b/x\n@@ -1,2 +1,2 @@\n a\n`,
    ],
    ['a line of no kind', `:100644 100644 ${OID.a} ${OID.b} M\tx\n\ndiff --git a/x b/x\n@@ -1,2 +1,2 @@\n a\n?b\n`],
  ])('refuses %s', (_, text) => {
    expect(() => parseDiff(bytes(text))).toThrow(DiffSyntaxError);
  });

  test('reads the same however the stream is cut', () => {
    const diff = diffOf(
      `:100644 100644 ${OID.a} ${OID.b} M\tx`,
      'diff --git a/x b/x',
      '@@ -1,2 +1,3 @@ ü',
      ' é',
      '-漢字',
      '+😀 one',
      '+two\r',
    );
    fc.assert(
      fc.property(fc.array(fc.nat(diff.length)), (cuts) => {
        const parser = createDiffParser();
        const edges = [0, ...cuts.toSorted((a, b) => a - b), diff.length];
        for (const [index, from] of edges.slice(0, -1).entries()) parser.push(diff.subarray(from, edges[index + 1]));
        expect(parser.end()).toEqual(parseDiff(diff));
      }),
    );
  });
});

describe('text of any bytes', () => {
  test('comes back as the bytes it was made of, and different bytes give different texts', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (input) => {
        expect([...bytesOf(textOf(input))]).toEqual([...input]);
      }),
    );
  });

  test('is what UTF-8 says where it is UTF-8, with its byte order mark', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(textOf(bytes(`\ufeff${text}`))).toBe(`\ufeff${text}`);
      }),
    );
  });

  test.each([
    ['an overlong form', [0xc0, 0x80]],
    ['half a pair', [0xed, 0xb2, 0x80]],
    ['beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
    ['a cut sequence', [0x61, 0xe2, 0x82]],
  ])('keeps %s apart', (_, input) => {
    const text = textOf(Uint8Array.from(input));
    expect(text.isWellFormed()).toBe(false);
    expect([...bytesOf(text)]).toEqual(input);
  });
});
