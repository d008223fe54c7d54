import { readFile, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CoveredVersion } from '../../../src/core/coverage.ts';
import { CommitSha } from '../../../src/core/ids.ts';
import { isolatedGitEnvironment, runGit } from './git-process.ts';
import { GitRepository, type Heads } from './git-repository.ts';
import { linesOf, textOf } from './lines.ts';
import { LooseObjects } from './loose-objects.ts';
import { TreeReader, type TreeFile } from './tree-reader.ts';

export type Side = 'main' | 'release' | 'pr';

/** `copy`: to a name of its own; `replace`: another file's place is taken. */
export type Change = 'edit' | 'cut' | 'add' | 'delete' | 'rename' | 'copy' | 'replace';

/** One step of a history. Numbers choose: a file, a place in it, how many lines, which. */
export type Step =
  | {
      on: Side;
      do: Change;
      file: number;
      at: number;
      lines: number;
      text: number;
    }
  | { do: 'merge'; resolve: Resolution }
  | { do: 'rebase' | 'squash' | 'reset' | 'revert' | 'retarget' }
  /** A review that leaves `left` files unread; `overtaken`: it only adds to what is known, as a superseded run does. */
  | { do: 'push'; left: number; overtaken: boolean };

export type Resolution = 'both' | 'ours' | 'theirs';

/** Gives the lines that a side writes; `text` chooses, where there is a choice. */
export type LineWriter = { fresh(side: Side, count: number, text: number): string[]; unique: boolean };

const FIRST_FILES = ['a.txt', 'b.txt', 'src/c.txt', 'd.txt'];

/**
 * A pull request in a real repository, with two branches that it may be against. Its script holds the commands that do
 * the same; here plain commits are written as objects, and git runs only where it decides: merges, rebases, reverts.
 */
export class RandomHistory implements AsyncDisposable, Heads {
  readonly git: GitRepository;
  /** Of all that is in the repository, whoever wrote it. */
  readonly reader: TreeReader;
  readonly objects: LooseObjects;
  /** What the steps renamed, in order. */
  readonly renames: { from: string; to: string }[] = [];
  readonly #writer: LineWriter;
  readonly #ancestors = new Map<string, ReadonlySet<string>>();
  readonly #mergeBases = new Map<string, Promise<CommitSha>>();
  #base: 'main' | 'release' = 'main';
  #files = 0;
  #commits = 0;
  /** The checkout is behind its branch. */
  #stale = false;

  private constructor(git: GitRepository, writer: LineWriter) {
    this.git = git;
    this.reader = new TreeReader(join(git.folder, '.git'));
    this.objects = new LooseObjects(join(git.folder, '.git'));
    this.#writer = writer;
  }

  static async create(writer: LineWriter): Promise<RandomHistory> {
    const history = new RandomHistory(await GitRepository.create(), writer);
    const { script } = history.git;
    const files = FIRST_FILES.map((file, index) => [file, writer.fresh('main', 12, index * 5)] as const);
    const base = await history.#commitChange('main', 'base', new Map(files));
    for (const branch of ['release', 'pr']) await history.#setBranch(branch, base);
    await history.#writeWhole('HEAD', 'ref: refs/heads/pr\n');
    history.#stale = true;
    script.git(['branch', 'release']);
    script.git(['checkout', '-q', '-B', 'pr', 'main', '--']);
    return history;
  }

  /** The branch that the pull request is against. */
  get base(): 'main' | 'release' {
    return this.#base;
  }

  async apply(step: Exclude<Step, { do: 'push' }>): Promise<void> {
    if ('on' in step) return this.#change(step);
    const { script } = this.git;
    switch (step.do) {
      case 'merge':
        return this.#merge(step.resolve);
      case 'rebase':
        await this.#checkOut();
        if ((await this.git.tryGit(['rebase', '-q', '-X', 'theirs', this.#base])).code !== 0) {
          await this.git.git('rebase', '--abort');
        }
        return;
      case 'squash': {
        const [{ mergeBaseSha }, files] = [await this.today(), await this.reader.files('refs/heads/pr')];
        script.line(`git reset -q --soft "$(git merge-base ${this.#base} pr)"`);
        script.git(['commit', '-q', '--allow-empty', '-m', 'squashed']);
        await this.#commitFiles('pr', 'squashed', files, mergeBaseSha);
        return;
      }
      case 'reset': {
        const { headSha, mergeBaseSha } = await this.today();
        const [parent] = await this.#parentsOf(headSha);
        if (parent === undefined || headSha === mergeBaseSha) return;
        script.line('git reset -q --hard HEAD^');
        return this.#setBranch('pr', parent);
      }
      case 'revert': {
        const { headSha, mergeBaseSha } = await this.today();
        if (headSha === mergeBaseSha) return;
        await this.#checkOut();
        const ofMerge = (await this.#parentsOf(headSha)).length > 1;
        const args = ['revert', '--no-edit', ...(ofMerge ? ['-m', '1'] : []), 'HEAD'];
        if ((await this.git.tryGit(args)).code !== 0) await this.git.tryGit(['revert', '--abort']);
        return;
      }
      case 'retarget':
        this.#base = this.#base === 'main' ? 'release' : 'main';
        script.note(`the pull request is against ${this.#base} now`);
        return;
    }
  }

  /** Something comes that changes no file. */
  async commitNothing(message: string): Promise<void> {
    await this.#commitChange('pr', message, new Map());
  }

  async today(): Promise<CoveredVersion> {
    const [headSha, mergeBaseSha] = await Promise.all([this.head('pr'), this.mergeBase(this.#base, 'pr')]);
    return { mergeBaseSha, headSha };
  }

  async head(branch: string): Promise<CommitSha> {
    return CommitSha.parse((await this.reader.object(`refs/heads/${branch}`)).oid);
  }

  /** Where there is one alone; git chooses among several, once for any two commits. */
  async mergeBase(a: string, b: string): Promise<CommitSha> {
    const [one, other] = await Promise.all([a, b].map((branch) => this.head(branch)));
    return this.#mergeBaseOf(one ?? '', other ?? '');
  }

  async isAncestor(ancestor: CommitSha, descendant: CommitSha): Promise<boolean> {
    return (await this.#mergeBaseOf(ancestor, descendant)) === ancestor;
  }

  async #mergeBaseOf(a: string, b: string): Promise<CommitSha> {
    const pair = `${a} ${b}`;
    const known = this.#mergeBases.get(pair) ?? this.#findMergeBase(a, b);
    this.#mergeBases.set(pair, known);
    return known;
  }

  async #findMergeBase(a: string, b: string): Promise<CommitSha> {
    const [ofA, ofB] = [await this.#ancestorsOf(a), await this.#ancestorsOf(b)];
    const common = [...ofA].filter((sha) => ofB.has(sha));
    const below = new Set<string>();
    for (const sha of common) for (const other of await this.#ancestorsOf(sha)) if (other !== sha) below.add(other);
    const [best, ...others] = common.filter((sha) => !below.has(sha));
    return best === undefined || others.length > 0 ? this.git.mergeBase(a, b) : CommitSha.parse(best);
  }

  /** With the commit itself. */
  async #ancestorsOf(commit: string): Promise<ReadonlySet<string>> {
    const known = this.#ancestors.get(commit);
    if (known !== undefined) return known;
    const ancestors = new Set([commit]);
    for (const parent of await this.#parentsOf(commit)) {
      for (const sha of await this.#ancestorsOf(parent)) ancestors.add(sha);
    }
    this.#ancestors.set(commit, ancestors);
    return ancestors;
  }

  async #change(step: Extract<Step, { on: string }>): Promise<void> {
    const files = await this.reader.lines(`refs/heads/${step.on}`);
    const paths = [...files.keys()].toSorted();
    const path = paths[step.file % Math.max(paths.length, 1)];
    const fresh = (count: number): string[] => this.#writer.fresh(step.on, count, step.text);
    if (path === undefined || step.do === 'add') {
      const added = new Map([[this.#newName(step.on), fresh(4 + step.lines)]]);
      await this.#commitChange(step.on, `${step.on} adds`, added);
    } else if (step.do === 'delete') {
      await this.#commitChange(step.on, `${step.on} deletes ${path}`, new Map([[path, null]]));
    } else if (step.do === 'rename') {
      const to = this.#newName(`${step.on}-renamed`);
      const moved = new Map([[path, null] as const, [to, files.get(path) ?? []] as const]);
      await this.#commitChange(step.on, `${step.on} renames ${path}`, moved);
      this.renames.push({ from: path, to });
    } else if (step.do === 'copy') {
      const copied = new Map([[this.#newName(`${step.on}-copy`), files.get(path) ?? []]]);
      await this.#commitChange(step.on, `${step.on} copies ${path}`, copied);
    } else if (step.do === 'replace') {
      const to = paths[step.at % paths.length] ?? path;
      const moved = new Map([[path, null] as const, [to, files.get(path) ?? []] as const]);
      await this.#commitChange(step.on, `${step.on} moves ${path} over ${to}`, moved);
    } else {
      const lines = [...(files.get(path) ?? [])];
      const at = step.at % (lines.length + 1);
      const added = step.do === 'edit' ? fresh(step.lines) : [];
      lines.splice(at, step.do === 'cut' ? step.lines : step.at % 2, ...added);
      await this.#commitChange(step.on, `${step.on} ${step.do}s ${path}`, new Map([[path, lines]]));
    }
  }

  /** Conflicts are resolved as a hasty person would: a side's lines or both stay, files that one side wants stay. */
  async #merge(resolution: Resolution): Promise<void> {
    await this.#checkOut();
    const merged = await this.git.tryGit(['merge', '-q', '--no-ff', '--no-edit', this.#base]);
    if (merged.code === 0) return;
    for (const path of await this.#paths()) {
      const lines = linesOf(await readFile(join(this.git.folder, path), 'utf8'));
      const kept = resolved(lines, resolution);
      if (kept.length === lines.length) continue;
      await this.git.write({ [path]: textOf(this.#writer.unique ? [...new Set(kept)] : kept) });
    }
    await this.git.commit(`merge ${this.#base}, by hand`);
  }

  /** Commits files with their new lines, null for those that go, to a branch. */
  async #commitChange(
    branch: string,
    message: string,
    change: ReadonlyMap<string, readonly string[] | null>,
  ): Promise<CommitSha> {
    const { script } = this.git;
    const elsewhere = branch !== 'pr' && this.#commits > 0;
    if (elsewhere) script.git(['checkout', '-q', branch, '--']);
    const parent = this.#commits === 0 ? null : await this.head(branch);
    const files = new Map(parent === null ? [] : await this.reader.files(parent));
    for (const [path, lines] of change) {
      files.delete(path);
      script.remove(path);
      if (lines === null) continue;
      const text = textOf(lines);
      script.write(path, text);
      files.set(path, { mode: '100644', oid: await this.objects.write('blob', Buffer.from(text)) });
    }
    script.git(['add', '-A']);
    script.git(['commit', '-q', '--allow-empty', '-m', message]);
    if (elsewhere) script.git(['checkout', '-q', 'pr', '--']);
    return this.#commitFiles(branch, message, files, parent);
  }

  async #commitFiles(
    branch: string,
    message: string,
    files: ReadonlyMap<string, TreeFile>,
    parent: CommitSha | null,
  ): Promise<CommitSha> {
    this.#commits += 1;
    const person = `Ada <ada@example.test> ${1_600_000_000 + this.#commits * 60} +0000`;
    const head = [`tree ${await this.objects.writeTree(files)}`, ...(parent === null ? [] : [`parent ${parent}`])];
    const commit = [...head, `author ${person}`, `committer ${person}`, '', message, ''].join('\n');
    const sha = CommitSha.parse(await this.objects.write('commit', Buffer.from(commit)));
    await this.#setBranch(branch, sha);
    return sha;
  }

  async #setBranch(branch: string, sha: string): Promise<void> {
    await this.#writeWhole(join('refs', 'heads', branch), `${sha}\n`);
    this.#stale ||= branch === 'pr';
  }

  /** The reader is there all the while, and must see no half of it. */
  async #writeWhole(name: string, text: string): Promise<void> {
    const unfinished = join(this.git.folder, '.git', 'unfinished');
    await writeFile(unfinished, text);
    await rename(unfinished, join(this.git.folder, '.git', name));
  }

  /** Brings the checkout to its branch, for commands that work there. */
  async #checkOut(): Promise<void> {
    if (!this.#stale) return;
    const done = await runGit(['reset', '-q', '--hard'], {
      cwd: this.git.folder,
      env: isolatedGitEnvironment('/nonexistent'),
    });
    if (done.code !== 0) throw new Error(`git reset ended with ${done.code}: ${done.stderr}`);
    this.#stale = false;
  }

  async #parentsOf(commit: string): Promise<string[]> {
    const text = (await this.reader.object(commit)).content.toString();
    return [...text.slice(0, text.indexOf('\n\n')).matchAll(/^parent ([0-9a-f]+)$/gm)].map(([, parent = '']) => parent);
  }

  #newName(kind: string): string {
    return `${kind}-file-${(this.#files += 1)}.txt`;
  }

  async #paths(): Promise<string[]> {
    const entries = await readdir(this.git.folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.git.folder.length + 1))
      .filter((path) => !path.startsWith('.git/'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.reader[Symbol.asyncDispose]();
    await this.git[Symbol.asyncDispose]();
  }
}

/** Without git's conflict markers, and without the side that gives way. */
function resolved(lines: readonly string[], resolution: Resolution): string[] {
  let side: 'ours' | 'theirs' | null = null;
  return lines.filter((line) => {
    const marker = /^(<{7}|={7}|>{7})/.exec(line)?.[1];
    if (marker !== undefined) side = marker.startsWith('<') ? 'ours' : marker.startsWith('=') ? 'theirs' : null;
    return marker === undefined && (side === null || resolution === 'both' || side === resolution);
  });
}
