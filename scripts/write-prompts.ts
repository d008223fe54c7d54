import { writeFileSync } from 'node:fs';
import { promptsPage } from './prompts-page.ts';

/** Writes docs/prompts.md anew from the code: `node scripts/write-prompts.ts`. */
writeFileSync(new URL('../docs/prompts.md', import.meta.url), promptsPage());
