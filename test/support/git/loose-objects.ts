import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import type { TreeFile } from './tree-reader.ts';

/** Writes objects as git keeps them loose, without a process. */
export class LooseObjects {
  readonly #folder: string;
  readonly #written = new Set<string>();

  constructor(gitFolder: string) {
    this.#folder = join(gitFolder, 'objects');
  }

  /** Returns its name. */
  async write(type: 'blob' | 'tree' | 'commit', content: Uint8Array): Promise<string> {
    const object = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
    const oid = createHash('sha1').update(object).digest('hex');
    if (this.#written.has(oid)) return oid;
    const folder = join(this.#folder, oid.slice(0, 2));
    await mkdir(folder, { recursive: true });
    try {
      await writeFile(join(folder, oid.slice(2)), deflateSync(object, { level: 1 }), { flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    this.#written.add(oid);
    return oid;
  }

  /** A tree of these files, folders and all. */
  async writeTree(files: ReadonlyMap<string, TreeFile>): Promise<string> {
    const entries = new Map<string, TreeFile>();
    const folders = new Map<string, Map<string, TreeFile>>();
    for (const [path, file] of files) {
      const slash = path.indexOf('/');
      if (slash < 0) entries.set(path, file);
      else {
        const folder = folders.get(path.slice(0, slash)) ?? new Map<string, TreeFile>();
        folders.set(path.slice(0, slash), folder.set(path.slice(slash + 1), file));
      }
    }
    for (const [name, inside] of folders) entries.set(name, { mode: '40000', oid: await this.writeTree(inside) });
    const inOrder = [...entries].toSorted(([a, one], [b, other]) => (sortName(a, one) < sortName(b, other) ? -1 : 1));
    const rows = inOrder.map(([name, { mode, oid }]) =>
      Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, 'hex')]),
    );
    return this.write('tree', Buffer.concat(rows));
  }
}

/** Git sorts a folder as if its name ended with a slash. Plain ASCII names, that is. */
function sortName(name: string, { mode }: TreeFile): string {
  return mode === '40000' ? `${name}/` : name;
}
