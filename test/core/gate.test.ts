import { describe, expect, test } from '@jest/globals';
import { gate, type GatePolicy } from '../../src/core/gate.ts';
import type { Severity } from '../../src/core/severity.ts';
import type { PullReport } from '../../src/core/report.ts';
import { aFinding, aPullReport, aRecord } from '../support/builders.ts';

const lenient: GatePolicy = { failOn: 'never', onError: 'warn' };
const strict: GatePolicy = { failOn: 'warning', onError: 'fail' };
const withFinding = (severity: Severity): PullReport =>
  aPullReport({
    record: aRecord({ result: { findings: [aFinding({ severity })], verdict: 'changes_requested' } }),
  });
const inconclusive = aPullReport({ record: aRecord({ result: { verdict: 'inconclusive' } }) });

describe('gate', () => {
  test.each<[string, PullReport, GatePolicy, string]>([
    ['a clean review', aPullReport({}), strict, 'pass'],
    ['a warning where warnings fail', withFinding('warning'), strict, 'fail'],
    ['a critical where warnings fail', withFinding('critical'), strict, 'fail'],
    ['a suggestion where warnings fail', withFinding('suggestion'), strict, 'pass'],
    ['a critical where nothing fails', withFinding('critical'), lenient, 'pass'],
    ['an incomplete review behind a gate', inconclusive, strict, 'fail'],
    ['an incomplete review without a gate', inconclusive, lenient, 'pass'],
    ['a fault, lenient', aPullReport({ outcome: 'failed', record: null }), lenient, 'warn'],
    [
      'a fault, strict about errors',
      aPullReport({ outcome: 'failed', record: null }),
      { ...lenient, onError: 'fail' },
      'fail',
    ],
    [
      'a fault behind a gate, lenient about errors',
      aPullReport({ outcome: 'failed', record: null }),
      { ...strict, onError: 'warn' },
      'fail',
    ],
    ['a draft behind a gate', aPullReport({ outcome: 'skipped', reason: 'ineligible', record: null }), strict, 'pass'],
    ['overtaken behind a gate', aPullReport({ outcome: 'overtaken' }), strict, 'fail'],
    ['overtaken without a gate', aPullReport({ outcome: 'overtaken' }), lenient, 'pass'],
    ['already reviewed and clean', aPullReport({ outcome: 'skipped', reason: 'already-reviewed' }), strict, 'pass'],
    [
      'somebody else still at it',
      aPullReport({ outcome: 'skipped', reason: 'active-run', record: null }),
      strict,
      'fail',
    ],
  ])('%s', (_name, pull, policy, expected) => {
    expect(gate([pull], policy).conclusion).toBe(expected);
  });

  test('one bad pull request fails all, and every one at fault is named', () => {
    const decision = gate([aPullReport({}), withFinding('critical'), inconclusive], strict);
    expect(decision).toEqual({
      conclusion: 'fail',
      messages: ['acme/shop#12: 1 open at warning or above (F1)', 'acme/shop#12: the review is not complete'],
    });
  });
});
