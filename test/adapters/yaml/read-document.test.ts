import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readYaml } from '../../../src/adapters/yaml/read-document.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (text: string) => readYaml(bytes(text));
const text = (value: string, line: number) => ({ kind: 'text', text: value, line });

describe('a map of values', () => {
  test.each<[string, string, unknown[]]>([
    ['nothing at all', '', []],
    ['comments alone', '# later\n', []],
    ['an empty document', '---\n...\n', []],
    ['a text', 'model: anthropic/x # ours\n', [{ key: 'model', line: 1, value: text('anthropic/x', 1) }]],
    ['a number as it is written', 'max-cost: 1.50', [{ key: 'max-cost', line: 1, value: text('1.50', 1) }]],
    ['a word that YAML 1.1 took for true', 'verify: yes', [{ key: 'verify', line: 1, value: text('yes', 1) }]],
    ['the same where the file asks for it', '%YAML 1.1\n---\na: yes', [{ key: 'a', line: 3, value: text('yes', 3) }]],
    ['a block', 'paths: |\n  a\n  b\n', [{ key: 'paths', line: 1, value: text('a\nb\n', 1) }]],
    [
      'line ends of Windows',
      'a: 1\r\nb: 2\r\n',
      ['a', 'b'].map((key, at) => ({ key, line: at + 1, value: text(String(at + 1), at + 1) })),
    ],
    ['a byte order mark', '\ufeffa: 1', [{ key: 'a', line: 1, value: text('1', 1) }]],
    [
      'a list',
      'a:\n- x\n- "y z"\n',
      [{ key: 'a', line: 1, value: { kind: 'list', items: [text('x', 2), text('y z', 3)], line: 2 } }],
    ],
    [
      'braces',
      '{a: 1, b}',
      [
        { key: 'a', line: 1, value: text('1', 1) },
        { key: 'b', line: 1, value: { kind: 'nothing', line: 1 } },
      ],
    ],
    [
      'null',
      'a: ~\nb:\n',
      ['a', 'b'].map((key, at) => ({ key, line: at + 1, value: { kind: 'nothing', line: at + 1 } })),
    ],
    ['an empty text', "a: ''", [{ key: 'a', line: 1, value: text('', 1) }]],
    [
      'keys of the prototype',
      '__proto__: 1\nconstructor: 2',
      [
        { key: '__proto__', line: 1, value: text('1', 1) },
        { key: 'constructor', line: 2, value: text('2', 2) },
      ],
    ],
    ['a key twice', 'a: 1\na: 2', [1, 2].map((line) => ({ key: 'a', line, value: text(String(line), line) }))],
  ])('%s', (_name, given, entries) => {
    expect(read(given)).toEqual({ outcome: 'read', entries });
  });

  test.each([
    ['paths: *.js', 'an alias (it begins with * and is not in quotes)'],
    ['paths: !docs/**', 'a tag (it begins with ! and is not in quotes)'],
    ['max-comments: !!str 12', 'a tag (it begins with ! and is not in quotes)'],
    ['model: &fast x', 'an anchor (it begins with & and is not in quotes)'],
    ['model: {name: x}', 'a map'],
  ])('what is no value keeps its name: %s', (given, what) => {
    expect(read(given)).toMatchObject({ entries: [{ value: { kind: 'other', what, line: 1 } }] });
  });
});

describe('what is told instead', () => {
  test.each<[string, string, number | null, string]>([
    ['a list', '- a\n- b\n', 1, 'a list'],
    ['a text', '\nhello', 2, 'one text'],
    ['a second document', 'a: 1\n---\nb: 2', 2, 'a second document'],
    ['something after the end', 'a: 1\n...\nb', 3, 'a second document'],
    ['tabs', 'a:\n\tb: 1', 2, 'a tab that indents'],
    ['a merge key', 'a: 1\n<<: {b: 2}', 2, 'a merge key (<<)'],
    ['a list as a key', '? [a]\n: b', 1, 'a key that is no plain name'],
    ['no key', ': b', 1, 'a key that is no plain name'],
    ['an anchor on the whole', '&a {b: 1}', 1, 'an anchor (it begins with & and is not in quotes)'],
    ['a tag on a key', '!!str a: 1', 1, 'a key that is no plain name'],
    ['two colons', 'a: b: c', 1, 'a value with a colon and a blank in it, or a second key'],
    ['a sign of YAML', 'a: 1\nb: @acme/x', 2, 'a value that begins with a sign of YAML itself'],
    ['a bracket left open', 'a: [1, 2', 1, 'an indentation that fits nothing'],
    ['a quote left open', 'a: "x', 1, 'something that is not ended'],
    ['a backslash', 'a: "\\q"', 1, 'a backslash and a sign that it says nothing with'],
    ['a NUL', 'a: 1\nb: \0', 2, 'a control character'],
    ['too much', `a: ${'x'.repeat(65_536)}`, null, 'more than 65536 bytes'],
    ['lists in lists', `a: ${'['.repeat(30_000)}${']'.repeat(30_000)}`, null, 'lists or maps in one another, too deep'],
  ])('%s', (_name, given, line, found) => {
    expect(read(given)).toMatchObject({ outcome: 'broken', faults: [{ line, found }] });
  });

  test('bytes that are no UTF-8', () => {
    expect(readYaml(Uint8Array.of(97, 58, 32, 0xff))).toMatchObject({ faults: [{ found: 'bytes that are no text' }] });
  });

  test('of thousands of faults only the first', () => {
    const broken = read('a: @\n'.repeat(12_000));
    expect(broken).toMatchObject({ outcome: 'broken' });
    const faults = broken.outcome === 'broken' ? broken.faults : [];
    expect([faults.length, faults.at(-1)?.found]).toEqual([21, '11980 more faults like these']);
  });
});

/** A billion laughs, were it ever expanded. */
test('an alias is never followed, so that no bomb goes off', () => {
  const laughs = Array.from(
    { length: 9 },
    (_, at) => `l${at + 1}: &l${at + 1} [${Array.from({ length: 9 }, () => `*l${at}`).join(', ')}]`,
  );
  const document = read(['l0: &l0 lol', ...laughs].join('\n'));
  const values = document.outcome === 'read' ? document.entries.map(({ value }) => value) : [];
  expect(values).toHaveLength(10);
  expect(values.every((value) => value.kind === 'other' && value.what.startsWith('an anchor'))).toBe(true);
});

test('whatever is put there, it is read or refused, and no fault quotes it', () => {
  const pieces = fc.constantFrom(
    'a',
    ': ',
    '\n',
    '- ',
    '? ',
    '[',
    ']',
    '{',
    '}',
    ', ',
    '*a ',
    '&a ',
    '!t ',
    '"',
    "'",
    '|',
    '>',
    '#',
    '%',
    '---\n',
    '  ',
    '\t',
    '<<',
    '@',
    '`',
    '\\',
    '~',
    'SECRET',
  );
  const texts = fc
    .array(fc.oneof(pieces, fc.string({ maxLength: 4 })), { maxLength: 30 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(texts, (given) => {
      const document = read(given);
      if (document.outcome === 'broken') {
        expect(document.faults.length).toBeGreaterThan(0);
        expect(JSON.stringify(document.faults)).not.toContain('SECRET');
      }
    }),
    { numRuns: 500 },
  );
});
