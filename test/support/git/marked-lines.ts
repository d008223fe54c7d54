import type { LineWriter, Side } from './random-history.ts';

/** What an oracle flags. */
export const MARK = 'BUG';

/** Lines each with an id of its own, every third one marked: what becomes of one is seen by its text alone. */
export function markedUniqueLines(): LineWriter {
  let last = 0;
  return {
    unique: true,
    fresh: (side, count, text) =>
      Array.from({ length: count }, () => {
        last += 1;
        return `${side}-${last}${(last + text) % 3 === 0 ? ` ${MARK}` : ''}`;
      }),
  };
}

/** Few texts, many times. Each side has marked ones of its own; brackets and blanks are everybody's. */
const TEXTS: Record<Side, readonly string[]> = {
  main: ['up a', `${MARK} of main`, '}', ''],
  release: ['up b', `${MARK} of release`, '}', ''],
  pr: [`${MARK} one`, 'pr a', `${MARK} two`, '}', ''],
};

export const markedRepeatedLines: LineWriter = {
  unique: false,
  fresh(side, count, text) {
    const texts = TEXTS[side];
    return Array.from(
      { length: count },
      (_, index) => texts[(text * 7 + index * (1 + (text % 3))) % texts.length] ?? '',
    );
  },
};
