import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { CommitSha } from '../../../src/core/ids.ts';
import { isolatedGitEnvironment, runGit } from '../../../test/support/git/git-process.ts';

/** Contents by path; null removes. */
export type Changes = Iterable<readonly [path: string, content: string | null]>;

/** A bare repository written through `git fast-import`: thousands of files in a second, the same SHAs everywhere. */
export class ImportedRepository {
  readonly folder: string;
  readonly #import: ReturnType<typeof spawn>;
  readonly #ended: Promise<unknown>;
  #mark = 0;

  private constructor(folder: string) {
    this.folder = folder;
    this.#import = spawn('git', ['fast-import', '--quiet', '--force'], {
      cwd: folder,
      env: isolatedGitEnvironment(folder),
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    this.#ended = once(this.#import, 'close');
  }

  static async create(folder: string): Promise<ImportedRepository> {
    const made = await runGit(['init', '-q', '--bare', '-b', 'main', folder], {
      cwd: '/',
      env: isolatedGitEnvironment(folder),
    });
    if (made.code !== 0) throw new Error(made.stderr);
    return new ImportedRepository(folder);
  }

  /** Adds a commit to a branch, on `parents` (marks), and returns its mark. */
  async commit(branch: string, parents: readonly number[], changes: Changes): Promise<number> {
    this.#mark += 1;
    const [from, ...merged] = parents;
    const head = [
      `commit refs/heads/${branch}`,
      `mark :${this.#mark}`,
      `committer Ada <ada@example.test> ${1_700_000_000 + this.#mark * 3600} +0000`,
      'data 1',
      'c',
      ...(from === undefined ? [] : [`from :${from}`]),
      ...merged.map((parent) => `merge :${parent}`),
    ];
    await this.#write(`${head.join('\n')}\n`);
    for (const [path, content] of changes) {
      if (content === null) await this.#write(`D ${path}\n`);
      else await this.#write(`M 100644 inline ${path}\ndata ${Buffer.byteLength(content)}\n${content}\n`);
    }
    await this.#write('\n');
    return this.#mark;
  }

  /** Ends the import, and names the commit that each branch points at. */
  async end(...branches: string[]): Promise<CommitSha[]> {
    this.#import.stdin?.end();
    await this.#ended;
    if (this.#import.exitCode !== 0) throw new Error('git fast-import failed');
    const shas: CommitSha[] = [];
    for (const branch of branches) {
      const { stdout } = await runGit(['rev-parse', `refs/heads/${branch}`], {
        cwd: this.folder,
        env: isolatedGitEnvironment(this.folder),
      });
      shas.push(CommitSha.parse(stdout.toString().trim()));
    }
    return shas;
  }

  async #write(text: string): Promise<void> {
    const stdin = this.#import.stdin;
    if (stdin !== null && !stdin.write(text)) await once(stdin, 'drain');
  }
}
