import { GitFault, type Treeish } from '../../ports/repository.ts';
import type { BareRepository } from './bare-repository.ts';
import { withNetworkRetries } from './retry.ts';
import { entriesAt } from './trees.ts';

const MODE_SUBMODULE = '160000';

/** Content of the blob at a path; null where there is none, or where it is a submodule. */
export async function readFileAt(repository: BareRepository, tree: Treeish, path: string): Promise<Uint8Array | null> {
  return (await readFilesAt(repository, tree, [path])).get(path) ?? null;
}

/** Contents of the blobs at the paths; those where there is none, or one larger than `maxBytes`, are left out. */
export async function readFilesAt(
  repository: BareRepository,
  tree: Treeish,
  paths: readonly string[],
  maxBytes?: number,
): Promise<Map<string, Uint8Array>> {
  const found = await entriesAt(repository, tree, paths, maxBytes);
  const entries = [...found].filter(([, { mode }]) => mode !== MODE_SUBMODULE);
  if (entries.length === 0) return new Map();
  const blobs = await readBlobs(
    repository,
    entries.map(([, { oid }]) => oid),
  );
  const contents = new Map<string, Uint8Array>();
  for (const [path, { oid }] of entries) {
    const content = blobs.get(oid);
    if (content !== undefined) contents.set(path, content);
  }
  return contents;
}

/** Contents by object name. Throws a `GitFault` for one that can't be had. */
export async function readBlobs(repository: BareRepository, oids: readonly string[]): Promise<Map<string, Buffer>> {
  const wanted = [...new Set(oids)];
  const input = wanted.map((oid) => `${oid}\n`).join('');
  const { stdout } = await withNetworkRetries(() => repository.network(['cat-file', '--batch'], { input }));
  const blobs = new Map<string, Buffer>();
  let at = 0;
  for (const oid of wanted) {
    const end = stdout.indexOf('\n', at);
    const match = /^([0-9a-f]+) blob (\d+)$/.exec(stdout.toString('latin1', at, end));
    if (match === null || match[1] !== oid) throw new GitFault(`blob ${oid} can't be read`);
    const size = Number(match[2]);
    blobs.set(oid, stdout.subarray(end + 1, end + 1 + size));
    at = end + 1 + size + 1;
  }
  return blobs;
}
