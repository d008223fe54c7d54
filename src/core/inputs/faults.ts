import type { InputName } from './names.ts';

/** One thing wrong with one input: what it was, and what it may be. */
export type InputFault = { input: InputName; found: string; expected: string };

const MAX_QUOTED = 80;

/** What people are told, one line. */
export function faultMessage(fault: InputFault): string {
  return `input ${fault.input}: found ${fault.found}; expected ${fault.expected}`;
}

/** A value as an error may show it: escaped, cut, and never one that carries credentials. */
export function quoted(value: string): string {
  if (value === '') return 'nothing';
  if (/:\/\/[^/\s]*@/.test(value)) return sizeOf(value);
  const cut = value.slice(0, MAX_QUOTED);
  return cut.length < value.length ? `${JSON.stringify(cut)} and more (${sizeOf(value)})` : JSON.stringify(value);
}

/** A value as an error may show it where it can be a secret. */
export function sizeOf(value: string): string {
  return value === '' ? 'nothing' : `a text of ${value.length} characters`;
}
