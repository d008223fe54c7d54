import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compilePathFilter, patternFault } from '../../../src/core/exclude/path-filter.ts';

const takes = (patterns: string[], path: string): boolean => compilePathFilter(patterns)(path);

describe("the examples of GitHub Actions' documentation", () => {
  test.each<[patterns: string[], taken: string[], left: string[]]>([
    [['*'], ['README.md', 'server.rb'], ['docs/README.md']],
    [['*.jsx?'], ['page.js', 'page.jsx'], ['page.ts', 'page.jsxx', 'a/page.js']],
    [['**'], ['all/the/files.md', 'README.md'], []],
    [['*.js'], ['app.js', 'index.js'], ['js/index.js', 'app.jsx']],
    [['**.js'], ['index.js', 'js/index.js', 'src/js/app.js'], ['index.ts']],
    [['docs/*'], ['docs/README.md', 'docs/file.txt'], ['docs/a/b.md', 'a/docs/file.txt']],
    [['docs/**'], ['docs/README.md', 'docs/mona/octocat.txt'], ['docs', 'mydocs/a.md']],
    [
      ['docs/**/*.md'],
      ['docs/README.md', 'docs/mona/hello-world.md', 'docs/a/markdown/file.md'],
      ['docs/a.txt', 'README.md'],
    ],
    [['**/docs/**'], ['docs/hello.md', 'dir/docs/my-file.txt', 'space/docs/plan/space.doc'], ['mydocs/a.md']],
    [['**/README.md'], ['README.md', 'js/README.md'], ['MYREADME.md', 'js/MYREADME.md']],
    [['**/*src/**'], ['a/src/app.js', 'my-src/code/js/app.js'], ['src.js', 'a/srcs/app.js']],
    [['**/*-post.md'], ['my-post.md', 'path/their-post.md'], ['my-post.txt']],
    [['**/migrate-*.sql'], ['migrate-10909.sql', 'db/migrate-v1.0.sql', 'db/sept/migrate-v1.sql'], ['db/migrate.sql']],
    [['*.md', '!README.md'], ['hello.md'], ['README.md', 'docs/hello.md']],
    [['*.md', '!README.md', 'README*'], ['hello.md', 'README.md', 'README.doc'], ['docs/README.md']],
    [['v[12].[0-9]+.[0-9]+'], ['v1.10.1', 'v2.0.0'], ['v3.0.0', 'v1.x.0', 'v1..0']],
    [
      ['[CB]at', '[1-2]00'],
      ['Cat', 'Bat', '100', '200'],
      ['cat', 'Rat', '300'],
    ],
  ])('%j', (patterns, taken, left) => {
    expect([...taken, ...left].filter((path) => takes(patterns, path))).toEqual(taken);
  });
});

describe('what the documentation leaves open', () => {
  test.each<[patterns: string[], path: string, expected: boolean]>([
    [['a.b'], 'axb', false],
    [['\\!file'], '!file', true],
    [['a\\*'], 'a*', true],
    [['a\\*'], 'ab', false],
    [['escape\\\\backslash'], 'escape\\backslash', true],
    [['?a'], '?a', true],
    [['a+'], 'aaa', true],
    [['a+'], '', false],
    [['a?+'], '', true],
    [['*?+'], 'abc', true],
    [['**/'], 'a/b/', true],
    [['**/?a'], 'x/a', true],
    [['a**/b'], 'ab', false],
    [['a**/b'], 'axx/y/b', true],
    [['**/b'], '/b', false],
    [['src/**', '!src/**', 'src/keep/**'], 'src/keep/a.ts', true],
    [['src/**', '!src/gen/**'], 'src/gen/a.ts', false],
    [['!src/**', 'src/**'], 'src/a.ts', true],
    [['.*'], '.env', true],
    [['**'], 'odd name\n"é😀\\.txt', true],
    [['?.txt'], 'é.txt', false],
    [['[a-c]?x'], 'x', true],
    [['😀?.txt'], '.txt', true],
    [['😀+.txt'], '😀😀.txt', true],
    [[], 'a', false],
  ])('%j and %j', (patterns, path, expected) => {
    expect(takes(patterns, path)).toBe(expected);
  });
});

describe('patterns that can not be meant', () => {
  test.each<[pattern: string, fault: RegExp | null]>([
    ['**/*.ts', null],
    ['!docs/**', null],
    ['', /names nothing/],
    ['!', /names nothing/],
    ['/src/**', /starts with a slash/],
    ['!/src/**', /starts with a slash/],
    ['./src/**', /starts with a slash or a dot/],
    ['../src', /starts with/],
    ['a[', /does not close/],
    ['[]', /brackets/],
    ['[!a]', /brackets/],
    ['[a-]', /brackets/],
    ['[a-Z]', /brackets/],
    ['[z-a]', /ends before it begins/],
    ['a\\', /backslash/],
  ])('%j', (pattern, fault) => {
    if (fault === null) expect(patternFault(pattern)).toBeNull();
    else expect(patternFault(pattern)).toMatch(fault);
  });
});

describe('properties', () => {
  const name = fc.string({ unit: fc.constantFrom('a', 'b', '.', '-', 'é', '😀'), minLength: 1, maxLength: 4 });
  const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
  const literal = (text: string): string => text.replaceAll(/[*?+[\]!\\]/g, String.raw`\$&`);

  test('a path matches itself, and every folder above it with **', () => {
    fc.assert(
      fc.property(path, (one) => {
        const folder = one.split('/').slice(0, -1).join('/');
        expect(takes([literal(one)], one)).toBe(true);
        expect(takes(['**'], one)).toBe(true);
        expect(takes([`**/${literal(one)}`], `x/${one}`)).toBe(true);
        if (folder !== '') expect(takes([`${literal(folder)}/**`], one)).toBe(true);
      }),
    );
  });

  test('it says what an expression of the same meaning says', () => {
    const piece = fc.constantFrom('a', 'b', '/', '*', '**', '[ab]', '.');
    const expressions: Record<string, string> = { '*': '[^/]*', '**': '[^]*', '.': String.raw`\.` };
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.'), maxLength: 8 });
    // Where `**` is the last piece or stands before a name, whole folders do not come in.
    const plain = fc
      .array(piece, { minLength: 1, maxLength: 6 })
      .filter((pieces) => !/\*\*\*|\*\*\//.test(pieces.join('')) && pieces[0] !== '/' && pieces.join('') !== './');
    fc.assert(
      fc.property(plain, text, (pieces, subject) => {
        const expression = new RegExp(`^${pieces.map((one) => expressions[one] ?? one).join('')}$`);
        expect(takes([pieces.join('')], subject)).toBe(expression.test(subject));
      }),
    );
  });

  test('no pattern takes long on any path', () => {
    const filter = compilePathFilter(['**a'.repeat(100), `${'a+'.repeat(100)}b`, '*?'.repeat(100)]);
    expect(filter(`${'a'.repeat(4000)}/c`)).toBe(false);
  });
});
