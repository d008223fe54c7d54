/** The name that was probably meant: the one that takes the fewest changes, where these are few. */
export function nearestName<Name extends string>(written: string, names: readonly Name[]): Name | null {
  const bare = kebab(written).slice(0, MAX_LENGTH);
  const ranked = names
    .map((name) => ({ name, changes: changesBetween(bare, name) }))
    .toSorted((a, b) => a.changes - b.changes);
  const [best] = ranked;
  return best !== undefined && best.changes <= Math.max(1, Math.floor(best.name.length / 4)) ? best.name : null;
}

const MAX_LENGTH = 40;

/** `failOn`, `fail_on` and `FAIL-ON` are all `fail-on`. */
function kebab(written: string): string {
  return written
    .trim()
    .replaceAll(/([a-z])([A-Z])/g, '$1-$2')
    .replaceAll(/[_\s]+/g, '-')
    .toLowerCase();
}

/** Letters to put in, take out, exchange, or swap with the next. */
function changesBetween(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      row.push(least);
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
