import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  blockText,
  blockTextWithin,
  codeBlock,
  codeSpan,
  inlineText,
  isReadable,
  readable,
  shorten,
} from '../../src/core/neutralise.ts';
import { liveTexts, nodesIn, parseMarkdown, tagsIn, textOf } from '../support/markdown.ts';

const FRAGMENTS = [
  '@user',
  '@acme/team',
  '#12',
  'GH-7',
  'acme/shop#3',
  'acme/shop@0123456',
  '0123456789abcdef0123456789abcdef01234567',
  'https://evil.example/a',
  'http://github.com/acme/shop/issues/1',
  'www.evil.example',
  'mail@evil.example',
  'ftp://x.example',
  '<img src=x>',
  '<b>',
  '</details>',
  '<!-- pushback:1 kind=summary -->',
  '-->',
  '&lt;script&gt;',
  '&#64;user',
  '<https://evil.example>',
  '![alt](https://evil.example/p.png)',
  '[words](https://evil.example)',
  '[12](x)',
  '[1]()',
  '[#]()',
  '[//evil.example](x)',
  '[.evil.example](x)',
  '[-7](x)',
  'https:',
  'www',
  '[words][ref]',
  '[ref]: https://evil.example',
  '[^1]',
  '- [ ] task',
  '`',
  '``',
  '```',
  '````',
  '~~~',
  '```suggestion',
  '```mermaid',
  '`code @user`',
  '`a|b`',
  '\\',
  '\\`',
  '\\@',
  '\\#',
  '\\<',
  '|',
  '|-|-|',
  ':-',
  '---',
  '===',
  '- ',
  '> ',
  '1. ',
  '# ',
  '    ',
  '\t',
  '\n',
  '\n\n',
  '\r\n',
  '*',
  '**',
  '_',
  '~~',
  '$x$',
  '$$',
  ' ',
  'word',
  'GH',
  '-',
  '#',
  '1',
  ':',
  '//',
  '.',
  '\u202e',
  '\u0000',
  '\u200b',
  '\ud800',
];
const hostile = fc.oneof(
  { weight: 5, arbitrary: fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 25 }).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  {
    weight: 1,
    arbitrary: fc.string({ unit: fc.constantFrom(...Array.from('`~\\|<>@#[]()!-*_ \nab1:/.')), maxLength: 80 }),
  },
);

/** What must never come out live, whatever went in. */
function expectHarmless(markdown: string): void {
  const root = parseMarkdown(markdown);
  const raw = nodesIn(root).flatMap((node) => (node.type === 'raw' ? [node.value] : []));
  expect(raw.filter((html) => html !== '<code>' && html !== '</code>')).toEqual([]);
  expect(tagsIn(root).filter((tag) => /^(?:img|a|table|h\d|input|hr|section|sup|script)$/u.test(tag))).toEqual([]);
  for (const text of liveTexts(root)) {
    expect(text).not.toMatch(/@[a-z0-9]/iu);
    expect(text).not.toMatch(/#\d/u);
    expect(text).not.toMatch(/(?<![a-z0-9])gh-\d/iu);
    expect(text).not.toMatch(/(?<![a-z0-9])[0-9a-f]{7,40}(?![a-z0-9])/iu);
    expect(text).not.toMatch(/(?:https?|ftp):\/\/|(?<![a-z0-9])www\./iu);
  }
  expect(textOf(root)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202a-\u202e\u2066-\u2069\ufeff]/u);
}

describe('whatever a reviewer or a repository says', () => {
  test('as one line is harmless, and one paragraph', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const line = inlineText(text);
        expect(line).not.toContain('\n');
        expectHarmless(`Before ${line} after`);
        const paragraph = parseMarkdown(`Before ${line} after`);
        expect(paragraph.children.map((child) => child.type === 'element' && child.tagName)).toEqual(['p']);
      }),
      { numRuns: 700 },
    );
  });

  test('as markdown is harmless, and what follows it stands for itself', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const block = blockText(text);
        expectHarmless(block);
        const last = parseMarkdown(`${block}\n\n<sub>footer</sub>`).children.at(-1)!;
        expect(last.type === 'element' && last.tagName).toBe('p');
        expect(textOf(last)).toBe('footer');
      }),
      { numRuns: 700 },
    );
  });

  test('in a table stays in its cell', () => {
    fc.assert(
      fc.property(hostile, hostile, (text, code) => {
        const cells = [inlineText(text), codeSpan(code)];
        const table = parseMarkdown(`| a | b | c |\n|--|--|--|\n| ${cells.join(' | ')} | end |\n| x | y | z |`);
        expect(tagsIn(table).filter((tag) => tag === 'td')).toHaveLength(6);
        expect(tagsIn(table).filter((tag) => tag === 'a' || tag === 'img')).toEqual([]);
        const row = nodesIn(table).filter((node) => node.type === 'element' && node.tagName === 'td')[2]!;
        expect(textOf(row)).toBe('end');
      }),
      { numRuns: 300 },
    );
  });

  test('in a code span is code, and in a block too', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const span = parseMarkdown(`a ${codeSpan(text)} b`);
        expect(tagsIn(span).filter((tag) => tag !== 'p')).toEqual(codeSpan(text).startsWith('<code>') ? [] : ['code']);
        const block = parseMarkdown(codeBlock(text));
        expect(tagsIn(block)).toEqual(['pre', 'code']);
        expect(textOf(block).replace(/\n$/u, '')).toBe(readable(text).replace(/\n$/u, ''));
      }),
      { numRuns: 300 },
    );
  });

  test('without markup reads as it was written', () => {
    const plain = fc.string({ unit: fc.constantFrom(...Array.from('@#<>&|*_~$!-+=.:/ab19 ')), maxLength: 60 });
    fc.assert(
      fc.property(plain, (text) => {
        fc.pre(!/https?:|www\.|ftp:/u.test(text));
        const shown = textOf(parseMarkdown(`x ${inlineText(text)} x`)).replace(/\u200b/gu, '');
        expect(shown).toBe(`x ${text.replace(/\s+/gu, ' ').trim()} x`);
      }),
    );
  });

  test('of any length takes time in proportion', () => {
    const before = process.cpuUsage();
    for (const fragment of [...FRAGMENTS, '- a', '# #', '-=', '`a', '[a', '[a](', '\\`', 'h', 'www.', '> >', '~~ ~']) {
      blockText(fragment.repeat(20_000 / fragment.length));
    }
    // Of the processor, not of the clock: other work on the machine does not count.
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(5_000);
  });
});

describe('form that is kept', () => {
  test.each([
    ['emphasis and code', 'Use **this**, not `a == b`.', 'Use **this**, not `a == b`.'],
    ['lists', '- one\n- two\n  1. three', '- one\n- two\n  1. three'],
    ['quotes', '> said', '> said'],
    ['fenced code with tabs', '  ```go\n  \tif x {\n  ```', '```go\n\tif x {\n```'],
    ['fenced code', 'So:\n```ts\nconst a = "@user";\n```\nDone.', 'So:\n\n```ts\nconst a = "@user";\n```\n\nDone.'],
    ['a fence left open', '```\ncode', '```\ncode\n```'],
    ['a fence that holds a fence', '````\n```\n````', '````\n```\n````'],
    ['headings, as bold lines', '## Why', '**Why**'],
    [
      'links, as text and address',
      'see [the rule](https://eslint.org/no-eval).',
      'see the rule (`https://eslint.org/no-eval`).',
    ],
    ['suggestions, as code', '```suggestion\nx\n```', '```\nx\n```'],
    ['diagrams, as code', '```mermaid\ngraph\n```', '```\ngraph\n```'],
    ['addresses, as code', 'https://a.example/x, then', '`https://a.example/x`, then'],
  ])('%s', (_what, markdown, expected) => {
    expect(blockText(markdown)).toBe(expected);
  });

  test.each([
    ['plain', 'Compare with ===', 'Compare with ==='],
    ['code', 'Unused `x`', 'Unused `x`'],
    ['lines', 'one\n two', 'one two'],
    ['a mark that turns the writing direction', 'a\u202eb', 'aU+202Eb'],
  ])('of a line: %s', (_what, text, expected) => {
    expect(inlineText(text)).toBe(expected);
  });

  test.each([
    ['a/b.ts', '`a/b.ts`'],
    ['a`b', '``a`b``'],
    ['`', '`` ` ``'],
    ['a|b', '<code>a&#124;b</code>'],
    ['a\nb', '`a b`'],
    ['', '` `'],
  ])('of code: %j', (code, expected) => {
    expect(codeSpan(code)).toBe(expected);
  });
});

test('a block within bounds', () => {
  fc.assert(
    fc.property(hostile, fc.nat(300), (text, max) => {
      expect(blockTextWithin(text, max).length).toBeLessThanOrEqual(max);
    }),
  );
  expect(blockTextWithin('|'.repeat(1_000), 600).length).toBeGreaterThan(250);
});

describe('a label next to other text makes nothing of the two', () => {
  test.each([
    ['#[12](x)', '#​12 (`x`)'],
    ['[#]()12', '\\#​12'],
    ['https:[//evil.example](x)', 'https:​//evil.example (`x`)'],
    ['www[.evil.example](x)', 'www​.evil.example (`x`)'],
    ['gh[-7](x)', 'gh​\\-7 (`x`)'],
    ['see [the rule]() first', 'see the rule first'],
  ])('%s', (markdown, expected) => {
    expect(blockText(markdown)).toBe(expected);
    expectHarmless(inlineText(markdown));
  });
});

test('shorten cuts at a character and says so', () => {
  expect(shorten('abcdef', 6)).toBe('abcdef');
  expect(shorten('abcdef', 4)).toBe('abc…');
  expect(shorten('ab😀cd', 4)).toBe('ab…');
});

test.each([
  ['tab\tand line\n', true],
  ['é 漢字 😀', true],
  ['\r\n', false],
  ['a\u200bb', false],
  ['a\u202eb', false],
])('isReadable(%j) is %s', (text, expected) => {
  expect(isReadable(text)).toBe(expected);
});

describe('links to hosts that are listed', () => {
  const hosts = new Set(['eslint.org']);
  test.each([
    ['[rule](https://eslint.org/docs/eqeqeq)', '[rule](https://eslint.org/docs/eqeqeq)'],
    ['see https://eslint.org/docs.', 'see <https://eslint.org/docs>.'],
    ['[r\\]](https://eslint.org)', '\\[r\\]\\](<https://eslint.org>)'],
    ['[@bob](https://eslint.org)', '[@\u200bbob](https://eslint.org)'],
    ['![rule](https://eslint.org/x.png)', 'rule (`https://eslint.org/x.png`)'],
    ['[rule](http://eslint.org)', 'rule (`http://eslint.org`)'],
    ['[rule](https://evil.example)', 'rule (`https://evil.example`)'],
    ['[rule](https://eslint.org.evil.example)', 'rule (`https://eslint.org.evil.example`)'],
    ['[rule](https://eslint.org@evil.example)', 'rule (`https://eslint.org@evil.example`)'],
    ['[rule](https://eslint.org:8443/)', 'rule (`https://eslint.org:8443/`)'],
    ['[rule](//eslint.org)', 'rule (`//eslint.org`)'],
    ['[](https://eslint.org)', '`https://eslint.org`'],
  ])('%s', (markdown, expected) => {
    expect(blockText(markdown, hosts)).toBe(expected);
  });

  test('whatever stands around them: links lead there, and to nowhere else', () => {
    const pieces = fc.constantFrom(
      'https://eslint.org/a',
      'https://evil.example/',
      '[',
      ']',
      '](',
      ')',
      '(',
      '<',
      '>',
      '!',
      '`',
      '\\',
      ' ',
      '"t"',
      '@bob',
      '#12',
      '|',
      '*',
      '\n',
      '#x',
      '?q=',
      'javascript:',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 14 }), (parts) => {
        const root = parseMarkdown(blockText(parts.join(''), hosts));
        const links = nodesIn(root).flatMap((node) =>
          node.type === 'element' && node.tagName === 'a' ? [String(node.properties['href'])] : [],
        );
        expect(links.filter((href) => !href.startsWith('https://eslint.org/'))).toEqual([]);
        expect(tagsIn(root)).not.toContain('img');
        expect(nodesIn(root).map(({ type }) => type)).not.toContain('raw');
        expect(liveTexts(root).join(' ')).not.toMatch(/@bob|#12/u);
      }),
      { numRuns: 500 },
    );
  });
});
