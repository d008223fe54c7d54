import { describe, expect, test } from '@jest/globals';
import { countFindings, gravest, savedTokens, sumCounts } from '../../src/core/report.ts';
import { NO_USAGE } from '../../src/core/usage.ts';
import { aFinding } from '../support/builders.ts';

describe('countFindings', () => {
  test('open are the new and the carried; gone and dismissed count nowhere', () => {
    const findings = (['new', 'new', 'open', 'fixed', 'gone', 'dismissed'] as const).map((status) =>
      aFinding({ status }),
    );
    expect(countFindings(findings)).toEqual({ new: 2, open: 3, fixed: 1, carried: 1 });
    expect(countFindings([])).toEqual({ new: 0, open: 0, fixed: 0, carried: 0 });
  });

  test('counts add up', () => {
    const one = { new: 1, open: 3, fixed: 0, carried: 2 };
    expect(sumCounts([one, { new: 0, open: 0, fixed: 4, carried: 0 }, one])).toEqual({
      new: 2,
      open: 6,
      fixed: 4,
      carried: 4,
    });
  });
});

describe('gravest', () => {
  test.each([
    [[], null],
    [['approved'], 'approved'],
    [['approved', 'inconclusive'], 'inconclusive'],
    [['inconclusive', 'approved', 'changes_requested', 'inconclusive'], 'changes_requested'],
  ] as const)('of %j is %s', (verdicts, expected) => {
    expect(gravest(verdicts)).toBe(expected);
  });
});

describe('savedTokens', () => {
  test('is what a full review would have read beyond, and never below nought', () => {
    expect(savedTokens({ ...NO_USAGE, scopeTokens: 30, fullTokens: 100 })).toBe(70);
    expect(savedTokens({ ...NO_USAGE, scopeTokens: 110, fullTokens: 100 })).toBe(0);
  });
});
