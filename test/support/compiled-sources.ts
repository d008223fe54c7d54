import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * For processes that run the sources: to read some hundred TypeScript files takes longer than what most tests have them
 * do, so node keeps what it made of them from one run to the next.
 */
export const COMPILED_SOURCES = { NODE_COMPILE_CACHE: join(tmpdir(), 'pushback-compiled-sources') };
