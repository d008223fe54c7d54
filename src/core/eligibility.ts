import type { Exclusion } from './pull-request.ts';

/** What is left alone, as configured. */
export type EligibilityRules = {
  /** Logins; case does not matter. An app's bot is `name[bot]`. */
  ignoreAuthors: readonly string[];
  /** A PR with this label is left alone; empty: none is. Case does not matter, as on GitHub. */
  skipLabel: string;
  reviewDrafts: boolean;
};

/** Why the configuration leaves a PR alone; null where it does not. */
export function exclusionOf(
  pullRequest: { author: string; labels: readonly string[]; draft: boolean },
  rules: EligibilityRules,
): Exclusion | null {
  if (rules.skipLabel !== '' && pullRequest.labels.some((label) => sameName(label, rules.skipLabel)))
    return 'skip-label';
  if (rules.ignoreAuthors.some((author) => sameName(author, pullRequest.author))) return 'ignored-author';
  if (pullRequest.draft && !rules.reviewDrafts) return 'draft';
  return null;
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
