import type { PushCost } from '../totals.ts';
import { axisOf, METHODS, ticksOf } from './figures.ts';
import { label, rect, rule, svg } from './html.ts';

const WIDTH = 980;
const HEIGHT = 270;
const LEFT = 56;
const TOP = 14;
const PLOT = 200;

/** Upper ends of what a push costs as a share of the whole diff; each bucket holds what the one before does not. */
const BUCKETS = [
  { title: 'nothing', most: 0 },
  { title: 'up to 5 %', most: 0.05 },
  { title: 'up to 10 %', most: 0.1 },
  { title: 'up to 25 %', most: 0.25 },
  { title: 'up to 50 %', most: 0.5 },
  { title: 'up to 100 %', most: 1 },
  { title: 'more', most: Infinity },
] as const;

/** For how many pushes how much of the PR's diff had to be read. */
export function distribution(pushes: readonly PushCost[]): string {
  const later = pushes.filter(({ push, full }) => push > 1 && full > 0);
  const series = METHODS.filter(({ name }) => name !== 'full').map((method) => ({
    ...method,
    counts: countsOf(later.map((push) => push[method.measure] / push.full)),
  }));
  const axis = axisOf(Math.max(...series.flatMap(({ counts }) => counts)));
  const y = (value: number): number => TOP + PLOT * (1 - value / axis.end);
  const slot = (WIDTH - LEFT) / BUCKETS.length;
  const grid = ticksOf(axis).map(
    (tick) =>
      rule(LEFT, y(tick), WIDTH, y(tick)) +
      label(tick.toLocaleString('en-US'), { x: LEFT - 8, y: y(tick) + 4, anchor: 'end', name: 'tick' }),
  );
  const columns = BUCKETS.map((bucket, index) => {
    const x = LEFT + index * slot;
    const bars = series.map(({ name, title, counts }, at) => {
      const count = counts[index] ?? 0;
      const box = {
        x: x + 16 + at * (slot / 2 - 16),
        y: y(count),
        width: slot / 2 - 20,
        height: TOP + PLOT - y(count),
      };
      const tip = `${title}: ${count} pushes, ${bucket.title}`;
      return (
        rect(box, name, tip) +
        label(String(count), { x: box.x + box.width / 2, y: box.y - 4, anchor: 'middle', name: 'tick' })
      );
    });
    return bars.join('') + label(bucket.title, { x: x + slot / 2, y: TOP + PLOT + 20, anchor: 'middle' });
  });
  const title = label("of the PR's whole diff", {
    x: LEFT + (WIDTH - LEFT) / 2,
    y: HEIGHT - 12,
    anchor: 'middle',
    name: 'tick',
  });
  const name = 'Number of pushes by the share of the diff that had to be read';
  return svg(WIDTH, HEIGHT, name, grid.join('') + columns.join('') + title);
}

function countsOf(shares: readonly number[]): number[] {
  const counts = BUCKETS.map(() => 0);
  for (const share of shares) {
    const index = BUCKETS.findIndex(({ most }) => share <= most);
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return counts;
}
