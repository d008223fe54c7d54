import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CoveredVersion } from '../../../src/core/coverage.ts';
import { GitRepository } from './git-repository.ts';

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

/** A pull request in a real repository, with two branches that it may be against. */
export class RandomHistory implements AsyncDisposable {
  readonly git: GitRepository;
  /** What the steps renamed, in order. */
  readonly renames: { from: string; to: string }[] = [];
  readonly #writer: LineWriter;
  #base: 'main' | 'release' = 'main';
  #files = 0;

  private constructor(git: GitRepository, writer: LineWriter) {
    this.git = git;
    this.#writer = writer;
  }

  static async create(writer: LineWriter): Promise<RandomHistory> {
    const history = new RandomHistory(await GitRepository.create(), writer);
    const files = ['a.txt', 'b.txt', 'src/c.txt', 'd.txt'];
    const texts = files.map((file, index) => [file, textOf(writer.fresh('main', 12, index * 5))] as const);
    await history.git.commit('base', Object.fromEntries(texts));
    await history.git.git('branch', 'release');
    await history.git.checkout('pr', 'main');
    return history;
  }

  /** The branch that the pull request is against. */
  get base(): 'main' | 'release' {
    return this.#base;
  }

  async apply(step: Exclude<Step, { do: 'push' }>): Promise<void> {
    if ('on' in step) return this.#change(step);
    const mergeBase = await this.git.mergeBase(this.#base, 'pr');
    switch (step.do) {
      case 'merge':
        return this.#merge(step.resolve);
      case 'rebase':
        if ((await this.git.tryGit(['rebase', '-q', '-X', 'theirs', this.#base])).code !== 0) {
          await this.git.git('rebase', '--abort');
        }
        return;
      case 'squash':
        await this.git.git('reset', '-q', '--soft', mergeBase);
        await this.git.commit('squashed');
        return;
      case 'reset': {
        const parent = (await this.git.git('rev-list', '--first-parent', '--max-count=2', 'HEAD')).split('\n')[1];
        if (parent !== undefined && (await this.git.head()) !== mergeBase)
          await this.git.git('reset', '-q', '--hard', parent);
        return;
      }
      case 'revert':
        if ((await this.git.head()) === mergeBase) return;
        if ((await this.git.tryGit(['revert', '--no-edit', '-m', '1', 'HEAD'])).code === 0) return;
        if ((await this.git.tryGit(['revert', '--no-edit', 'HEAD'])).code !== 0)
          await this.git.tryGit(['revert', '--abort']);
        return;
      case 'retarget':
        this.#base = this.#base === 'main' ? 'release' : 'main';
        this.git.script.note(`the pull request is against ${this.#base} now`);
        return;
    }
  }

  async today(): Promise<CoveredVersion> {
    return { mergeBaseSha: await this.git.mergeBase(this.#base, 'pr'), headSha: await this.git.head('pr') };
  }

  async #change(step: Extract<Step, { on: string }>): Promise<void> {
    if (step.on !== 'pr') await this.git.checkout(step.on);
    const paths = (await this.#paths()).toSorted();
    const path = paths[step.file % Math.max(paths.length, 1)];
    const fresh = (count: number): string[] => this.#writer.fresh(step.on, count, step.text);
    if (path === undefined || step.do === 'add') {
      await this.git.commit(`${step.on} adds`, { [this.#newName(step.on)]: textOf(fresh(4 + step.lines)) });
    } else if (step.do === 'delete') {
      await this.git.commit(`${step.on} deletes ${path}`, { [path]: null });
    } else if (step.do === 'rename') {
      const to = this.#newName(`${step.on}-renamed`);
      await this.git.move(path, to);
      await this.git.commit(`${step.on} renames ${path}`);
      this.renames.push({ from: path, to });
    } else if (step.do === 'copy') {
      const content = await readFile(join(this.git.folder, path), 'utf8');
      await this.git.commit(`${step.on} copies ${path}`, { [this.#newName(`${step.on}-copy`)]: content });
    } else if (step.do === 'replace') {
      const to = paths[step.at % paths.length] ?? path;
      await this.git.move(path, to);
      await this.git.commit(`${step.on} moves ${path} over ${to}`);
    } else {
      const lines = linesOf(await readFile(join(this.git.folder, path), 'utf8'));
      const at = step.at % (lines.length + 1);
      const added = step.do === 'edit' ? fresh(step.lines) : [];
      lines.splice(at, step.do === 'cut' ? step.lines : step.at % 2, ...added);
      await this.git.commit(`${step.on} ${step.do}s ${path}`, { [path]: textOf(lines) });
    }
    if (step.on !== 'pr') await this.git.checkout('pr');
  }

  /** Conflicts are resolved as a hasty person would: a side's lines or both stay, files that one side wants stay. */
  async #merge(resolution: Resolution): Promise<void> {
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

  [Symbol.asyncDispose](): Promise<void> {
    return this.git[Symbol.asyncDispose]();
  }
}

/** Marks a last line that has no line feed. */
export const NO_LINE_FEED = '\\';

/** A text's lines, each without its line feed. */
export function linesOf(text: string): string[] {
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  return last === '' ? lines : [...lines, `${last}${NO_LINE_FEED}`];
}

/** Only a last line can be without a line feed. */
export function textOf(lines: readonly string[]): string {
  return lines
    .map((line, index) => {
      const text = line.endsWith(NO_LINE_FEED) ? line.slice(0, -1) : line;
      return text === line || index < lines.length - 1 ? `${text}\n` : text;
    })
    .join('');
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
