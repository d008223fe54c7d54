import { readable, shorten } from '../core/neutralise.ts';

/** Whatever text it was, one line without control characters, cut at `max`. */
export function terminalLine(text: string, max = Infinity): string {
  return shorten(readable(text).replaceAll(/\s+/gu, ' '), max);
}
