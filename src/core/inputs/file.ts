import { quoted, sizeOf, type FileFault } from './faults.ts';
import { INPUT_NAMES, type InputName, type SomeTexts } from './names.ts';
import { nearestName } from './nearest.ts';
import type { Shape } from './shape.ts';
import { linesOf, wordsOf } from './text.ts';

/** A value of the file, as whatever parsed it hands it over. */
export type FileValue =
  | { kind: 'text'; text: string; line: number }
  | { kind: 'list'; items: FileValue[]; line: number }
  | { kind: 'nothing'; line: number }
  /** Something that no input can be: `what` says what, never how it reads. */
  | { kind: 'other'; what: string; line: number };

export type FileEntry = { key: string; line: number; value: FileValue };

/** The file as parsed: what it holds by key, in its order, or what keeps it from being read. */
export type FileDocument =
  | { outcome: 'read'; entries: FileEntry[] }
  | { outcome: 'broken'; faults: { line: number | null; found: string; expected: string }[] };

/** What the file says of the inputs, as their texts, with everything that is wrong with it. */
export type ConfigFile = {
  path: string;
  texts: SomeTexts;
  /** Line of each key. */
  lines: ReadonlyMap<InputName, number>;
  faults: FileFault[];
  /** It can't be told what it says: nothing can be told of what follows from it either. */
  broken: boolean;
  /** What was put there and should never have been: shown nowhere. */
  secrets: readonly string[];
};

/** Inputs that can't stand in the file, and why. */
const NOT_IN_FILE = {
  'github-token': 'no token in a file that everybody can read: take it back where it came from, and set the input',
  'api-key':
    'no key in a file that everybody can read: take it back where it came from, and set the input from a secret',
  'config-file': 'this in the workflow only: it says which file is read',
  'pull-requests': 'this in the workflow only: here every run would review the same ones',
  force: 'this in the workflow or as the command "/pushback full" only: here it would hold for every run',
} as const satisfies Partial<Record<InputName, string>>;
const SECRETS = ['github-token', 'api-key'] as const;

export type FileKey = Exclude<InputName, keyof typeof NOT_IN_FILE>;

export const FILE_KEYS = INPUT_NAMES.filter((name): name is FileKey => !Object.hasOwn(NOT_IN_FILE, name));

const LIST = { lines: linesOf, words: wordsOf } as const;

/**
 * What the file says, key by key. Whether the values are right is told where they are read, like those of the workflow.
 *
 * @param secrets of the workflow: they show in no fault
 */
export function readConfigFile(
  path: string,
  document: FileDocument,
  shapes: Readonly<Record<FileKey, Shape>>,
  secrets: readonly string[],
): ConfigFile {
  if (document.outcome === 'broken') {
    const faults = document.faults.map(({ line, found, expected }) => ({
      input: null,
      at: { file: path, line },
      key: null,
      found,
      expected,
    }));
    return { path, texts: {}, lines: new Map(), faults, broken: true, secrets: [] };
  }
  const kept = document.entries.filter(({ key }) => isOneOf(SECRETS, key)).flatMap(({ value }) => textsIn(value));
  const shown = (text: string): string =>
    [...secrets, ...kept].some((secret) => text.includes(secret)) ? sizeOf(text) : quoted(text);
  const texts = new Map<FileKey, string>();
  const lines = new Map<string, number>();
  const faults: FileFault[] = [];
  for (const { key, line, value } of document.entries) {
    const fault = (at: number, found: string, expected: string): void => {
      const name = isOneOf(INPUT_NAMES, key) ? key : shown(key);
      faults.push({ input: null, at: { file: path, line: at }, key: name, found, expected });
    };
    const first = lines.get(key);
    lines.set(key, first ?? line);
    if (first !== undefined) fault(line, `the key again, as in line ${first}`, 'each key once');
    else if (isOneOf(FILE_KEYS, key)) {
      const text = textOf(value, shapes[key], (at, found, expected) => fault(at, found, expected));
      if (text !== null) texts.set(key, text);
    } else fault(line, isOneOf(INPUT_NAMES, key) ? kindOf(value) : 'an unknown key', adviceOn(key));
  }
  return {
    path,
    texts: Object.fromEntries(texts),
    lines: new Map(FILE_KEYS.flatMap((key) => (texts.has(key) ? [[key, lines.get(key) ?? 1] as const] : []))),
    faults,
    broken: false,
    secrets: kept,
  };
}

type Tell = (line: number, found: string, expected: string) => void;

/** As an input would hold it; null, and told, where that can't be. */
function textOf(value: FileValue, shape: Shape, tell: Tell): string | null {
  const split = shape.kind === 'lines' || shape.kind === 'words' ? LIST[shape.kind] : null;
  const expected = split === null ? 'one text, number, true or false' : 'one text, or a list of such';
  switch (value.kind) {
    case 'text':
      return value.text;
    case 'nothing':
      tell(value.line, 'nothing', 'a value, or no such key');
      return null;
    case 'other':
      tell(value.line, value.what, expected);
      return null;
    case 'list':
      if (split !== null) return listText(value.items, split, tell);
      tell(value.line, 'a list', expected);
      return null;
    default:
      return value satisfies never;
  }
}

/** One per line: each has to come out of it as it went in. */
function listText(items: readonly FileValue[], split: (text: string) => string[], tell: Tell): string | null {
  const texts: string[] = [];
  let wrong = 0;
  for (const item of items) {
    const parts = item.kind === 'text' ? split(item.text) : [];
    if (item.kind === 'text' && parts.length === 1 && parts[0] === item.text) {
      texts.push(item.text);
      continue;
    }
    wrong += 1;
    const expected =
      split === linesOf ? 'entries of one line each, without blanks around them' : 'entries of one word each';
    tell(
      item.line,
      item.kind === 'text' ? `an entry that is ${sizeOf(item.text)}` : `an entry that is ${kindOf(item)}`,
      expected,
    );
  }
  return wrong > 0 ? null : texts.join('\n');
}

function kindOf(value: FileValue): string {
  switch (value.kind) {
    case 'text':
      return sizeOf(value.text);
    case 'list':
      return 'a list';
    case 'nothing':
      return 'nothing';
    case 'other':
      return value.what;
    default:
      return value satisfies never;
  }
}

/** Instead of a key that can't stand there. */
function adviceOn(key: string): string {
  const meant = isOneOf(INPUT_NAMES, key) ? key : nearestName(key, INPUT_NAMES);
  if (meant === null) return `inputs of the action: ${FILE_KEYS.join(', ')}`;
  return isOneOf(FILE_KEYS, meant) ? `an input of the action, such as ${meant}` : NOT_IN_FILE[meant];
}

function textsIn(value: FileValue): string[] {
  if (value.kind === 'list') return value.items.flatMap(textsIn);
  return value.kind === 'text' && value.text.trim() !== '' ? [value.text.trim()] : [];
}

function isOneOf<const T extends Name, Name extends string>(names: readonly T[], name: Name): name is T {
  return (names as readonly string[]).includes(name);
}
