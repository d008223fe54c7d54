import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { tableRows } from './text-checks.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const HEADINGS = ['## It did not start', '## NOT reviewed', '## The gate', '## Warnings on the way'];

/** The words of a message between what differs from run to run. */
function wordsOf(cell: string): string[] {
  const messages = [...cell.matchAll(/`([^`]+)`/gu)].map(([, message = '']) => message);
  return messages.flatMap((message) => message.split('…')).flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
}

async function sources(): Promise<string> {
  const names = (await readdir(join(ROOT, 'src'), { recursive: true })).filter((name) => name.endsWith('.ts'));
  const texts = await Promise.all(names.map(async (name) => readFile(join(ROOT, 'src', name), 'utf8')));
  return texts
    .join('\n')
    .replaceAll(/['`"] \+\s*['`"]/gu, '')
    .replaceAll("\\'", "'");
}

test('every message that the documentation explains is one that the code can say', async () => {
  const page = await readFile(join(ROOT, 'docs/messages.md'), 'utf8');
  const code = await sources();
  const words = HEADINGS.flatMap((heading) => tableRows(page, heading).flatMap(([cell = '']) => wordsOf(cell)));
  expect(words.length).toBeGreaterThan(40);
  expect(words.filter((each) => !code.includes(each))).toEqual([]);
});
