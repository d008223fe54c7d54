import { PUSH_KINDS } from '../past.ts';
import { share } from '../table.ts';
import type { ReplayTotals } from '../totals.ts';
import { inShort, KIND_TITLES, METHODS } from './figures.ts';
import { label, rect, svg } from './html.ts';

const WIDTH = 980;
const PANEL = 112;
const LEFT = 150;
const BARS = 640;

/** What a push costs on average by each method, a panel for each kind of push. */
export function costByKind({ followUps }: ReplayTotals): string {
  const panels = [
    { title: 'All pushes after the first', sum: followUps },
    ...PUSH_KINDS.map((kind) => ({ title: KIND_TITLES[kind], sum: followUps.byKind[kind] })),
  ].filter(({ sum }) => sum.pushes > 0);
  const body = panels.map(({ title, sum }, index) => {
    const top = index * PANEL;
    const most = Math.max(1, ...METHODS.map(({ measure }) => sum[measure]));
    const bars = METHODS.map(({ name, title: method, measure }, row) => {
      const y = top + 30 + row * 24;
      const width = (sum[measure] / most) * BARS;
      const value = `${inShort(sum[measure] / sum.pushes)} tokens${name === 'full' ? '' : `, ${share(sum[measure], sum.full)}`}`;
      return [
        label(method, { x: LEFT - 10, y: y + 13, anchor: 'end' }),
        rect({ x: LEFT, y, width: Math.max(width, 1.5), height: 17 }, name, `${title}, ${method}: ${value}`),
        label(value, { x: LEFT + width + 8, y: y + 13, name: 'value' }),
      ].join('');
    });
    const pushes = `${sum.pushes.toLocaleString('en-US')} ${sum.pushes === 1 ? 'push' : 'pushes'}`;
    return label(`${title} (${pushes})`, { x: 0, y: top + 18, name: 'head' }) + bars.join('');
  });
  return svg(
    WIDTH,
    panels.length * PANEL,
    'Average tokens to read per push, by kind of push and method',
    body.join(''),
  );
}
