import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { DEFAULT_RETENTION, parseRetention } from '../../../src/core/ledger/retention.ts';

const DAY = 24 * 60 * 60;

describe('parseRetention', () => {
  test('nothing set', () => {
    expect(parseRetention({})).toEqual({
      outcome: 'parsed',
      days: { data: 75, runs: 90, pullRequests: 120 },
      retention: DEFAULT_RETENTION,
    });
  });

  test('digits and numbers', () => {
    expect(parseRetention({ data: '1', runs: 2, pullRequests: '3650' })).toEqual({
      outcome: 'parsed',
      days: { data: 1, runs: 2, pullRequests: 3650 },
      retention: { dataSeconds: DAY, runSeconds: 2 * DAY, pullRequestSeconds: 3650 * DAY },
    });
  });

  const digits = 'must be whole days, from 1 to 3650';
  test.each<[string, Parameters<typeof parseRetention>[0], [string, string][]]>([
    ['no number', { data: 'long' }, [['data', digits]]],
    [
      'none of it a number of days',
      { data: 0, runs: '1.5', pullRequests: 3651 },
      [
        ['data', digits],
        ['runs', digits],
        ['pullRequests', digits],
      ],
    ],
    ['an empty text', { runs: '' }, [['runs', digits]]],
    ['null', { runs: null }, [['runs', digits]]],
    [
      'data as long as runs',
      { data: 90 },
      [['runs', 'must be more than the 90 days of data: a run outlives its data']],
    ],
    [
      'runs as long as pull requests',
      { runs: 120 },
      [['pullRequests', 'must be more than the 120 days of runs: a pull request outlives its runs']],
    ],
    [
      'the wrong way round, twice',
      { data: 3, runs: 2, pullRequests: 1 },
      [
        ['runs', 'must be more than the 3 days of data: a run outlives its data'],
        ['pullRequests', 'must be more than the 2 days of runs: a pull request outlives its runs'],
      ],
    ],
    [
      'one that is no number, and an order that is wrong whatever it is',
      { data: 'x', runs: 10, pullRequests: 10 },
      [
        ['data', digits],
        ['pullRequests', 'must be more than the 10 days of runs: a pull request outlives its runs'],
      ],
    ],
  ])('%s', (_name, given, faults) => {
    expect(parseRetention(given)).toEqual({
      outcome: 'rejected',
      faults: faults.map(([path, message]) => ({ path, message })),
    });
  });

  test('whatever is accepted keeps runs longer than data, and pull requests longer than runs', () => {
    const days = fc.oneof(fc.integer({ min: -1, max: 4000 }), fc.integer({ min: 0, max: 300 }).map(String));
    fc.assert(
      fc.property(days, days, days, (data, runs, pullRequests) => {
        const parsed = parseRetention({ data, runs, pullRequests });
        if (parsed.outcome === 'rejected') return parsed.faults.length > 0;
        const { dataSeconds, runSeconds, pullRequestSeconds } = parsed.retention;
        return 0 < dataSeconds && dataSeconds < runSeconds && runSeconds < pullRequestSeconds;
      }),
    );
  });
});
