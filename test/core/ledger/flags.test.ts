import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { evaluateIncremental, flagSettingText, parseFlagSetting, type Flags } from '../../../src/core/ledger/flags.ts';
import type { FlagItem, FlagSetting } from '../../../src/core/ledger/items.ts';

function flag(setting: FlagSetting): FlagItem {
  return { schema: 1, setting };
}

const on = flag({ value: 'on' });
const off = flag({ value: 'off' });
const percent = (percentage: number) => flag({ value: 'percentage', percentage });

describe('evaluateIncremental', () => {
  test.each<[string, Flags, { value: boolean; cause: string }]>([
    ['nothing set', { deployment: null, owner: null }, { value: true, cause: 'default' }],
    ['on for all', { deployment: on, owner: null }, { value: true, cause: 'deployment: on' }],
    ['off for all', { deployment: off, owner: null }, { value: false, cause: 'deployment: off' }],
    ['off for all, on for the owner', { deployment: off, owner: on }, { value: true, cause: 'owner: on' }],
    ['on for all, off for the owner', { deployment: on, owner: off }, { value: false, cause: 'owner: off' }],
    ['0 %', { deployment: percent(0), owner: null }, { value: false, cause: 'deployment: 0 %, this owner is out' }],
    ['100 %', { deployment: percent(100), owner: null }, { value: true, cause: 'deployment: 100 %, this owner is in' }],
  ])('%s', (_name, flags, expected) => {
    expect(evaluateIncremental(flags, '9001')).toEqual(expected);
  });

  test('an owner that is in stays in when the percentage rises', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.double({ min: 0, max: 100, noNaN: true }),
        fc.double({ min: 0, max: 100, noNaN: true }),
        (id, a, b) => {
          const [low, high] = a < b ? [a, b] : [b, a];
          const isIn = (percentage: number) =>
            evaluateIncremental({ deployment: percent(percentage), owner: null }, String(id)).value;
          return !isIn(low) || isIn(high);
        },
      ),
    );
  });

  test('the side that an owner is on is the same in every version', () => {
    // The least whole percentage at which each is in. Another hash would turn reviews of some owners around.
    const first = ['1', '9001', '9919', '4242', '123456789'].map((owner) =>
      Array.from({ length: 101 }, (_, percentage) => percentage).find(
        (percentage) => evaluateIncremental({ deployment: percent(percentage), owner: null }, owner).value,
      ),
    );
    expect(first).toEqual([34, 33, 5, 7, 67]);
  });

  test.each([10, 50, 90])('%i %% of neighbouring owners are in, within two points', (percentage) => {
    const owners = Array.from({ length: 20_000 }, (_, index) => String(1_000_000 + index));
    const flags = { deployment: percent(percentage), owner: null };
    const share = owners.filter((owner) => evaluateIncremental(flags, owner).value).length / owners.length;
    expect(Math.abs(share * 100 - percentage)).toBeLessThan(2);
  });
});

describe('a setting as text', () => {
  test.each<[string, FlagSetting | null]>([
    ['on', { value: 'on' }],
    ['off', { value: 'off' }],
    ['0%', { value: 'percentage', percentage: 0 }],
    ['30 %', { value: 'percentage', percentage: 30 }],
    ['100%', { value: 'percentage', percentage: 100 }],
    ['0.25%', { value: 'percentage', percentage: 0.25 }],
    ['30', null],
    ['101%', null],
    ['-1%', null],
    ['1e1%', null],
    ['.5%', null],
    ['0.125%', null],
    ['ON', null],
    ['', null],
    ['on\n', null],
  ])('%j', (text, setting) => {
    expect(parseFlagSetting(text)).toEqual(setting);
    if (setting !== null) expect(parseFlagSetting(flagSettingText(setting))).toEqual(setting);
  });
});
