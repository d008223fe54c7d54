/** Markup that needs no escaping any more. */
export type Html = { readonly html: string };
type Part = Html | string | number | null | false | readonly Part[];

export function raw(html: string): Html {
  return { html };
}

/** Template whose values are escaped, unless they are markup themselves; null and false leave nothing. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return raw(strings.map((text, at) => text + (at < parts.length ? markup(parts[at] ?? null) : '')).join(''));
}

function markup(part: Part): string {
  if (part === null || part === false) return '';
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part));
  return 'html' in part ? part.html : part.map(markup).join('');
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
