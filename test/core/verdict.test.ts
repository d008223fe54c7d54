import { describe, expect, test } from '@jest/globals';
import { NOTHING_COVERED, type Coverage } from '../../src/core/coverage.ts';
import type { Finding } from '../../src/core/finding.ts';
import { verdictOf } from '../../src/core/verdict.ts';

const pending: Coverage = { ...NOTHING_COVERED, pending: [{ path: 'a.ts', reason: 'budget' }] };
type Said = Pick<Finding, 'status' | 'severity'>;

describe('verdictOf', () => {
  test.each<[string, Said[], Coverage, string]>([
    ['nothing said of anything', [], NOTHING_COVERED, 'approved'],
    ['a new warning', [{ status: 'new', severity: 'warning' }], NOTHING_COVERED, 'changes_requested'],
    ['an open critical', [{ status: 'open', severity: 'critical' }], NOTHING_COVERED, 'changes_requested'],
    ['only a suggestion', [{ status: 'new', severity: 'suggestion' }], NOTHING_COVERED, 'approved'],
    ['a fixed critical', [{ status: 'fixed', severity: 'critical' }], NOTHING_COVERED, 'approved'],
    ['a dismissed critical', [{ status: 'dismissed', severity: 'critical' }], NOTHING_COVERED, 'approved'],
    ['a gone warning', [{ status: 'gone', severity: 'warning' }], NOTHING_COVERED, 'approved'],
    ['paths pending', [], pending, 'inconclusive'],
    ['paths pending and a suggestion', [{ status: 'open', severity: 'suggestion' }], pending, 'inconclusive'],
    ['paths pending and a warning', [{ status: 'open', severity: 'warning' }], pending, 'changes_requested'],
  ])('%s', (_name, findings, coverage, expected) => {
    expect(verdictOf(findings, coverage)).toBe(expected);
  });
});
