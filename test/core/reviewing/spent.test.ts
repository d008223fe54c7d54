import { expect, test } from '@jest/globals';
import { spentBefore } from '../../../src/core/reviewing/spent.ts';
import { NO_USAGE, type Usage } from '../../../src/core/usage.ts';
import { aRecord } from '../../support/builders.ts';

const record = (usage: Partial<Usage>) => aRecord({ result: { usage: { ...NO_USAGE, ...usage } } });
const leftover = (usage: Partial<Usage>) => ({ ...record(usage), completedAt: null });
const used = { inputTokens: 100, outputTokens: 10, costUsd: 0.5 };

test.each([
  ['nothing before', null, [], { inputTokens: 0, outputTokens: 0, costUsd: 0 }],
  ['a record of before there was an account', record(used), [], used],
  [
    'an account',
    record({ ...used, spent: { inputTokens: 700, outputTokens: 70, costUsd: 3 } }),
    [],
    { inputTokens: 700, outputTokens: 70, costUsd: 3 },
  ],
  [
    'runs that were overtaken, of which each tells its own alone',
    record({ spent: used }),
    [leftover({ inputTokens: 5, spent: { inputTokens: 500, outputTokens: 0, costUsd: 0 } }), leftover({ costUsd: 1 })],
    { inputTokens: 105, outputTokens: 10, costUsd: 1.5 },
  ],
  ['an earlier review that is built on once more', record({ spent: used }), [record(used)], used],
])('%s', (_name, previous, sources, spent) => {
  expect(spentBefore(previous, sources)).toEqual(spent);
});
