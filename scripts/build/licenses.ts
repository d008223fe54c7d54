import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

const Manifest = z.object({ name: z.string(), version: z.string(), license: z.string() });

/** Licences under which code may stand inside the bundle. Another one is a decision for people. */
const ACCEPTED = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Unlicense',
]);

/**
 * The licence texts of every package that a bundle holds, as one text: each licence text once, after the packages that
 * it is for.
 * @param inputs paths of the bundled files, relative to `root`, as in esbuild's metafile.
 * @throws where a package's licence is not an accepted one.
 */
export async function bundledLicenses(root: string, inputs: readonly string[]): Promise<string> {
  const folders = [...new Set(inputs.map(packageFolder).filter((folder) => folder !== null))];
  const packagesByText = new Map<string, string[]>();
  for (const folder of folders) {
    const manifest = Manifest.parse(JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8')));
    if (!ACCEPTED.has(manifest.license)) {
      throw new Error(`${manifest.name} is under ${manifest.license}: not an accepted licence for bundled code`);
    }
    const text = await licenseText(join(root, folder));
    const packages = packagesByText.get(text) ?? [];
    packagesByText.set(text, [...packages, `${manifest.name} ${manifest.version} (${manifest.license})`]);
  }
  const sections = [...packagesByText].map(([text, packages]) => `${packages.toSorted().join('\n')}\n\n${text}\n`);
  return sections.toSorted().join(`\n${'-'.repeat(80)}\n\n`);
}

/** `node_modules/@scope/name` of a file inside it, nested ones included; null for a file of our own. */
function packageFolder(input: string): string | null {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? null;
}

async function licenseText(folder: string): Promise<string> {
  const names = (await readdir(folder)).filter((name) => /^(?:licen[cs]e|copying|notice)(?:[.-]|$)/i.test(name));
  const texts = await Promise.all(names.toSorted().map(async (name) => readFile(join(folder, name), 'utf8')));
  if (texts.length === 0) return 'The package ships no licence text; the licence named above applies.';
  return texts.map((text) => text.replaceAll(/\r\n?/g, '\n').trim()).join('\n\n');
}
