import { chmod, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CommitSha } from '../../../src/core/ids.ts';
import { CommandScript } from './command-script.ts';
import { isolatedGitEnvironment, runGit } from './git-process.ts';

/** What a file is to hold. `null` removes it. */
export type FileContent = string | Uint8Array | null | { symlink: string } | { executable: string };
export type Files = Record<string, FileContent>;

/** Where branches stand, and how that hangs together. */
export type Heads = {
  head(branch: string): Promise<CommitSha>;
  mergeBase(a: string, b: string): Promise<CommitSha>;
  /** Null where one of the two is gone. */
  isAncestor(ancestor: CommitSha, descendant: CommitSha): Promise<boolean | null>;
};

/** A real repository with a checkout in a temporary folder. The same calls give the same SHAs on every machine. */
export class GitRepository implements AsyncDisposable, Heads {
  readonly folder: string;
  /** Everything done so far. */
  readonly script = new CommandScript();
  readonly #home: string;
  #tick = 0;

  private constructor(home: string, folder: string) {
    this.#home = home;
    this.folder = folder;
  }

  static async create(options: { objectFormat?: 'sha1' | 'sha256' } = {}): Promise<GitRepository> {
    const home = await mkdtemp(join(tmpdir(), 'pushback-git-'));
    const folder = join(home, 'checkout');
    await mkdir(folder);
    const repository = new GitRepository(home, folder);
    await repository.git('init', '-q', '-b', 'main', `--object-format=${options.objectFormat ?? 'sha1'}`);
    return repository;
  }

  /** Runs git in the checkout; throws with what it said unless it ends with 0. */
  async git(...args: string[]): Promise<string> {
    const result = await this.tryGit(args);
    if (result.code !== 0) throw new Error(`git ${args.join(' ')} ended with ${result.code}: ${result.stderr}`);
    return result.stdout.toString().replace(/\n$/, '');
  }

  tryGit(args: readonly string[], input?: string | Uint8Array): ReturnType<typeof runGit> {
    const env = isolatedGitEnvironment(this.#home, this.#tick);
    this.script.git(args);
    return runGit(args, { cwd: this.folder, env, ...(input === undefined ? {} : { input }) });
  }

  async write(files: Files): Promise<void> {
    for (const [path, content] of Object.entries(files)) {
      const target = join(this.folder, path);
      await rm(target, { force: true, recursive: true });
      this.script.remove(path);
      if (content === null) continue;
      await mkdir(dirname(target), { recursive: true });
      if (typeof content === 'string' || content instanceof Uint8Array) {
        await writeFile(target, content);
        this.script.write(path, content);
      } else if ('symlink' in content) {
        await symlink(content.symlink, target);
        this.script.symlink(path, content.symlink);
      } else {
        await writeFile(target, content.executable);
        await chmod(target, 0o755);
        this.script.write(path, content.executable);
        this.script.executable(path);
      }
    }
  }

  async move(from: string, to: string): Promise<void> {
    await mkdir(dirname(join(this.folder, to)), { recursive: true });
    await rename(join(this.folder, from), join(this.folder, to));
    this.script.move(from, to);
  }

  /** Writes `files` and commits everything that changed on the branch that is checked out. */
  async commit(message: string, files: Files = {}): Promise<CommitSha> {
    this.#tick += 1;
    await this.write(files);
    await this.git('add', '-A');
    await this.git('commit', '-q', '--allow-empty', '-m', message);
    return this.head();
  }

  /** Switches to `branch`, made at `from` where that is given. */
  async checkout(branch: string, from?: string): Promise<void> {
    await this.git('checkout', '-q', ...(from === undefined ? [branch] : ['-B', branch, from]), '--');
  }

  /** Merges with a merge commit. On conflict, `resolution` is written and committed; without one it throws. */
  async merge(other: string, resolution?: Files): Promise<CommitSha> {
    this.#tick += 1;
    const result = await this.tryGit(['merge', '-q', '--no-ff', '--no-edit', other]);
    if (result.code !== 0 || resolution !== undefined) {
      if (resolution === undefined) throw new Error(`merge of ${other} conflicts: ${result.stdout.toString()}`);
      await this.write(resolution);
      await this.git('add', '-A');
      if (result.code === 0) await this.git('commit', '-q', '--amend', '--no-edit');
      else await this.git('commit', '-q', '--no-edit');
    }
    return this.head();
  }

  /** A real `git rebase` of the branch that is checked out. */
  async rebase(onto: string): Promise<CommitSha> {
    this.#tick += 1;
    await this.git('rebase', '-q', onto);
    return this.head();
  }

  async head(revision = 'HEAD'): Promise<CommitSha> {
    return CommitSha.parse(await this.git('rev-parse', `${revision}^{commit}`));
  }

  async mergeBase(a: string, b: string): Promise<CommitSha> {
    return CommitSha.parse(await this.git('merge-base', a, b));
  }

  async isAncestor(ancestor: CommitSha, descendant: CommitSha): Promise<boolean | null> {
    const { code } = await this.tryGit(['merge-base', '--is-ancestor', ancestor, descendant]);
    return code > 1 ? null : code === 0;
  }

  /** As GitHub keeps it: the head of a pull request, whatever repository it comes from. */
  async setPullRequestHead(number: number, sha: string): Promise<void> {
    await this.git('update-ref', `refs/pull/${number}/head`, sha);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#home, { recursive: true, force: true, maxRetries: 3 });
  }
}
