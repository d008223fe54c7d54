import { expect, test } from '@jest/globals';
import { exclusionOf, type EligibilityRules } from '../../src/core/eligibility.ts';

const rules: EligibilityRules = {
  ignoreAuthors: ['renovate[bot]', 'Mallory'],
  skipLabel: 'skip-review',
  reviewDrafts: false,
};
const plain = { author: 'alice', labels: ['bug'], draft: false };

test.each([
  ['an ordinary one', plain, rules, null],
  ['a draft', { ...plain, draft: true }, rules, 'draft'],
  ['a draft where drafts are reviewed', { ...plain, draft: true }, { ...rules, reviewDrafts: true }, null],
  ['an ignored bot', { ...plain, author: 'renovate[bot]' }, rules, 'ignored-author'],
  ['an ignored person, written otherwise', { ...plain, author: 'mallory' }, rules, 'ignored-author'],
  ['an author whose name merely contains an ignored one', { ...plain, author: 'mallory2' }, rules, null],
  ['one with the label', { ...plain, labels: ['bug', 'Skip-Review'] }, rules, 'skip-label'],
  ['one with an empty label, where none skips', { ...plain, labels: [''] }, { ...rules, skipLabel: '' }, null],
  [
    'a labelled draft of an ignored author',
    { author: 'mallory', labels: ['skip-review'], draft: true },
    rules,
    'skip-label',
  ],
] as const)('%s', (_what, pullRequest, given, expected) => {
  expect(exclusionOf(pullRequest, given)).toBe(expected);
});
