/**
 * What fits of a list whose order is its importance: cut at an item's edge, never inside one. Only as many items are
 * rendered as are looked at, for a list may be far longer than what fits.
 */
export function fitting<T>(
  items: readonly T[],
  render: (item: T) => string,
  room: { length: number; joint: number },
): { kept: string[]; left: number } {
  const kept: string[] = [];
  let used = 0;
  for (const item of items) {
    const text = render(item);
    used += text.length + room.joint;
    if (used > room.length) break;
    kept.push(text);
  }
  return { kept, left: items.length - kept.length };
}

/** A folded part of a comment; GitHub wants the blank lines to read markdown inside. The title is HTML: `htmlText`. */
export function folded(title: string, body: string): string {
  return `<details>\n<summary>${title}</summary>\n\n${body}\n\n</details>`;
}

/** What `folded` adds to its body. */
export function foldedLength(title: string): number {
  return folded(title, '').length;
}
