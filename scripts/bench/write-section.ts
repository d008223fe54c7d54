import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Puts `text` between the page's markers of that name, and formats the page as all pages are. */
export async function writeSection(root: string, page: string, name: string, text: string): Promise<void> {
  const path = join(root, page);
  await writeFile(path, withSection(await readFile(path, 'utf8'), name, text));
  await run(process.execPath, [join(root, 'node_modules/oxfmt/bin/oxfmt'), '--write', path], { cwd: root });
}

export function withSection(page: string, name: string, text: string): string {
  const [begin, end] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`the page has no place for it: ${begin} and ${end}`);
  return `${page.slice(0, from + begin.length)}\n\n${text.trim()}\n\n${page.slice(to)}`;
}
