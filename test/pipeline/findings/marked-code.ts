import { join } from 'node:path';
import type { CoveredVersion } from '../../../src/core/coverage.ts';
import type { CommitSha } from '../../../src/core/ids.ts';
import { isolatedGitEnvironment, runGit } from '../../support/git/git-process.ts';
import { MARK } from '../../support/git/marked-lines.ts';
import { TreeReader, type TreeLines } from '../../support/git/tree-reader.ts';

export type MarkedLine = { path: string; line: number; text: string };

/** The same lines that a diff for people shows as added; the rest of the options is git's default. */
const ADDED = ['--unified=0', '--find-renames=50%', '--no-rename-empty', '--diff-algorithm=patience'];

/** A repository as the oracles and their judge see it: by plain git, and nothing of the engine's. */
export class MarkedCode {
  readonly #folder: string;
  readonly #reader: TreeReader;

  constructor(folder: string) {
    this.#folder = folder;
    this.#reader = new TreeReader(join(folder, '.git'));
  }

  tree(commit: string): Promise<TreeLines> {
    return this.#reader.lines(commit);
  }

  /** Every marked line of a tree. */
  async marked(commit: string): Promise<MarkedLine[]> {
    return [...(await this.tree(commit))].flatMap(([path, lines]) =>
      lines.flatMap((text, index) => (text.includes(MARK) ? [{ path, line: index + 1, text }] : [])),
    );
  }

  /** Those among them that the pull request adds. */
  async addedMarked({ mergeBaseSha, headSha }: CoveredVersion): Promise<MarkedLine[]> {
    const diff = await this.#git('diff-tree', '-r', '-p', '--no-color', ...ADDED, mergeBaseSha, headSha);
    const added = new Set<string>();
    let path = '';
    for (const row of diff.split('\n')) {
      path = /^\+\+\+ b\/(.+)$/u.exec(row)?.[1] ?? path;
      const [, start, count = '1'] = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@/u.exec(row) ?? [];
      if (start === undefined) continue;
      for (let at = 0; at < Number(count); at += 1) added.add(`${path}:${Number(start) + at}`);
    }
    return (await this.marked(headSha)).filter((one) => added.has(`${one.path}:${one.line}`));
  }

  /** What `actions/checkout` takes on `pull_request`: the merge with the base; the head where they conflict. */
  async mergeCommit(base: string, head: CommitSha): Promise<string> {
    const merged = await this.#tryGit('merge-tree', '--write-tree', base, head);
    if (merged.code !== 0) return head;
    const tree = merged.stdout.toString().trim();
    return (await this.#git('commit-tree', tree, '-p', base, '-p', head, '-m', 'Merge')).trim();
  }

  #tryGit(...args: string[]): ReturnType<typeof runGit> {
    return runGit(args, { cwd: this.#folder, env: isolatedGitEnvironment('/nonexistent') });
  }

  async #git(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.#tryGit(...args);
    if (code !== 0) throw new Error(`git ${args.join(' ')} ended with ${code}: ${stderr}`);
    return stdout.toString();
  }
}
