const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
/** Bars shown; older pushes are left out. */
const SHOWN = 20;
/** With fewer pushes there is nothing to see in it. */
const FEWEST = 3;

/** Open findings after each push, as small bars and in figures; empty where there is no course to show yet. */
export function trendLine(trend: readonly number[]): string {
  const shown = trend.slice(-SHOWN);
  const [first, last] = [shown[0], shown.at(-1)];
  const most = Math.max(...shown);
  if (shown.length < FEWEST || most === 0 || first === undefined || last === undefined) return '';
  const bars = shown.map((open) => BARS[Math.round((open / most) * (BARS.length - 1))] ?? BARS[0]);
  return `open per push ${bars.join('')} ${first} → ${last}`;
}
