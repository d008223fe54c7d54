/** `1.2 M`, `34 k`, `567`: how large a number is, at a glance. */
export function inShort(value: number): string {
  if (value >= 999_500) return `${digits(value / 1_000_000)} M`;
  if (value >= 9_950) return `${digits(value / 1_000)} k`;
  return Math.round(value).toLocaleString('en-US');
}

function digits(value: number): string {
  return value.toFixed(value < 9.95 ? 1 : 0);
}

/** The end of an axis that shows `most`: 1, 2 or 5 times a power of ten, in four steps at most. */
export function axisOf(most: number): { end: number; step: number } {
  if (!(most > 0)) return { end: 1, step: 1 };
  const power = 10 ** Math.floor(Math.log10(most / 4));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size * 4 >= most) ?? most;
  return { end: step * Math.ceil(most / step), step };
}

export function ticksOf({ end, step }: { end: number; step: number }): number[] {
  return Array.from({ length: Math.round(end / step) + 1 }, (_, index) => index * step);
}

/** The ways of reading a push that the page compares: name of their colour, what people call them, what is read. */
export const METHODS = [
  { name: 'full', title: 'Whole PR diff', measure: 'full' },
  { name: 'prev', title: 'git diff prev..head', measure: 'prevHead' },
  { name: 'ours', title: 'Pushback', measure: 'reviewable' },
] as const;

export const KIND_TITLES = {
  linear: 'New commits',
  'base-moved': 'Merge from the base branch',
  rebased: 'Rebased',
} as const;
