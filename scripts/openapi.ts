import { writeFile } from 'node:fs/promises';
import { openApiDocument } from '../src/contract/openapi.ts';

/** Writes docs/openapi.json, or the file named, from the contract's schemas. */
const file = process.argv[2] ?? new URL('../docs/openapi.json', import.meta.url);
await writeFile(file, `${JSON.stringify(openApiDocument(), null, 2)}\n`);
