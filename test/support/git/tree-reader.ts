import { isolatedGitEnvironment, runGit } from './git-process.ts';
import { linesOf } from './lines.ts';
import { ObjectReader, type GitObject } from './object-reader.ts';

/** path -> its lines. */
export type TreeLines = ReadonlyMap<string, readonly string[]>;

export type TreeFile = { mode: string; oid: string };

/** Reads whole trees of small text files with plain git: one process for all of them, and each object once. */
export class TreeReader implements AsyncDisposable {
  readonly #gitFolder: string;
  readonly #objects: ObjectReader;
  readonly #trees = new Map<string, Promise<Map<string, TreeFile>>>();
  readonly #blobs = new Map<string, Promise<string[]>>();

  constructor(gitFolder: string) {
    this.#gitFolder = gitFolder;
    this.#objects = new ObjectReader(gitFolder);
  }

  /** The object that a revision means. */
  async object(revision: string): Promise<GitObject> {
    const object = await this.#objects.read(revision);
    if (object === null) throw new Error(`${revision} is not in ${this.#gitFolder}`);
    return object;
  }

  /** path -> its entry. Submodules are left out. */
  async files(tree: string): Promise<ReadonlyMap<string, TreeFile>> {
    return this.#filesOf(`${tree}^{tree}`);
  }

  async lines(tree: string): Promise<TreeLines> {
    const files = [...(await this.files(tree))];
    return new Map(await Promise.all(files.map(async ([path, { oid }]) => [path, await this.blob(oid)] as const)));
  }

  blob(oid: string): Promise<readonly string[]> {
    const blob = this.#blobs.get(oid) ?? this.object(oid).then(({ content }) => linesOf(content.toString()));
    this.#blobs.set(oid, blob);
    return blob;
  }

  /** new name -> old name, as git finds them. */
  async renames(from: string, to: string): Promise<Map<string, string>> {
    const args = ['diff-tree', '-r', '-z', '-M', '--no-rename-empty', '--diff-filter=R', '--name-status'];
    const fields = (await this.#git([...args, `${from}^{tree}`, `${to}^{tree}`])).toString().split('\0').slice(0, -1);
    const renames = new Map<string, string>();
    for (let at = 0; at < fields.length; at += 3) renames.set(fields[at + 2] ?? '', fields[at + 1] ?? '');
    return renames;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#objects[Symbol.asyncDispose]();
  }

  async #filesOf(tree: string): Promise<Map<string, TreeFile>> {
    const { oid, content } = await this.object(tree);
    const known = this.#trees.get(oid) ?? this.#parse(oid, content);
    this.#trees.set(oid, known);
    return known;
  }

  async #parse(tree: string, content: Buffer): Promise<Map<string, TreeFile>> {
    const files = new Map<string, TreeFile>();
    for (let at = 0; at < content.length;) {
      const end = content.indexOf(0, at);
      const [, mode = '', name = ''] = /^(\d+) (.+)$/s.exec(content.toString('utf8', at, end)) ?? [];
      at = end + 1 + tree.length / 2;
      const oid = content.toString('hex', end + 1, at);
      if (mode === '40000') {
        for (const [path, file] of await this.#filesOf(oid)) files.set(`${name}/${path}`, file);
      } else if (mode !== '160000') files.set(name, { mode, oid });
    }
    return files;
  }

  async #git(args: readonly string[]): Promise<Buffer> {
    const env = isolatedGitEnvironment('/nonexistent');
    const answer = await runGit([`--git-dir=${this.#gitFolder}`, ...args], { cwd: '/', env });
    if (answer.code !== 0) throw new Error(`git ${args.join(' ')} ended with ${answer.code}: ${answer.stderr}`);
    return answer.stdout;
  }
}
