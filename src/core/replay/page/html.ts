import { readable } from '../../neutralise.ts';

/** Text from a repository, safe inside an element or a quoted attribute. */
export function escaped(text: string): string {
  return readable(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** @param label what the picture shows, for who can't see it; plain text */
export function svg(width: number, height: number, label: string, body: string): string {
  const name = escaped(label);
  return `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${name}">${body}</svg>`;
}

export function rect(box: { x: number; y: number; width: number; height: number }, name: string, tip: string): string {
  const { x, y, width, height } = box;
  const size = `x="${fixed(x)}" y="${fixed(y)}" width="${fixed(Math.max(0, width))}" height="${fixed(Math.max(0, height))}"`;
  return `<rect class="${name}" ${size} rx="2"><title>${escaped(tip)}</title></rect>`;
}

export type TextPlace = { x: number; y: number; anchor?: 'start' | 'middle' | 'end'; name?: string };

export function label(text: string, { x, y, anchor = 'start', name = 'label' }: TextPlace): string {
  return `<text class="${name}" x="${fixed(x)}" y="${fixed(y)}" text-anchor="${anchor}">${escaped(text)}</text>`;
}

export function rule(x1: number, y1: number, x2: number, y2: number): string {
  return `<line class="rule" x1="${fixed(x1)}" y1="${fixed(y1)}" x2="${fixed(x2)}" y2="${fixed(y2)}"/>`;
}

/** Coordinates to a tenth: shorter, and no picture shows more. */
export function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}
