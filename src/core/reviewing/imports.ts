import type { ScopeFile } from '../scope.ts';

/** A line that imports, in the ways of the usual languages; group 1 is what. */
const WAYS = [
  /\b(?:from|import|require|include|include_once|require_once|require_relative|source)\b[^'"`]{0,80}['"`]([^'"`]{1,300})['"`]/,
  /^\s*#\s*include\s*"([^"]{1,300})"/,
  /^\s*from\s+([\w.]{1,300})\s+import\b/,
  /^\s*import\s+(?:static\s+)?([\w.]{1,300})/,
  /^\s*(?:pub\s+)?(?:use|mod)\s+([\w:]{1,300})/,
  /^\s*(?:using|open)\s+([\w.]{1,300})/,
  /^\s*"([^"\s]{1,300})"\s*$/,
];

const MAX_LINES = 4000;

/** What the lines that are shown of a file import, as it is written there. */
export function importsOf(file: ScopeFile): string[] {
  const names = new Set<string>();
  const lines = [
    ...file.hunks.flatMap((hunk) => hunk.lines),
    ...(file.context ?? []).flatMap((block) => block.lines),
  ].slice(0, MAX_LINES);
  for (const { text } of lines) {
    if (text.length > 1000) continue;
    for (const way of WAYS) {
      const name = way.exec(text)?.[1];
      if (name !== undefined) names.add(name);
    }
  }
  return [...names];
}

/** Finds which of the paths is meant by what a file imports; null for what lies elsewhere. */
export function resolveImport(paths: readonly string[]): (importer: string, name: string) => string | null {
  const byModule = new Map<string, string>();
  const byLastName = new Map<string, string[]>();
  for (const path of paths) {
    const module = moduleOf(path);
    if (byModule.has(module)) continue;
    byModule.set(module, path);
    byLastName.set(lastNameOf(module), [...(byLastName.get(lastNameOf(module)) ?? []), module]);
  }
  /** Of a long name at least two parts must agree: a last name alone is anybody's. */
  const byEnding = (wanted: string): string | null => {
    if (!wanted.includes('/')) return null;
    const found = byLastName
      .get(lastNameOf(wanted))
      ?.find(
        (module) => module.includes('/') && (`/${module}`.endsWith(`/${wanted}`) || wanted.endsWith(`/${module}`)),
      );
    return found === undefined ? null : (byModule.get(found) ?? null);
  };
  return (importer, name) => {
    const folder = importer.split('/').slice(0, -1);
    if (/^\.{1,2}\//.test(name)) return byModule.get(moduleOf(relative(folder, name))) ?? null;
    const spelled = name.includes('/') ? name : name.replaceAll(/::|\./g, '/');
    for (const wanted of [moduleOf(name), spelled.replace(/^(?:(?:crate|super|self)\/|\/)+/, '')]) {
      const found = byModule.get([...folder, wanted].join('/')) ?? byEnding(wanted);
      if (found !== null && found !== importer) return found;
    }
    return null;
  };
}

function lastNameOf(module: string): string {
  return module.slice(module.lastIndexOf('/') + 1);
}

function relative(folder: readonly string[], name: string): string {
  const parts = [...folder];
  for (const part of name.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** `src/cart` of `src/cart.ts`, `src/cart.js` and `src/cart/index.ts`. */
function moduleOf(path: string): string {
  return path.replace(/(?<=[^/])\.[A-Za-z0-9]{1,6}$/, '').replace(/\/(?:index|mod|__init__)$/, '');
}
