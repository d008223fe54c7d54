import { expect, test } from '@jest/globals';
import { trendLine } from '../../../src/core/render/trend.ts';

test.each([
  [[], ''],
  [[3, 1], ''],
  [[0, 0, 0], ''],
  [[4, 2, 0], 'open per push █▅▁ 4 → 0'],
  [[0, 7, 7], 'open per push ▁██ 0 → 7'],
  [Array.from({ length: 30 }, (_, at) => at), 'open per push ▃▄▄▄▄▅▅▅▅▆▆▆▆▇▇▇▇███ 10 → 29'],
])('%j: %j', (trend, line) => {
  expect(trendLine(trend)).toBe(line);
});
