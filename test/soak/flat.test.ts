import { describe, expect, test } from '@jest/globals';
import { GROWTH_MIB, growthOf } from './flat.ts';

const samples = (of: (at: number) => number): number[] => Array.from({ length: 24 }, (_, at) => of(at));

describe('memory is flat', () => {
  test.each<[string, number[], boolean]>([
    ['a warm-up, and nothing more', samples((at) => 30 + Math.min(at, 5)), true],
    ['one collection that came at a bad moment', samples((at) => (at === 20 ? 90 : 33)), true],
    ['ups and downs', samples((at) => 33 + (at % 3)), true],
    ['half a MiB with every sample', samples((at) => 30 + at / 2), false],
    ['a step that stays', samples((at) => (at < 14 ? 30 : 34)), false],
  ])('%s', (_case, heapMiB, flat) => {
    expect(growthOf(heapMiB) < GROWTH_MIB).toBe(flat);
  });

  test('too few samples say nothing', () => {
    expect(() => growthOf([1, 2, 3])).toThrow('too few');
  });
});
