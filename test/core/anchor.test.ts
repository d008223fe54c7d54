import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { anchor, standsAt } from '../../src/core/anchor.ts';

const file = ['function a() {', '  return 1;', '}', '', 'function b() {', '  return 1;', '\treturn  2;', '}\r'];

describe('anchor', () => {
  test.each<[string, number | null, number | null, string, string]>([
    ['the said line', 2, null, 'return 1;', '2-2 exact'],
    ['the other of two equal ones', 6, null, 'return 1;', '6-6 exact'],
    ['the nearest of two', 5, null, 'return 1;', '6-6 exact'],
    ['the first of two equally near', 4, null, 'return 1;', '2-2 exact'],
    ['several, no line said', null, null, 'return 1;', 'none'],
    ['the only one', null, null, 'function b', '5-5 exact'],
    ['the only one, whatever line was said', 1, null, 'function b', '5-5 exact'],
    ['several lines', 1, 99, 'function b() {\n  return 1;', '5-6 exact'],
    ['from the middle of a line to the middle of another', null, null, 'b() {\n  return 1;\n\treturn', '5-7 exact'],
    ['blank lines around', null, null, '\n\nfunction b() {\n\n', '5-5 exact'],
    ['white space aside', null, null, 'return 2;', '7-7 blanks-aside'],
    ['white space aside, several lines', null, null, 'function b(){\nreturn 1;', '5-6 blanks-aside'],
    ['a carriage return', null, null, '\treturn  2;\n}', '7-8 exact'],
    ['too little to search by', 4, null, '}', 'none'],
    ['too little, but on its line', 3, null, '}', '3-3 exact'],
    ['nowhere', 2, null, 'return 3;', 'none'],
    ['no quote: the said lines', 2, 3, '', '2-3 said-line'],
    ['no quote: beyond the end', 99, null, '', 'none'],
    ['no quote: to beyond the end', 7, 99, ' ', '7-8 said-line'],
    ['nothing said', null, null, '', 'none'],
  ])('%s', (_name, line, endLine, quote, expected) => {
    const found = anchor(file, { line, endLine, quote });
    expect(found === null ? 'none' : `${found.line}-${found.endLine} ${found.by}`).toBe(expected);
  });

  test('believes a line without a quote only where it may', () => {
    expect(anchor(file, { line: 2, endLine: null, quote: '' }, { believable: (line) => line !== 2 })).toBeNull();
  });

  test('looks only where it may', () => {
    expect(anchor(file, { line: 2, endLine: null, quote: 'return 1;' }, { usable: (line) => line > 2 })?.line).toBe(6);
  });

  test('finds any quoted line of a file where its line is said, and its quote stands where it is found', () => {
    const lines = fc.array(fc.constantFrom('a b', ' a  b', 'ab', '}', 'x', ''), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(lines, fc.nat(), fc.nat({ max: 2 }), fc.integer({ min: 1, max: 14 }), (text, pick, more, said) => {
        const start = pick % text.length;
        const quote = text.slice(start, start + 1 + more).join('\n');
        if (quote.trim() === '') return;
        const found = anchor(text, { line: said, endLine: null, quote });
        if (found !== null) expect(standsAt(text, found.line, quote)).toBe(true);
        if ((text[start] ?? '').trim() === '') return;
        expect(anchor(text, { line: start + 1, endLine: null, quote })?.line).toBe(start + 1);
      }),
    );
  });
});
