import { expect, test } from '@jest/globals';
import { feedbackText } from '../../../src/core/render/feedback.ts';
import { aFinding, aPullReport, aRecord } from '../../support/builders.ts';

const reportOf = (findings: ReturnType<typeof aFinding>[]) =>
  aPullReport({ record: aRecord({ result: { findings } }) });

test('what to change, the gravest first, by pull request', () => {
  const first = reportOf([
    aFinding({ shortId: 2, suggestion: 'if (a === b) {' }),
    aFinding({ shortId: 1, severity: 'critical', title: 'The total\nis wrong', body: '', quote: '', line: null }),
    aFinding({ shortId: 3, status: 'fixed' }),
  ]);
  const second = aPullReport({ outcome: 'failed', record: null });
  expect(feedbackText([first, second])).toBe(
    [
      'acme/shop#12 at 1111111: 2 to change (https://github.example/acme/shop/pull/12)',
      '',
      'F1 critical: src/cart.ts: The total is wrong',
      '',
      'F2 warning: src/cart.ts:3: Compare with ===',
      '  `==` converts its operands.',
      '  Code:',
      '    if (a == b) {',
      '  Instead:',
      '    if (a === b) {',
    ].join('\n'),
  );
});

test('nothing to change: nothing said', () => {
  expect(feedbackText([reportOf([]), reportOf([aFinding({ status: 'dismissed' })])])).toBe('');
});

test('is bounded, and says how much is left out', () => {
  const many = Array.from({ length: 200 }, (_, at) => aFinding({ shortId: at + 1, body: 'x'.repeat(5_000) }));
  const text = feedbackText([reportOf(many)]);
  expect(text.length).toBeLessThan(61_000);
  expect(text).toMatch(/\n\n\d+ more: see the findings file\.$/u);
});
