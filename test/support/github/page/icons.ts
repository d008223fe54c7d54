import { createRequire } from 'node:module';
import { type Html, raw } from './html.ts';

type Octicons = Record<string, { toSVG(options: Record<string, string | number>): string } | undefined>;
const octicons = createRequire(import.meta.url)('@primer/octicons') as Octicons;

/** One of GitHub's own icons. `tone` names a colour of the page's style. */
export function icon(name: string, tone = '', size = 16): Html {
  const found = octicons[name];
  if (found === undefined) throw new Error(`there is no icon ${name}`);
  return raw(found.toSVG({ width: size, class: tone === '' ? '' : `tone-${tone}` }));
}
