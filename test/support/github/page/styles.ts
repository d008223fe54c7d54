import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const resolve = createRequire(import.meta.url).resolve;
const markdownFiles = {
  light: 'github-markdown-light.css',
  dark: 'github-markdown-dark.css',
  auto: 'github-markdown.css',
};

/** The page's whole style: GitHub's own for Markdown, and the page around it. */
export function styles(theme: keyof typeof markdownFiles): string {
  const markdown = readFileSync(resolve(`github-markdown-css/${markdownFiles[theme]}`), 'utf8');
  const page = readFileSync(new URL('./page.css', import.meta.url), 'utf8');
  const [light = '', dark = ''] = palettes();
  const colours =
    theme === 'auto'
      ? `:root{color-scheme:light dark;${light}}@media (prefers-color-scheme: dark){:root{${dark}}}`
      : `:root{color-scheme:${theme};${theme === 'light' ? light : dark}}`;
  return markdown + colours + page;
}

/** GitHub's colours: name, light, dark. */
const colours: [string, string, string][] = [
  ['bg', '#ffffff', '#0d1117'],
  ['subtle', '#f6f8fa', '#151b23'],
  ['inset', '#f6f8fa', '#010409'],
  ['border', '#d1d9e0', '#3d444d'],
  ['border-muted', '#d1d9e0b3', '#3d444db3'],
  ['fg', '#1f2328', '#f0f6fc'],
  ['muted', '#59636e', '#9198a1'],
  ['accent', '#0969da', '#4493f8'],
  ['accent-bg', '#ddf4ff', '#388bfd1a'],
  ['open', '#1f883d', '#238636'],
  ['passed', '#1a7f37', '#3fb950'],
  ['failed', '#d1242f', '#f85149'],
  ['closed', '#cf222e', '#da3633'],
  ['pending', '#9a6700', '#d29922'],
  ['done', '#8250df', '#8957e5'],
  ['neutral', '#818b981f', '#656c7633'],
  ['draft', '#59636e', '#656c76'],
  ['add', '#dafbe1', '#2ea04326'],
  ['add-num', '#aceebb', '#3fb9504d'],
  ['del', '#ffebe9', '#f8514926'],
  ['del-num', '#ffcecb', '#f851494d'],
  ['hunk', '#ddf4ff', '#388bfd1a'],
  ['button', '#f6f8fa', '#212830'],
  ['nav-line', '#fd8c73', '#f78166'],
  ['code-keyword', '#cf222e', '#ff7b72'],
  ['code-string', '#0a3069', '#a5d6ff'],
  ['code-comment', '#59636e', '#9198a1'],
  ['code-title', '#6639ba', '#d2a8ff'],
  ['code-constant', '#0550ae', '#79c0ff'],
  ['code-name', '#953800', '#ffa657'],
  ['code-tag', '#0550ae', '#7ee787'],
];

function palettes(): string[] {
  return [1, 2].map((at) => colours.map((colour) => `--${colour[0]}:${colour[at] ?? ''};`).join(''));
}
