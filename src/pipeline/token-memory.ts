const MAX_CHARACTERS = 32 * 1024 * 1024;

/** Counts a text once, however often it comes: of a pull request's files, most stay as they are from push to push. */
export function remembering(countTokens: (text: string) => number): (text: string) => number {
  const known = new Map<string, number>();
  let characters = 0;
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const tokens = countTokens(text);
    characters += text.length;
    if (characters > MAX_CHARACTERS) {
      known.clear();
      characters = text.length;
    }
    known.set(text, tokens);
    return tokens;
  };
}
