import type { CoveredVersion } from '../../../src/core/coverage.ts';
import type { CommitSha } from '../../../src/core/ids.ts';
import { isolatedGitEnvironment, runGit } from '../../support/git/git-process.ts';
import { MARK } from '../../support/git/marked-lines.ts';
import type { RandomHistory } from '../../support/git/random-history.ts';
import type { TreeLines } from '../../support/git/tree-reader.ts';

export type MarkedLine = { path: string; line: number; text: string };

/** The same lines that a diff for people shows as added; the rest of the options is git's default. */
const ADDED = ['--unified=0', '--find-renames=50%', '--no-rename-empty', '--diff-algorithm=patience'];

/** A repository as the oracles and their judge see it: by plain git, and nothing of the engine's. */
export class MarkedCode {
  readonly #history: RandomHistory;
  readonly #added = new Map<string, Promise<MarkedLine[]>>();
  readonly #merges = new Map<string, Promise<string>>();

  constructor(history: RandomHistory) {
    this.#history = history;
  }

  tree(commit: string): Promise<TreeLines> {
    return this.#history.reader.lines(commit);
  }

  /** Every marked line of a tree. */
  async marked(commit: string): Promise<MarkedLine[]> {
    return [...(await this.tree(commit))].flatMap(([path, lines]) =>
      lines.flatMap((text, index) => (text.includes(MARK) ? [{ path, line: index + 1, text }] : [])),
    );
  }

  /** Those among them that the pull request adds. */
  addedMarked({ mergeBaseSha, headSha }: CoveredVersion): Promise<MarkedLine[]> {
    return once(this.#added, `${mergeBaseSha} ${headSha}`, () => this.#addedMarked(mergeBaseSha, headSha));
  }

  /** Of each text, how many more lines the head has than the base. */
  async moreThanBase({ mergeBaseSha, headSha }: CoveredVersion): Promise<(text: string) => number> {
    const [base, head] = await Promise.all([mergeBaseSha, headSha].map((commit) => this.marked(commit)));
    const count = (lines: readonly MarkedLine[] = [], text: string): number =>
      lines.filter((one) => one.text.trimEnd() === text).length;
    return (text) => count(head, text) - count(base, text);
  }

  /** What `actions/checkout` takes on `pull_request`: the merge with the base; the head where they conflict. */
  mergeCommit(base: CommitSha, head: CommitSha): Promise<string> {
    return once(this.#merges, `${base} ${head}`, () => this.#mergeCommit(base, head));
  }

  async #addedMarked(mergeBase: CommitSha, head: CommitSha): Promise<MarkedLine[]> {
    const diff = await this.#git('diff-tree', '-r', '-p', '--no-color', ...ADDED, mergeBase, head);
    const added = new Set<string>();
    let path = '';
    for (const row of diff.split('\n')) {
      path = /^\+\+\+ b\/(.+)$/u.exec(row)?.[1] ?? path;
      const [, start, count = '1'] = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@/u.exec(row) ?? [];
      if (start === undefined) continue;
      for (let at = 0; at < Number(count); at += 1) added.add(`${path}:${Number(start) + at}`);
    }
    return (await this.marked(head)).filter((one) => added.has(`${one.path}:${one.line}`));
  }

  async #mergeCommit(base: CommitSha, head: CommitSha): Promise<string> {
    const tree = await this.#mergedTree(base, head);
    if (tree === null) return head;
    const person = 'GitHub <noreply@example.test> 1700000000 +0000';
    const parents = [base, head].map((parent) => `parent ${parent}`);
    const commit = [`tree ${tree}`, ...parents, `author ${person}`, `committer ${person}`, '', 'Merge', ''].join('\n');
    return this.#history.objects.write('commit', Buffer.from(commit));
  }

  /** Null where the two conflict. */
  async #mergedTree(base: CommitSha, head: CommitSha): Promise<string | null> {
    if (await this.#history.isAncestor(base, head)) return (await this.#history.reader.object(`${head}^{tree}`)).oid;
    const merged = await this.#tryGit('merge-tree', '--write-tree', base, head);
    return merged.code === 0 ? merged.stdout.toString().trim() : null;
  }

  #tryGit(...args: string[]): ReturnType<typeof runGit> {
    return runGit(args, { cwd: this.#history.git.folder, env: isolatedGitEnvironment('/nonexistent') });
  }

  async #git(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.#tryGit(...args);
    if (code !== 0) throw new Error(`git ${args.join(' ')} ended with ${code}: ${stderr}`);
    return stdout.toString();
  }
}

/** Commits never change: what was found out of some holds. */
function once<T>(known: Map<string, Promise<T>>, name: string, find: () => Promise<T>): Promise<T> {
  const answer = known.get(name) ?? find();
  known.set(name, answer);
  return answer;
}
