import * as z from 'zod';
import { quoted } from './faults.ts';

/** What a text says, or everything that is wrong with it. */
export type Reading<T> = { value: T } | Refusal[];

/** `found` is left out where the text itself may be shown. */
export type Refusal = { expected: string; found?: string };

/** Reads the trimmed text of one input. */
export type Reader<T> = (text: string) => Reading<T>;

/** As a schema: each issue's message says what is expected, `params.found` what was there. */
export function field<T>(read: Reader<T>): z.ZodType<T, string> {
  return z.string().transform((text, context): T => {
    const reading = read(text);
    if ('value' in reading) return reading.value;
    for (const { expected, found } of reading) {
      context.addIssue({ code: 'custom', message: expected, params: { found: found ?? quoted(text) } });
    }
    return z.NEVER;
  });
}

/** Nothing reads as null. */
export function optional<T>(read: Reader<T>): Reader<T | null> {
  return (text) => (text === '' ? { value: null } : read(text));
}

export function oneOf<const T extends string>(...choices: T[]): Reader<T> {
  const expected = choices.join(', ').replace(/, ([^,]*)$/, ' or $1');
  return (text) => {
    const value = choices.find((choice) => choice === text);
    return value === undefined ? [{ expected }] : { value };
  };
}

export function matching(pattern: RegExp, maxLength: number, expected: string): Reader<string> {
  return (text) => (text.length <= maxLength && pattern.test(text) ? { value: text } : [{ expected }]);
}

/** Booleans as YAML 1.2's core schema writes them, and nothing else. */
export function booleanOf(text: string): boolean | null {
  if (/^(?:true|True|TRUE)$/.test(text)) return true;
  return /^(?:false|False|FALSE)$/.test(text) ? false : null;
}

export function boolean(text: string): Reading<boolean> {
  const value = booleanOf(text);
  return value === null ? [{ expected: 'true or false' }] : { value };
}

export function wholeNumber(min: number, max: number): Reader<number> {
  return number(/^[0-9]{1,9}$/, min, max, `a whole number from ${min} to ${max}`);
}

export function decimalNumber(min: number, max: number): Reader<number> {
  return number(/^[0-9]{1,9}(?:\.[0-9]{1,9})?$/, min, max, `a number from ${min} to ${max}`);
}

function number(pattern: RegExp, min: number, max: number, expected: string): Reader<number> {
  return (text) => {
    const value = Number(text);
    return pattern.test(text) && value >= min && value <= max ? { value } : [{ expected }];
  };
}

/** Non-empty lines, without the blanks around them. */
export function linesOf(text: string): string[] {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

export function wordsOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '');
}
