import { contextOf } from '../../../src/core/context/blocks.ts';
import type { FileDiff } from '../../../src/core/diff.ts';
import { fullScope, type ContextBlock, type ScopeFile } from '../../../src/core/scope.ts';
import { fileDiff } from '../../support/git/file-diff.ts';
import { countWords } from '../../support/git/scope-of-push.ts';

/** A change of a file, written down in one text: `+` begins a line that is new, `-` one that is gone. */
export function markedFile(path: string, text: string): { file: ScopeFile; lines: string[]; own: FileDiff } {
  const marked = text.replace(/^\n/, '').replace(/\n *$/, '').split('\n');
  const lines = marked.filter((line) => !line.startsWith('-')).map((line) => line.replace(/^\+/, ''));
  const before = marked.filter((line) => !line.startsWith('+')).map((line) => line.replace(/^-/, ''));
  const own = fileDiff({ path, before, after: lines, context: 1 });
  const [file] = fullScope({ fullDiff: [own], countTokens: countWords, why: '' }).files;
  if (file === undefined) throw new Error('nothing is in scope');
  return { file, lines, own };
}

/** The context of a marked file in short: `enclosing 1-3,7; outline 9`. */
export function contextInShort(path: string, text: string): string {
  const { file, lines, own } = markedFile(path, text);
  return inShort(contextOf(file, lines, own));
}

export function inShort(blocks: readonly ContextBlock[]): string {
  return blocks.map(({ kind, lines }) => `${kind} ${ranges(lines.map(({ line }) => line))}`).join('; ');
}

function ranges(lines: readonly number[]): string {
  const found: [number, number][] = [];
  for (const line of lines) {
    const last = found.at(-1);
    if (last !== undefined && last[1] === line - 1) last[1] = line;
    else found.push([line, line]);
  }
  return found.map(([start, end]) => (start === end ? `${start}` : `${start}-${end}`)).join(',');
}
