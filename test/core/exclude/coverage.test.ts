import { expect, test } from '@jest/globals';
import type { Coverage } from '../../../src/core/coverage.ts';
import { withoutExcluded } from '../../../src/core/interdiff.ts';
import { sha } from '../../support/builders.ts';

const COVERAGE: Coverage = {
  versions: [{ mergeBaseSha: sha('b'), headSha: sha('a') }],
  covered: [
    { path: 'read.ts', previousPath: null, version: 0 },
    { path: 'still.lock', previousPath: null, version: 0 },
    { path: 'gen/again.ts', previousPath: null, version: 0 },
    { path: 'gen/moved.ts', previousPath: 'gen/from.ts', version: 0 },
  ],
  pending: [{ path: 'large.sql', reason: 'more than 512 KiB of changes' }],
  excluded: ['still.lock', 'gen/again.ts', 'gen/moved.ts'].map((path) => ({ path, reason: 'generated' })),
};

test('what was left out and is not any more was never read; nor was what was moved', () => {
  const leftOutToday = ['still.lock', 'gen/moved.ts'];
  expect(withoutExcluded(COVERAGE, (path) => leftOutToday.includes(path))).toEqual({
    ...COVERAGE,
    covered: COVERAGE.covered.slice(0, 2),
    pending: [
      ...COVERAGE.pending,
      { path: 'gen/again.ts', reason: 'it was left out before' },
      { path: 'gen/moved.ts', reason: 'it was left out before' },
    ],
    excluded: [{ path: 'still.lock', reason: 'generated' }],
  });
});

test('what is left out as ever stays as it is', () => {
  const coverage = { ...COVERAGE, covered: COVERAGE.covered.slice(0, 3) };
  expect(withoutExcluded(coverage, () => true)).toBe(coverage);
});
