import { readable, shorten } from '../core/neutralise.ts';
import { plainLine } from '../core/render/plain-line.ts';

/** Whatever text it was, one line without control characters, cut at `max`. A terminal may be a workflow's log. */
export function terminalLine(text: string, max = Infinity): string {
  return plainLine(shorten(readable(text).replaceAll(/\s+/gu, ' '), max));
}
