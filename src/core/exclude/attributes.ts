/** What the base's .gitattributes say of a path; null: nothing, or nothing that means yes or no. */
export type SaidByBase = { generated: boolean | null; vendored: boolean | null };

export const NOTHING_SAID_BY_BASE: SaidByBase = { generated: null, vendored: null };

export const ATTRIBUTE_NAMES = ['linguist-generated', 'linguist-vendored'] as const;

/** From git's words: `set`, `unset`, `unspecified` or a value. */
export function saidByBase(words: ReadonlyMap<string, string>): SaidByBase {
  return { generated: yesOrNo(words.get('linguist-generated')), vendored: yesOrNo(words.get('linguist-vendored')) };
}

function yesOrNo(word: string | undefined): boolean | null {
  if (word === 'set' || word === 'true') return true;
  return word === 'unset' || word === 'false' ? false : null;
}
