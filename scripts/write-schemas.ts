import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';
import { outputSchemas } from '../src/core/findings-document.ts';
import { RepositoryName } from '../src/core/ids.ts';
import { FILE_KEYS, type FileKey } from '../src/core/inputs/file.ts';
import { configFileSchema } from '../src/core/inputs/file-schema.ts';
import { fileShapes } from '../src/core/inputs/parse.ts';
import { reviewerSchemas, schemaText } from '../src/core/prompt/json-schemas.ts';

/** The configuration file's, with the descriptions of action.yml. */
export function configFileSchemas(): Record<string, object> {
  const manifest = parse(readFileSync(new URL('../action.yml', import.meta.url), 'utf8')) as {
    inputs: Record<FileKey, { description: string }>;
  };
  const described = FILE_KEYS.map((key) => [key, manifest.inputs[key].description]);
  const shapes = fileShapes({ repository: RepositoryName.parse('owner/repository'), serverUrl: 'https://github.com' });
  const schema = configFileSchema(shapes, Object.fromEntries(described) as Record<FileKey, string>);
  return { 'pushback.schema.json': schema };
}

/** Writes docs/schemas/ anew from the zod schemas and the inputs' readers: `node scripts/write-schemas.ts`. */
function main(): void {
  const folder = new URL('../docs/schemas/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  for (const [name, schema] of Object.entries({ ...reviewerSchemas(), ...outputSchemas(), ...configFileSchemas() }))
    writeFileSync(new URL(name, folder), schemaText(schema));
}

if (import.meta.main) main();
