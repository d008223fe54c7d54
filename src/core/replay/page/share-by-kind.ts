import { PUSH_KINDS } from '../past.ts';
import { share } from '../table.ts';
import type { ReplayTotals } from '../totals.ts';
import { inShort, KIND_TITLES } from './figures.ts';
import { label, rect, svg } from './html.ts';

const WIDTH = 980;
const LEFT = 190;
const BAR = 780;
const ROW = 44;

const ROWS = [
  { title: 'Pushes', measure: 'pushes', unit: 'pushes' },
  { title: 'Read by prev..head', measure: 'prevHead', unit: 'tokens' },
  { title: 'Read by Pushback', measure: 'reviewable', unit: 'tokens' },
] as const;

/** How many of the pushes are of which kind, and where the tokens go. */
export function shareByKind({ followUps }: ReplayTotals): string {
  const body = ROWS.map(({ title, measure, unit }, row) => {
    const y = row * ROW + 8;
    const whole = PUSH_KINDS.reduce((sum, kind) => sum + followUps.byKind[kind][measure], 0);
    let x = LEFT;
    const parts = PUSH_KINDS.map((kind) => {
      const value = followUps.byKind[kind][measure];
      const width = whole === 0 ? 0 : (value / whole) * BAR;
      const text = share(value, whole);
      const drawn =
        width === 0
          ? ''
          : rect(
              { x, y, width: Math.max(1, width - 2), height: 28 },
              kind,
              `${KIND_TITLES[kind]}: ${inShort(value)} ${unit}, ${text}`,
            ) + (width > 52 ? label(text, { x: x + width / 2 - 1, y: y + 19, anchor: 'middle', name: 'inside' }) : '');
      x += width;
      return drawn;
    });
    return label(title, { x: LEFT - 12, y: y + 19, anchor: 'end' }) + parts.join('');
  });
  return svg(WIDTH, ROWS.length * ROW, 'Share of pushes, and of the tokens read, by kind of push', body.join(''));
}
