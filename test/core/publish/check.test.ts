import { describe, expect, test } from '@jest/globals';
import { NOTHING_COVERED } from '../../../src/core/coverage.ts';
import { checkEndOf, checkNameFor, MAX_CHECK_ANNOTATIONS } from '../../../src/core/publish/check.ts';
import type { PullReport } from '../../../src/core/report.ts';
import type { Severity } from '../../../src/core/severity.ts';
import { verdictOf } from '../../../src/core/verdict.ts';
import { aFinding, aPullReport, aRecord } from '../../support/builders.ts';

type FailOn = Severity | 'never';

function reviewed(severities: Severity[], pending = 0): Partial<PullReport> {
  const findings = severities.map((severity, at) => aFinding({ severity, shortId: at + 1 }));
  const paths = Array.from({ length: pending }, (_, at) => ({ path: `${at}.ts`, reason: 'the budget ran out' }));
  const coverage = { ...NOTHING_COVERED, pending: paths };
  return { record: aRecord({ result: { findings, coverage, verdict: verdictOf(findings, coverage) } }) };
}
const none = { record: null } as const;

describe('checkEndOf', () => {
  test.each<[string, Partial<PullReport>, FailOn, string | null]>([
    ['approved', reviewed([]), 'never', 'success'],
    ['approved', reviewed([]), 'critical', 'success'],
    ['approved with suggestions', reviewed(['suggestion']), 'critical', 'success'],
    ['suggestions that fail', reviewed(['suggestion']), 'suggestion', 'failure'],
    ['open, nothing fails', reviewed(['critical']), 'never', 'neutral'],
    ['open at the threshold', reviewed(['warning']), 'warning', 'failure'],
    ['open below it', reviewed(['warning']), 'critical', 'neutral'],
    ['not finished', reviewed([], 2), 'never', 'neutral'],
    ['not finished', reviewed([], 2), 'critical', 'failure'],
    ['failed', { outcome: 'failed', ...none }, 'never', 'neutral'],
    ['failed', { outcome: 'failed', ...none }, 'critical', 'failure'],
    ['overtaken', { outcome: 'overtaken', ...none }, 'critical', 'cancelled'],
    ['stale head', { outcome: 'overtaken', reason: 'stale-head', ...none }, 'never', 'cancelled'],
    ['a draft', { outcome: 'skipped', reason: 'ineligible', ...none }, 'critical', 'neutral'],
    ['reviewed before', { outcome: 'skipped', reason: 'already-reviewed', ...reviewed([]) }, 'critical', 'success'],
    ['reviewed before', { outcome: 'skipped', reason: 'already-reviewed', ...none }, 'critical', 'failure'],
    ['reviewed before', { outcome: 'skipped', reason: 'already-reviewed', ...none }, 'never', 'neutral'],
    ['another run is at it', { outcome: 'skipped', reason: 'active-run', ...none }, 'critical', null],
  ])('%s: %j with fail-on %s: %s', (_what, report, failOn, conclusion) => {
    const end = checkEndOf(aPullReport(report), { failOn, onError: 'warn' }, 'page');
    expect(end?.conclusion ?? null).toBe(conclusion);
  });

  test('a fault of ours fails it where on-error says so', () => {
    const end = checkEndOf(aPullReport({ outcome: 'failed', ...none }), { failOn: 'never', onError: 'fail' }, '');
    expect(end).toMatchObject({ conclusion: 'failure', title: expect.stringMatching(/^NOT reviewed: /u) });
  });

  test('annotates as many findings as the host takes, the gravest first', () => {
    const many = [...Array.from({ length: 60 }, () => 'warning' as const), 'critical' as const];
    const end = checkEndOf(aPullReport(reviewed(many)), { failOn: 'critical', onError: 'warn' }, '');
    expect(end?.annotations).toHaveLength(MAX_CHECK_ANNOTATIONS);
    expect(end?.annotations[0]).toMatchObject({ level: 'failure', title: 'F61 Compare with ===' });
  });
});

test.each([
  ['acme/shop#12', 'Pushback'],
  ['stack/checkout', 'Pushback (stack/checkout)'],
])('the check of session %s is %s', (session, name) => {
  expect(checkNameFor('Pushback', session, 'acme/shop#12')).toBe(name);
});
