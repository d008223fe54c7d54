/** What the text that a reader takes looks like: how it may stand in a file of its own, and what an editor is told of it. */
export type Shape =
  | { kind: 'text' }
  | { kind: 'boolean' }
  | { kind: 'auto-or-boolean' }
  | { kind: 'choice'; choices: readonly string[] }
  | { kind: 'number'; whole: boolean; min: number; max: number }
  /** Several, one per line. */
  | { kind: 'lines' }
  /** Several, separated by blanks, commas or lines. */
  | { kind: 'words' };

export const TEXT: Shape = { kind: 'text' };
