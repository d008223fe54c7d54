import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import type { BareRepository } from './bare-repository.ts';

/** Nobody, at no time: the same commit for the same trees. */
const NOBODY = 'pushback <pushback@invalid> 0 +0000';

/**
 * Writes a commit as git stores a loose object, which costs no process. The message keeps commits apart that have the
 * same tree. Returns its name.
 */
export async function writeCommit(
  repository: Pick<BareRepository, 'folder' | 'objectFormat'>,
  { tree, parent, message }: { tree: string; parent: string | null; message: string },
): Promise<string> {
  const head = [`tree ${tree}`, ...(parent === null ? [] : [`parent ${parent}`])];
  const body = Buffer.from([...head, `author ${NOBODY}`, `committer ${NOBODY}`, '', message, ''].join('\n'));
  const object = Buffer.concat([Buffer.from(`commit ${body.length}\0`), body]);
  const oid = createHash(repository.objectFormat).update(object).digest('hex');
  const folder = join(repository.folder, 'objects', oid.slice(0, 2));
  await mkdir(folder, { recursive: true });
  const unfinished = join(folder, `tmp_obj_${randomUUID()}`);
  await writeFile(unfinished, deflateSync(object));
  await rename(unfinished, join(folder, oid.slice(2)));
  return oid;
}
