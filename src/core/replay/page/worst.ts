import { share } from '../table.ts';
import { sumOf, type PushCost } from '../totals.ts';
import { inShort, METHODS } from './figures.ts';
import { escaped, rect, svg } from './html.ts';

const LISTED = 12;
const SHOWN_PUSHES = 24;
const HEIGHT = 34;
const COLUMN = 9;

/** The pull requests whose later pushes cost most with Pushback: where it helps least, or where most was really new. */
export function worstPulls(pushes: readonly PushCost[]): string {
  const pulls = Map.groupBy(pushes, ({ pull }) => pull);
  const worst = [...pulls]
    .map(([name, all]) => ({ name, all, later: sumOf(all.filter(({ push }) => push > 1)) }))
    .filter(({ later }) => later.pushes > 0)
    .toSorted((a, b) => b.later.reviewable - a.later.reviewable || b.later.full - a.later.full)
    .slice(0, LISTED);
  if (worst.length === 0) return '<p>No pull request of this sample has a second push.</p>';
  const rows = worst.map(({ name, all, later }) =>
    [
      '<tr>',
      `<th scope="row">${escaped(name)}</th>`,
      `<td class="number">${all.length}</td>`,
      `<td>${sparkline(name, all)}</td>`,
      `<td class="number">${inShort(later.full)}</td>`,
      `<td class="number">${inShort(later.prevHead)} <small>${share(later.prevHead, later.full)}</small></td>`,
      `<td class="number">${inShort(later.reviewable)} <small>${share(later.reviewable, later.full)}</small></td>`,
      '</tr>',
    ].join(''),
  );
  const heads = ['Pull request', 'Pushes', 'Push by push', 'Whole diff', 'prev..head', 'Pushback'];
  const head = heads.map(
    (title, index) => `<th scope="col"${[1, 3, 4, 5].includes(index) ? ' class="number"' : ''}>${title}</th>`,
  );
  return `<div class="scroll"><table><thead><tr>${head.join('')}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`;
}

/** A column for each push: the whole diff behind, what Pushback reads of it before. */
function sparkline(name: string, all: readonly PushCost[]): string {
  const shown = all.slice(0, SHOWN_PUSHES);
  const most = Math.max(1, ...shown.map(({ full, reviewable }) => Math.max(full, reviewable)));
  const bar = (push: PushCost, index: number, measure: 'full' | 'reviewable', colour: string): string => {
    const height = Math.max(push[measure] > 0 ? 1 : 0, (push[measure] / most) * HEIGHT);
    const method = METHODS.find((each) => each.measure === measure)?.title ?? '';
    const tip = `push ${push.push}, ${push.mode}/${push.reason}: ${method} ${inShort(push[measure])} tokens`;
    return rect({ x: index * COLUMN, y: HEIGHT - height, width: COLUMN - 2, height }, colour, tip);
  };
  const columns = shown.map(
    (push, index) => bar(push, index, 'full', 'faint') + bar(push, index, 'reviewable', 'ours'),
  );
  return svg(SHOWN_PUSHES * COLUMN, HEIGHT, `Tokens of ${name}, push by push`, columns.join(''));
}
