import type { InputName } from './names.ts';

/** A line of the configuration file; null: the file as a whole. */
export type FilePlace = { file: string; line: number | null };

/** One thing wrong with one input: what it was, and what it may be. `at`: it was the file that said so. */
export type InputFault = { input: InputName; found: string; expected: string; at?: FilePlace };

/** One thing wrong with the file itself. `key`: as it may be shown; null where it is none of one key. */
export type FileFault = { input: null; at: FilePlace; key: string | null; found: string; expected: string };

export type Fault = InputFault | FileFault;

const MAX_QUOTED = 80;

/** What people are told, one line. */
export function faultMessage(fault: Fault): string {
  const said = `found ${fault.found}; expected ${fault.expected}`;
  if (fault.at === undefined) return `input ${fault.input}: ${said}`;
  const { file, line } = fault.at;
  const key = fault.input ?? fault.key;
  return `${file}${line === null ? '' : `, line ${line}`}: ${key === null ? '' : `${key}: `}${said}`;
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
