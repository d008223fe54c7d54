import { execFile } from 'node:child_process';
import { appendFile, cp, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const ROOT = resolve(import.meta.dirname, '../..');
const DIST = join(ROOT, 'dist');
const MIB = 1024 * 1024;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pushback-dist-test-'));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

async function checkDist(dist: string): Promise<{ code: unknown; lines: string[] }> {
  return new Promise((done) => {
    execFile(process.execPath, [join(ROOT, 'scripts/check-dist.ts'), dist], (error, _stdout, stderr) => {
      done({ code: error === null ? 0 : error.code, lines: stderr.split('\n').slice(0, -1) });
    });
  });
}

test('dist/ is what the sources build', async () => {
  expect(await checkDist(DIST)).toEqual({ code: 0, lines: [] });
});

test('a dist/ that is not is told, file by file', async () => {
  const copy = join(folder, 'copy');
  await cp(DIST, copy, { recursive: true });
  await appendFile(join(copy, 'index.js'), ' ');
  await writeFile(join(copy, 'more.js'), '');
  await rm(join(copy, 'post.js'));
  expect(await checkDist(copy)).toEqual({
    code: 1,
    lines: [
      'index.js: is not what the sources build',
      'more.js: is there, but nothing builds it',
      'post.js: is missing',
      'Run `npm run build` and commit dist/.',
    ],
  });
});

test('a dist/ that is missing is told', async () => {
  expect(await checkDist(join(folder, 'none'))).toMatchObject({ code: 1 });
});

test('dist/ stays small and ships no source maps', async () => {
  const entries = await readdir(DIST, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(6 * MIB);
  expect(files.filter((file) => file.endsWith('.map'))).toEqual([]);
});
