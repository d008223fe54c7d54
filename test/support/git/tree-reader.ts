import { isolatedGitEnvironment, runGit } from './git-process.ts';
import { linesOf } from './random-history.ts';

/** path -> its lines. */
export type TreeLines = ReadonlyMap<string, readonly string[]>;

/** Reads whole trees of small text files with plain git: two processes a tree, and each blob once. */
export class TreeReader {
  readonly #gitFolder: string;
  readonly #blobs = new Map<string, string[]>();

  constructor(gitFolder: string) {
    this.#gitFolder = gitFolder;
  }

  async lines(tree: string): Promise<TreeLines> {
    const listing = (await this.#git(['ls-tree', '-r', '-z', `${tree}^{tree}`])).toString();
    const entries = [...listing.matchAll(/\d{6} blob ([0-9a-f]+)\t([^\0]+)\0/g)].map(
      ([, oid = '', path = '']) => [path, oid] as const,
    );
    await this.#load(entries.map(([, oid]) => oid).filter((oid) => !this.#blobs.has(oid)));
    return new Map(entries.map(([path, oid]) => [path, this.#blobs.get(oid) ?? []]));
  }

  /** new name -> old name, as git finds them. */
  async renames(from: string, to: string): Promise<Map<string, string>> {
    const args = ['diff-tree', '-r', '-z', '-M', '--no-rename-empty', '--diff-filter=R', '--name-status'];
    const fields = (await this.#git([...args, `${from}^{tree}`, `${to}^{tree}`])).toString().split('\0').slice(0, -1);
    const renames = new Map<string, string>();
    for (let at = 0; at < fields.length; at += 3) renames.set(fields[at + 2] ?? '', fields[at + 1] ?? '');
    return renames;
  }

  async #load(oids: readonly string[]): Promise<void> {
    if (oids.length === 0) return;
    const output = await this.#git(['cat-file', '--batch'], oids.map((oid) => `${oid}\n`).join(''));
    let at = 0;
    for (const oid of oids) {
      const end = output.indexOf('\n', at);
      const size = Number(output.toString('latin1', at, end).split(' ')[2]);
      this.#blobs.set(oid, linesOf(output.toString('utf8', end + 1, end + 1 + size)));
      at = end + 1 + size + 1;
    }
  }

  async #git(args: readonly string[], input = ''): Promise<Buffer> {
    const env = isolatedGitEnvironment('/nonexistent');
    const answer = await runGit([`--git-dir=${this.#gitFolder}`, ...args], { cwd: '/', env, input });
    if (answer.code !== 0) throw new Error(`git ${args.join(' ')} ended with ${answer.code}: ${answer.stderr}`);
    return answer.stdout;
  }
}
