/** Whether two findings speak of the same thing, as far as rule, category and words say. */

export type Concern = { rule?: string | null | undefined; category: string; title: string };

/** The rule where both name one, else the category. */
export function sameKind(a: Concern, b: Concern): boolean {
  const [ruleA, ruleB] = [a.rule ?? null, b.rule ?? null];
  return ruleA !== null && ruleB !== null ? ruleA === ruleB : a.category === b.category;
}

/** As `sameKind`; a bare category is too broad to stand alone, so there the titles must share words as well. */
export function sameConcern(a: Concern, b: Concern): boolean {
  if (!sameKind(a, b)) return false;
  const byRule = (a.rule ?? null) !== null && (b.rule ?? null) !== null;
  return byRule || titleLikeness(a.title, b.title) >= 0.5;
}

/** How much of the shorter title's words the longer one has, 0 to 1; little words count only where there are no others. */
export function titleLikeness(a: string, b: string): number {
  const wordsA = words(a);
  const wordsB = words(b);
  const fewest = Math.min(wordsA.size, wordsB.size);
  if (fewest === 0) return a.trim() === b.trim() ? 1 : 0;
  return [...wordsA].filter((word) => wordsB.has(word)).length / fewest;
}

function words(text: string): Set<string> {
  const all = text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
  const telling = all.filter((word) => word.length > 3);
  return new Set(telling.length > 0 ? telling : all);
}
