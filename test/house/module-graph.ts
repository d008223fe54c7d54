import { readdir, readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { parse, type ParseOptions } from '@swc/core';

/** One import, however it is written: `import`, `export from`, `import()`, `import('x').T`, types included. */
export type Import = {
  /** Path of the importing file, relative to the root, with slashes. */
  from: string;
  /** Path of the imported file for a relative specifier; else the specifier itself (`zod`, `node:fs`). */
  to: string;
};

const SYNTAX: ParseOptions = { syntax: 'typescript', target: 'es2024' };

/** Every import of every TypeScript file under `folders`. */
export async function readImports(root: string, folders: readonly string[]): Promise<Import[]> {
  const found = await Promise.all(folders.map(async (folder) => typescriptFiles(root, folder)));
  const perFile = await Promise.all(
    found.flat().map(async (from) => {
      const specifiers = await specifiersOf(await readFile(join(root, from), 'utf8'));
      return specifiers.map((specifier) => ({ from, to: targetOf(from, specifier) }));
    }),
  );
  return perFile.flat();
}

async function typescriptFiles(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { recursive: true });
  const files = entries.filter((entry) => entry.endsWith('.ts')).map((entry) => posix.join(folder, entry));
  return files.filter((file) => !file.includes('/fixtures/'));
}

function targetOf(from: string, specifier: string): string {
  return specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : specifier;
}

export async function specifiersOf(source: string): Promise<string[]> {
  const specifiers: string[] = [];
  collect(await parse(source, SYNTAX), specifiers);
  return specifiers;
}

type Node = { type: string } & Record<string, unknown>;

function collect(value: unknown, specifiers: string[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (isNode(value)) {
    const specifier = specifierOf(value);
    if (specifier !== undefined) specifiers.push(literal(specifier));
  }
  for (const child of Object.values(value)) collect(child, specifiers);
}

/** The node that says what is imported; undefined where nothing is. */
function specifierOf(node: Node): unknown {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
      return node['source'];
    case 'ExportNamedDeclaration':
      return node['source'] ?? undefined;
    case 'TsImportType':
      return node['argument'];
    case 'TsExternalModuleReference':
      return node['expression'];
    case 'CallExpression': {
      const [first] = Array.isArray(node['arguments']) ? (node['arguments'] as { expression: unknown }[]) : [];
      return importsModule(node['callee']) ? first?.expression : undefined;
    }
    default:
      return undefined;
  }
}

function importsModule(callee: unknown): boolean {
  return (
    isNode(callee) && (callee.type === 'Import' || (callee.type === 'Identifier' && callee['value'] === 'require'))
  );
}

/** An import that is computed could reach anything: it reads as one of a module that no layer may import. */
function literal(node: unknown): string {
  return isNode(node) && node.type === 'StringLiteral' ? String(node['value']) : COMPUTED;
}

export const COMPUTED = '(computed)';

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** Import circles, each as the files along it, the first one repeated at the end. One per group of files that form any. */
export function circlesOf(imports: readonly Import[]): string[][] {
  const targets = new Map<string, string[]>();
  for (const { from, to } of imports) targets.set(from, [...(targets.get(from) ?? []), to]);
  const state = new Map<string, 'open' | 'done'>();
  const circles: string[][] = [];
  const visit = (file: string, trail: readonly string[]): void => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      circles.push([...trail.slice(trail.indexOf(file)), file]);
      return;
    }
    state.set(file, 'open');
    for (const target of targets.get(file) ?? []) visit(target, [...trail, file]);
    state.set(file, 'done');
  };
  for (const file of [...targets.keys()].toSorted()) visit(file, []);
  return circles;
}
