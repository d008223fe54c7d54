import type { PushCost } from '../totals.ts';
import { axisOf, inShort, METHODS, ticksOf } from './figures.ts';
import { escaped, fixed, label, rule, svg } from './html.ts';

const WIDTH = 980;
const HEIGHT = 300;
const LEFT = 64;
const RIGHT = 150;
const TOP = 14;
const PLOT = 230;
const MOST_PUSHES = 16;

type Point = { push: number; pulls: number } & Record<(typeof METHODS)[number]['measure'], number>;

/**
 * What the pull requests of the sample cost in all, push after push. A line that climbs is money; at the first push all
 * methods are one. Empty where fewer than two pushes can be shown.
 */
export function growth(pushes: readonly PushCost[]): string {
  const points = cumulated(pushes);
  const last = points.at(-1);
  if (points.length < 2 || last === undefined) return '';
  const axis = axisOf(Math.max(...METHODS.map(({ measure }) => last[measure])));
  const x = (push: number): number => LEFT + ((push - 1) / (points.length - 1)) * (WIDTH - LEFT - RIGHT);
  const y = (value: number): number => TOP + PLOT * (1 - value / axis.end);
  const grid = ticksOf(axis).map(
    (tick) =>
      rule(LEFT, y(tick), WIDTH - RIGHT, y(tick)) +
      label(inShort(tick), { x: LEFT - 8, y: y(tick) + 4, anchor: 'end', name: 'tick' }),
  );
  const numbers = points.map(({ push }) =>
    label(String(push), { x: x(push), y: TOP + PLOT + 20, anchor: 'middle', name: 'tick' }),
  );
  const heights = apart(METHODS.map(({ measure }) => y(last[measure]) + 4));
  const lines = METHODS.map(({ name, title, measure }, index) => {
    const path = points.map((point) => `${fixed(x(point.push))},${fixed(y(point[measure]))}`).join(' ');
    const dots = points.map(
      (point) =>
        `<circle class="${name}" cx="${fixed(x(point.push))}" cy="${fixed(y(point[measure]))}" r="3"><title>${escaped(
          `${title}: ${inShort(point[measure])} tokens up to push ${point.push}; ${point.pulls} PRs got there`,
        )}</title></circle>`,
    );
    const end = label(`${shortTitle(title)} ${inShort(last[measure])}`, {
      x: WIDTH - RIGHT + 12,
      y: heights[index] ?? 0,
    });
    return `<polyline class="line ${name}" points="${path}"/>${dots.join('')}${end}`;
  });
  const axisTitle = label('push of the pull request', {
    x: LEFT + (WIDTH - LEFT - RIGHT) / 2,
    y: HEIGHT - 12,
    anchor: 'middle',
    name: 'tick',
  });
  const name = 'Tokens read so far, by number of the push';
  return svg(WIDTH, HEIGHT, name, grid.join('') + numbers.join('') + lines.join('') + axisTitle);
}

/** Rebases that the replay added itself are no step of a pull request's own. */
function cumulated(pushes: readonly PushCost[]): Point[] {
  const points: Point[] = [];
  for (let push = 1; push <= MOST_PUSHES; push += 1) {
    const here = pushes.filter((each) => each.push === push && each.kind !== 'rebased');
    if (here.length === 0) break;
    const before = points.at(-1);
    const sum = (measure: 'full' | 'prevHead' | 'reviewable'): number =>
      here.reduce((tokens, each) => tokens + each[measure], before?.[measure] ?? 0);
    points.push({
      push,
      pulls: here.length,
      full: sum('full'),
      prevHead: sum('prevHead'),
      reviewable: sum('reviewable'),
    });
  }
  return points;
}

function shortTitle(title: string): string {
  return title.replace(/^git diff /, '');
}

/** The same heights, moved down where two would cover each other. */
function apart(heights: readonly number[]): number[] {
  const order = heights.map((height, index) => ({ height, index })).toSorted((a, b) => b.height - a.height);
  const placed: number[] = [];
  let least = Infinity;
  for (const { height, index } of order) {
    least = Math.min(height, least - 17);
    placed[index] = least;
  }
  return placed;
}
