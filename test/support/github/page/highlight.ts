import { toHtml } from 'hast-util-to-html';
import { common, createLowlight } from 'lowlight';
import { escapeHtml, type Html, raw } from './html.ts';

const lowlight = createLowlight(common);

/** Code coloured by its language (a name or a file's extension); plain where that is not known. */
export function highlight(code: string, language: string): Html {
  if (!lowlight.registered(language)) return raw(escapeHtml(code));
  return raw(toHtml(lowlight.highlight(language, code)));
}

export function languageOf(path: string): string {
  return path.split('.').at(-1)?.toLowerCase() ?? '';
}
