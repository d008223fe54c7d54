import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { parseRunId, PullRequestNumber, RepositoryId, RepositoryName, runIdOf } from '../../src/core/ids.ts';
import { sha } from '../support/builders.ts';

const whole = fc.oneof(
  fc.maxSafeInteger(),
  fc.constantFrom(1, 2_147_483_647, 2_147_483_648, 999_999_999_999_999, 1e15, Number.MAX_SAFE_INTEGER),
);

test('every pull request that is let in has a run id, which says which it is', () => {
  fc.assert(
    fc.property(whole, whole, (id, of) => {
      const repositoryId = RepositoryId.safeParse(id);
      const number = PullRequestNumber.safeParse(of);
      fc.pre(repositoryId.success && number.success);
      const key = { repositoryId: repositoryId.data, number: number.data, headSha: sha('1') };
      expect(parseRunId(runIdOf(key))).toEqual(key);
    }),
  );
  expect(RepositoryId.safeParse(999_999_999_999_999).success).toBe(true);
});

test.each([
  ['acme/shop', true],
  // Accounts that an enterprise manages end in its short code, and can own repositories.
  ['mona_acme/shop', true],
  ['acme-corp/.github', true],
  ['_mona/shop', false],
  ['acme/..', false],
  ['acme/shop/x', false],
  ['acme/sh#op', false],
])('a repository by the name of %s: %s', (name, expected) => {
  expect(RepositoryName.safeParse(name).success).toBe(expected);
});
