/** `npm run check:dist [-- FOLDER]`: fails where dist/ (or FOLDER) is not what the sources build. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { bundleAction, ROOT } from './build/bundle.ts';
import { compareFolders } from './build/compare-folders.ts';

const dist = resolve(process.argv[2] ?? join(ROOT, 'dist'));
const built = await mkdtemp(join(tmpdir(), 'pushback-dist-'));
try {
  await bundleAction(built);
  const differences = existsSync(dist) ? await compareFolders(built, dist) : [`${dist} is missing`];
  for (const difference of differences) console.error(difference);
  if (differences.length > 0) {
    console.error('Run `npm run build` and commit dist/.');
    process.exitCode = 1;
  }
} finally {
  await rm(built, { recursive: true, force: true });
}
