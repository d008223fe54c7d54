// Spelled in two parts, so that the check does not find itself.
const NOTES_TO_SELF = ['TO|DO', 'FIX|ME', 'XX|X', 'HA|CK'].map((word) => word.replace('|', ''));
const UNFINISHED = new RegExp(
  [
    String.raw`\b(?:${NOTES_TO_SELF.join('|')})\b`,
    String.raw`\b(?:test|it|describe)\.(?:only|skip|todo|failing)\b`,
    String.raw`\b(?:xit|xtest|xdescribe|fit|fdescribe)\(`,
  ].join('|'),
);

/** Numbers of the lines that hold a note to self, or a test that is focused, skipped or not written. */
export function leftovers(source: string): number[] {
  return source.split('\n').flatMap((line, index) => (UNFINISHED.test(line) ? [index + 1] : []));
}

/** Relative link targets of a Markdown page, without fragments, for which `exists` says no. Code blocks don't count. */
export function brokenLinks(page: string, exists: (target: string) => boolean): string[] {
  const text = page.replaceAll(/^```[\s\S]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '');
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => (match[1] ?? '').replace(/#.*$/, ''));
  return targets.filter((target) => target !== '' && !/^[a-z]+:/.test(target) && !exists(target));
}

/** The cells of the first table under a heading, without its head. */
export function tableRows(page: string, heading: string): string[][] {
  const section = page.split(/^(?=## )/m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) => {
    const cells = line
      .trim()
      .replaceAll(String.raw`\|`, '\0')
      .slice(1, -1)
      .split('|');
    return cells.map((cell) => cell.trim().replaceAll('\0', '|'));
  });
}

/** Numbers of the lines that make a date without saying of when. */
export function clockReads(source: string): number[] {
  return source.split('\n').flatMap((line, index) => (/\bnew Date\b(?!\s*\(\s*[^\s)])/.test(line) ? [index + 1] : []));
}

type Locked = { dependencies: Record<string, string>; optionalDependencies: Record<string, string> };

/** What packages of a lock file need that it does not list, found as Node looks for it: from the inner folder outwards. */
export function unlocked(packages: Readonly<Record<string, Locked>>): string[] {
  return Object.entries(packages).flatMap(([path, { dependencies, optionalDependencies }]) => {
    const folders = [...path.matchAll(/node_modules\/(?:@[^/]+\/)?[^/]+/g)].map(
      (match) => path.slice(0, match.index) + match[0],
    );
    const listed = (name: string) =>
      [...folders.map((folder) => `${folder}/`), ''].some((at) => `${at}node_modules/${name}` in packages);
    const missing = Object.keys({ ...dependencies, ...optionalDependencies }).filter((name) => !listed(name));
    return missing.map((name) => `${path} needs ${name}`);
  });
}
