import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type ErrorCode } from 'yaml';
import type { FileDocument, FileEntry, FileValue } from '../../core/inputs/file.ts';

/** More than any configuration needs; what a parser can be made to do with it takes less than a second. */
export const MAX_CONFIG_BYTES = 64 * 1024;
const MAX_FAULTS = 20;
const MAX_DEPTH = 100;

type Broken = (FileDocument & { outcome: 'broken' })['faults'];

/**
 * A YAML file that holds one map, without what makes YAML dangerous or surprising: no aliases, no anchors, no tags, no
 * merge keys. Texts, numbers and booleans come out as they were written. No fault shows anything of the file.
 */
export function readYaml(bytes: Uint8Array): FileDocument {
  if (bytes.length > MAX_CONFIG_BYTES) {
    const found = `more than ${MAX_CONFIG_BYTES} bytes`;
    return broken([{ line: null, found, expected: 'at most as many' }]);
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return broken([{ line: null, found: 'bytes that are no text', expected: 'text in UTF-8' }]);
  }
  const control = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/u.exec(text);
  if (control !== null) {
    const line = text.slice(0, control.index).split('\n').length;
    return broken([{ line, found: 'a control character', expected: 'text without any' }]);
  }
  return readText(text);
}

function readText(text: string): FileDocument {
  const counter = new LineCounter();
  const document = isDeep(text) ? null : parsed(text, counter);
  if (document === null) return broken([{ line: null, ...inWords('RESOURCE_EXHAUSTION') }]);
  const lineAt = (offset: number): number => counter.linePos(offset).line;
  if (document.errors.length > 0) {
    return broken(document.errors.map(({ code, pos }) => ({ line: lineAt(pos[0]), ...inWords(code) })));
  }
  const { contents } = document;
  const empty = contents === null || (isScalar(contents) && contents.value === null && !isDecorated(contents));
  if (empty) return { outcome: 'read', entries: [] };
  const expected = 'inputs, one per line as "name: value"';
  if (!isMap(contents) || isDecorated(contents)) {
    const line = lineAt(contents.range?.[0] ?? 0);
    return broken([{ line, found: valueOf(contents, line, lineAt).what, expected }]);
  }
  const faults: Broken = [];
  const entries: FileEntry[] = [];
  for (const { key, value } of contents.items) {
    const line = lineAt(rangeOf(key) ?? 0);
    const name = nameOf(key);
    if (name === '<<') faults.push({ line, found: 'a merge key (<<)', expected });
    else if (name === null) faults.push({ line, found: 'a key that is no plain name', expected });
    else entries.push({ key: name, line, value: valueOf(value, line, lineAt).value });
  }
  return faults.length > 0 ? broken(faults) : { outcome: 'read', entries };
}

/** What would keep the parser busy for long. An honest file has one list in one map. */
function isDeep(text: string): boolean {
  let open = 0;
  for (const [sign] of text.matchAll(/[[\]{}]/gu)) {
    open = Math.max(0, open + (sign === '[' || sign === '{' ? 1 : -1));
    if (open > MAX_DEPTH) return true;
  }
  return /(?:[-?] ){100}/u.test(text);
}

/** Null where lists in lists were too much for it all the same. */
function parsed(text: string, lineCounter: LineCounter): ReturnType<typeof parseDocument> | null {
  try {
    // Its own messages, made pretty or not, quote the text; its own check of keys compares each with each.
    return parseDocument(text, {
      lineCounter,
      prettyErrors: false,
      uniqueKeys: false,
      merge: false,
      logLevel: 'error',
    });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function broken(faults: Broken): FileDocument {
  const more = faults.length - MAX_FAULTS;
  const last = more > 0 ? [{ line: null, found: `${more} more faults like these`, expected: 'none' }] : [];
  return { outcome: 'broken', faults: [...faults.slice(0, MAX_FAULTS), ...last] };
}

function nameOf(key: unknown): string | null {
  return isScalar(key) && !isDecorated(key) && typeof key.source === 'string' && key.source !== '' ? key.source : null;
}

/** A value as it was written, and what it is called. */
function valueOf(
  node: unknown,
  fallbackLine: number,
  lineAt: (offset: number) => number,
): { what: string; value: FileValue } {
  const start = rangeOf(node);
  const line = start === null ? fallbackLine : lineAt(start);
  const other = (what: string) => ({ what, value: { kind: 'other' as const, what, line } });
  if (isAlias(node)) return other('an alias (it begins with * and is not in quotes)');
  if (isScalar(node) || isMap(node) || isSeq(node)) {
    if (node.tag !== undefined) return other('a tag (it begins with ! and is not in quotes)');
    if (node.anchor !== undefined) return other('an anchor (it begins with & and is not in quotes)');
  }
  if (isMap(node)) return other('a map');
  if (isSeq(node)) {
    const items = node.items.map((item) => valueOf(item, line, lineAt).value);
    return { what: 'a list', value: { kind: 'list', items, line } };
  }
  if (isScalar(node) && node.value !== null && typeof node.source === 'string') {
    return { what: 'one text', value: { kind: 'text', text: node.source, line } };
  }
  return { what: 'nothing', value: { kind: 'nothing', line } };
}

function isDecorated(node: { tag?: unknown; anchor?: unknown }): boolean {
  return node.tag !== undefined || node.anchor !== undefined;
}

function rangeOf(node: unknown): number | null {
  const range = (node as { range?: readonly number[] | null } | null)?.range;
  return range?.[0] ?? null;
}

function inWords(code: ErrorCode): { found: string; expected: string } {
  switch (code) {
    case 'TAB_AS_INDENT':
      return { found: 'a tab that indents', expected: 'blanks' };
    case 'MULTIPLE_DOCS':
      return { found: 'a second document', expected: 'one document' };
    case 'BAD_SCALAR_START':
      return { found: 'a value that begins with a sign of YAML itself', expected: 'it in quotes' };
    case 'BAD_ALIAS':
    case 'ALIAS_PROPS':
      return { found: 'an alias', expected: 'values as they are, in quotes where they begin with *' };
    case 'BLOCK_AS_IMPLICIT_KEY':
      return { found: 'a value with a colon and a blank in it, or a second key', expected: 'such a value in quotes' };
    case 'BAD_DQ_ESCAPE':
      return {
        found: 'a backslash and a sign that it says nothing with',
        expected: 'two backslashes, or single quotes',
      };
    case 'MISSING_CHAR':
      return { found: 'something that is not ended', expected: 'a quote, bracket, comma or colon' };
    case 'BAD_INDENT':
      return { found: 'an indentation that fits nothing', expected: 'what belongs together indented alike' };
    case 'RESOURCE_EXHAUSTION':
      return { found: 'lists or maps in one another, too deep', expected: 'one map of inputs' };
    default:
      return { found: 'something that is no YAML', expected: 'YAML 1.2' };
  }
}
