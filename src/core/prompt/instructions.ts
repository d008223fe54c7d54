type Instructed = { pullRequest: string; instructions: string | null };

/** What the maintainers of these pull requests ask for, as one text; each text once. Null: nothing. */
export function instructionsOf(pulls: readonly Instructed[]): string | null {
  const texts = new Map<string, string[]>();
  for (const { pullRequest, instructions } of pulls) {
    const text = instructions?.trim() ?? '';
    if (text !== '') texts.set(text, [...(texts.get(text) ?? []), pullRequest]);
  }
  const [only] = texts;
  if (only === undefined) return null;
  if (only[1].length === pulls.length) return only[0];
  return [...texts].map(([text, names]) => `For ${names.join(', ')}:\n\n${text}`).join('\n\n');
}
