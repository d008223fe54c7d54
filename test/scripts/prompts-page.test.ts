import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { promptsPage } from '../../scripts/prompts-page.ts';

test('docs/prompts.md is current (node scripts/write-prompts.ts)', () => {
  expect(readFileSync(new URL('../../docs/prompts.md', import.meta.url), 'utf8')).toBe(promptsPage());
});
