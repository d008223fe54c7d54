import { mkdirSync, writeFileSync } from 'node:fs';
import { outputSchemas } from '../src/core/findings-document.ts';
import { reviewerSchemas, schemaText } from '../src/core/prompt/json-schemas.ts';

/** Writes docs/schemas/ anew from the zod schemas: `node scripts/write-schemas.ts`. */
const folder = new URL('../docs/schemas/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, schema] of Object.entries({ ...reviewerSchemas(), ...outputSchemas() }))
  writeFileSync(new URL(name, folder), schemaText(schema));
