import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesOf } from '../../core/bytes.ts';
import { GitFault, type Treeish } from '../../ports/repository.ts';
import type { BareRepository, GitOptions } from './bare-repository.ts';
import { withNetworkRetries } from './retry.ts';
import { entriesAt, nulFields, type TreeEntry } from './trees.ts';

/** What is said of one path, by the attribute's name: `set`, `unset` or a value. */
export type SaidOfPath = Map<string, string>;

/**
 * What the `.gitattributes` of a tree say, as git itself reads them, macros and all. Paths and attributes of which they
 * say nothing are absent. git 2.39 can read them from an index, not from a tree: so from an index of ours that holds
 * those files alone. Costs one process where there are none.
 */
export async function attributesAt(
  repository: BareRepository,
  tree: Treeish,
  paths: readonly string[],
  names: readonly string[],
): Promise<Map<string, SaidOfPath>> {
  if (paths.length === 0) return new Map();
  const found = await entriesAt(repository, tree, attributeFilesFor(paths));
  // As git does in a checkout: a symbolic link is not followed.
  const files = [...found].filter(([, { mode }]) => mode.startsWith('100'));
  if (files.length === 0) return new Map();
  const index = join(repository.scratch, `index-${randomUUID()}`);
  const env = { GIT_INDEX_FILE: index };
  try {
    await repository.local(['update-index', '-z', '--index-info'], { env, input: indexInfo(files) });
    if (repository.remote !== null && files.length > 1) await fetchTogether(repository, env);
    const input = nulTerminated(paths);
    const args = ['check-attr', '--cached', '-z', '--stdin', ...names];
    const { stdout } = await withNetworkRetries(() => repository.network(args, { env, input }));
    return readAnswers(nulFields(stdout));
  } finally {
    await rm(index, { force: true });
    await rm(`${index}.lock`, { force: true });
  }
}

/** Of every folder that a path is in. */
function attributeFilesFor(paths: readonly string[]): string[] {
  const files = new Set(['.gitattributes']);
  for (const path of paths) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const file = `${path.slice(0, end)}/.gitattributes`;
      if (files.has(file)) break;
      files.add(file);
    }
  }
  return [...files];
}

const EMPTY_TREE = {
  40: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  64: '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321',
};

/** check-attr would fetch the files one by one; a diff fetches all that it misses in one go. */
async function fetchTogether(repository: BareRepository, env: NonNullable<GitOptions['env']>): Promise<void> {
  const empty = EMPTY_TREE[repository.nullOid.length === 64 ? 64 : 40];
  const args = ['diff-index', '--cached', '--shortstat', '--no-renames', '--no-ext-diff', '--no-textconv', empty, '--'];
  await withNetworkRetries(() => repository.network(args, { env }));
}

function indexInfo(files: readonly (readonly [path: string, entry: TreeEntry])[]): Uint8Array {
  return Buffer.concat(
    files.flatMap(([path, { oid }]) => [Buffer.from(`100644 ${oid}\t`), bytesOf(path), Buffer.of(0)]),
  );
}

function nulTerminated(paths: readonly string[]): Uint8Array {
  return Buffer.concat(paths.flatMap((path) => [bytesOf(path), Buffer.of(0)]));
}

function readAnswers(fields: readonly string[]): Map<string, SaidOfPath> {
  if (fields.length % 3 !== 0) throw new GitFault('git check-attr printed what can not be read');
  const answers = new Map<string, SaidOfPath>();
  for (let at = 0; at < fields.length; at += 3) {
    const [path = '', name = '', word = ''] = fields.slice(at, at + 3);
    if (word === 'unspecified') continue;
    const said = answers.get(path) ?? new Map<string, string>();
    said.set(name, word);
    answers.set(path, said);
  }
  return answers;
}
