import type { Shape } from './shape.ts';

/** What a text says, or everything that is wrong with it. */
export type Reading<T> = { value: T } | Refusal[];

/** `found` is left out where the text itself may be shown. */
export type Refusal = { expected: string; found?: string };

/** Reads the trimmed text of one input. Without a shape it takes any one text. */
export type Reader<T> = { (text: string): Reading<T>; readonly shape?: Shape };

/** Nothing reads as null. */
export function optional<T>(read: Reader<T>): Reader<T | null> {
  const reader = (text: string): Reading<T | null> => (text === '' ? { value: null } : read(text));
  return read.shape === undefined ? reader : Object.assign(reader, { shape: read.shape });
}

export function oneOf<const T extends string>(...choices: T[]): Reader<T> {
  const expected = choices.join(', ').replace(/, ([^,]*)$/, ' or $1');
  const read = (text: string): Reading<T> => {
    const value = choices.find((choice) => choice === text);
    return value === undefined ? [{ expected }] : { value };
  };
  return Object.assign(read, { shape: { kind: 'choice', choices } as const });
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
boolean.shape = { kind: 'boolean' } as const;

export function wholeNumber(min: number, max: number): Reader<number> {
  const shape = { kind: 'number', whole: true, min, max } as const;
  return number(/^[0-9]{1,9}$/, shape, `a whole number from ${min} to ${max}`);
}

export function decimalNumber(min: number, max: number): Reader<number> {
  const shape = { kind: 'number', whole: false, min, max } as const;
  return number(/^[0-9]{1,9}(?:\.[0-9]{1,9})?$/, shape, `a number from ${min} to ${max}`);
}

function number(pattern: RegExp, shape: Shape & { kind: 'number' }, expected: string): Reader<number> {
  const read = (text: string): Reading<number> => {
    const value = Number(text);
    return pattern.test(text) && value >= shape.min && value <= shape.max ? { value } : [{ expected }];
  };
  return Object.assign(read, { shape });
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
