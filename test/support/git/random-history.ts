import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommitSha } from '../../../src/core/ids.ts';
import { GitRepository } from './git-repository.ts';

/** One step of a history. Numbers choose: a file, a place in it, how many lines. */
export type Step =
  | { on: 'main' | 'pr'; do: 'edit' | 'cut' | 'add' | 'delete' | 'rename'; file: number; at: number; lines: number }
  | { do: 'merge' | 'rebase' | 'squash' | 'reset' | 'revert' }
  | { do: 'push'; left: number };

/**
 * A repository whose every line has an id of its own that says where it comes from (`pr-7`, `up-3`), so that what has
 * to be in scope is known without any diff.
 */
export class RandomHistory implements AsyncDisposable {
  readonly git: GitRepository;
  #lines = 0;
  #files = 0;

  private constructor(git: GitRepository) {
    this.git = git;
  }

  static async create(): Promise<RandomHistory> {
    const history = new RandomHistory(await GitRepository.create());
    const files = ['a.txt', 'b.txt', 'src/c.txt', 'd.txt'];
    await history.git.commit('base', Object.fromEntries(files.map((file) => [file, history.#fresh('up', 12)])));
    await history.git.checkout('pr', 'main');
    return history;
  }

  async apply(step: Exclude<Step, { do: 'push' }>): Promise<void> {
    if ('on' in step) return this.#change(step);
    const base = await this.git.mergeBase('main', 'pr');
    switch (step.do) {
      case 'merge':
        return this.#merge();
      case 'rebase':
        if ((await this.git.tryGit(['rebase', '-q', '-X', 'theirs', 'main'])).code !== 0) {
          await this.git.git('rebase', '--abort');
        }
        return;
      case 'squash':
        await this.git.git('reset', '-q', '--soft', base);
        await this.git.commit('squashed');
        return;
      case 'reset': {
        const parent = (await this.git.git('rev-list', '--first-parent', '--max-count=2', 'HEAD')).split('\n')[1];
        if (parent !== undefined && (await this.git.head()) !== base)
          await this.git.git('reset', '-q', '--hard', parent);
        return;
      }
      case 'revert':
        if ((await this.git.head()) === base) return;
        if ((await this.git.tryGit(['revert', '--no-edit', '-m', '1', 'HEAD'])).code === 0) return;
        if ((await this.git.tryGit(['revert', '--no-edit', 'HEAD'])).code !== 0)
          await this.git.tryGit(['revert', '--abort']);
        return;
    }
  }

  async today(): Promise<{ mergeBaseSha: CommitSha; headSha: CommitSha }> {
    return { mergeBaseSha: await this.git.mergeBase('main', 'pr'), headSha: await this.git.head('pr') };
  }

  /** path -> its lines, in a commit. */
  async linesAt(commit: string): Promise<Map<string, string[]>> {
    const paths = (await this.git.git('ls-tree', '-r', '--name-only', commit))
      .split('\n')
      .filter((path) => path !== '');
    const contents = await Promise.all(paths.map((path) => this.git.git('cat-file', 'blob', `${commit}:${path}`)));
    return new Map(
      paths.map((path, index) => [path, (contents[index] ?? '').split('\n').filter((line) => line !== '')]),
    );
  }

  async #change(step: Extract<Step, { on: string }>): Promise<void> {
    if (step.on === 'main') await this.git.checkout('main');
    const origin = step.on === 'main' ? 'up' : 'pr';
    const paths = (await this.#paths()).toSorted();
    const path = paths[step.file % Math.max(paths.length, 1)];
    if (path === undefined || step.do === 'add') {
      await this.git.commit(`${origin} adds`, {
        [`${origin}-file-${(this.#files += 1)}.txt`]: this.#fresh(origin, 4 + step.lines),
      });
    } else if (step.do === 'delete') {
      await this.git.commit(`${origin} deletes ${path}`, { [path]: null });
    } else if (step.do === 'rename') {
      await this.git.move(path, `${origin}-renamed-${(this.#files += 1)}.txt`);
      await this.git.commit(`${origin} renames ${path}`);
    } else {
      const lines = (await readFile(join(this.git.folder, path), 'utf8')).split('\n').slice(0, -1);
      const at = step.at % (lines.length + 1);
      const added = step.do === 'edit' ? this.#fresh(origin, step.lines).split('\n').slice(0, -1) : [];
      lines.splice(at, step.do === 'cut' ? step.lines : step.at % 2, ...added);
      await this.git.commit(`${origin} ${step.do}s ${path}`, { [path]: lines.map((line) => `${line}\n`).join('') });
    }
    if (step.on === 'main') await this.git.checkout('pr');
  }

  /** Conflicts are resolved as a hasty person would: both sides' lines stay, files that one side wants stay. */
  async #merge(): Promise<void> {
    const merged = await this.git.tryGit(['merge', '-q', '--no-ff', '--no-edit', 'main']);
    if (merged.code === 0) return;
    for (const path of await this.#paths()) {
      const text = await readFile(join(this.git.folder, path), 'utf8');
      const kept = text.split('\n').filter((line) => !/^(?:<{7}|={7}|>{7})/.test(line));
      if (kept.length !== text.split('\n').length)
        await this.git.write({ [path]: [...new Set(kept)].join('\n') + '\n' });
    }
    await this.git.commit('merge main, by hand');
  }

  async #paths(): Promise<string[]> {
    const entries = await readdir(this.git.folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.git.folder.length + 1))
      .filter((path) => !path.startsWith('.git/'));
  }

  #fresh(origin: string, count: number): string {
    return Array.from({ length: count }, () => `${origin}-${(this.#lines += 1)}\n`).join('');
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.git[Symbol.asyncDispose]();
  }
}
