import { expect, test } from '@jest/globals';
import { mergeParts, type PartReview } from '../../../src/core/reviewing/merge-parts.ts';

const part = (overrides: Partial<PartReview>): PartReview => ({
  paths: [],
  summary: '',
  findings: [],
  judgements: [],
  notReviewed: [],
  ...overrides,
});
const says = (status: 'open' | 'fixed', why = '') => ({ findingId: 'f', status, why });
const findings = [{ id: 'f', path: 'a.ts' }];
const judged = (...parts: PartReview[]) => mergeParts(parts, findings).judgements.map(({ status }) => status);

test.each<[string, PartReview[], string[]]>([
  ['nobody said anything', [part({})], []],
  ['only who does not see its file says fixed', [part({ judgements: [says('fixed')] })], ['fixed']],
  [
    'who sees its file is believed',
    [part({ judgements: [says('fixed')] }), part({ paths: ['a.ts'], judgements: [says('open')] })],
    ['open'],
  ],
  [
    'also where that one says fixed',
    [part({ judgements: [says('open')] }), part({ paths: ['a.ts'], judgements: [says('fixed')] })],
    ['fixed'],
  ],
  [
    'of those who see slices of it, one that says open',
    [part({ paths: ['a.ts'], judgements: [says('fixed')] }), part({ paths: ['a.ts'], judgements: [says('open')] })],
    ['open'],
  ],
  ['one that is not listed is none', [part({ judgements: [{ ...says('fixed'), findingId: 'other' }] })], []],
])('%s', (_name, parts, statuses) => {
  expect(judged(...parts)).toEqual(statuses);
});

test('what several left is left once', () => {
  const left = (reason: string) => part({ notReviewed: [{ path: 'a.ts', reason }] });
  expect(mergeParts([left('one'), left('two')], []).notReviewed).toEqual([{ path: 'a.ts', reason: 'two' }]);
});
