import { isAbsolute } from 'node:path';
import { DEFAULT_KEPT_BYTES, type KeptObjectsOptions } from '../adapters/git/kept-objects.ts';

/**
 * The folder in which a self-hosted runner keeps what was fetched between runs: `PUSHBACK_GIT_CACHE`, which must be an
 * absolute path. It is the machine's business and no input: no workflow of a repository should have to name its folders.
 */
export function keptObjects(env: Readonly<Record<string, string | undefined>>): { kept?: KeptObjectsOptions } {
  const folder = env['PUSHBACK_GIT_CACHE'] ?? '';
  if (folder === '') return {};
  if (!isAbsolute(folder))
    throw new Error(`PUSHBACK_GIT_CACHE must be an absolute path, not ${JSON.stringify(folder)}`);
  return { kept: { folder, maxBytes: DEFAULT_KEPT_BYTES } };
}
