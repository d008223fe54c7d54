import { visible } from './visible.ts';

/** Marks a text off as data. */
export type Fence = (name: string, text: string) => string;

/**
 * Data between two marks of a boundary that is random, and so unknown to whoever wrote the data: it can neither end its
 * fence nor open one. What can't be seen in it is made visible.
 *
 * @param boundary 16 to 128 letters and digits, drawn anew for every prompt
 */
export function fenceWith(boundary: string): Fence {
  if (!/^[A-Za-z0-9]{16,128}$/.test(boundary))
    throw new Error('the boundary of a prompt is 16 to 128 letters and digits');
  return (name, text) => {
    const shown = visible(text);
    // It is random: that it occurs in the data means that somebody was told it.
    if (shown.includes(boundary) || name.includes(boundary)) {
      throw new Error(`the boundary of the prompt occurs in ${name.replaceAll(boundary, '…')}`);
    }
    return `<<<${boundary} ${name}\n${shown}\n${boundary}>>>`;
  };
}

/** A name from the pull request, fit to stand in one line: quoted, with what can't be seen made visible. */
export function nameText(name: string): string {
  return visible(JSON.stringify(name));
}

/** At most so many characters, with how many more there were. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const kept = text
    .slice(0, max)
    .toWellFormed()
    .replace(/\ufffd$/u, '');
  return `${kept}\n[… ${text.length - kept.length} more characters are not shown]`;
}
