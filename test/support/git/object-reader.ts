import { spawn } from 'node:child_process';
import { isolatedGitEnvironment } from './git-process.ts';

export type GitObject = { oid: string; type: string; content: Buffer };

type Waiting = { resolve: (object: GitObject | null) => void; reject: (error: Error) => void };

/** Reads objects of a repository through one git process, which sees what others write meanwhile. */
export class ObjectReader implements AsyncDisposable {
  readonly #child;
  readonly #ended: Promise<void>;
  readonly #waiting: Waiting[] = [];
  #output = Buffer.alloc(0);
  #fault: Error | null = null;

  constructor(gitFolder: string) {
    const args = [`--git-dir=${gitFolder}`, 'cat-file', '--batch'];
    const env = isolatedGitEnvironment('/nonexistent');
    this.#child = spawn('git', args, { cwd: '/', env, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.stdout.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#child.stdin.on('error', (error) => this.#fail(error));
    this.#ended = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(this.#fail(error)));
      this.#child.once('close', (code) => resolve(this.#fail(new Error(`git cat-file ended with ${code}`))));
    });
  }

  /** What a revision means (`main^{commit}`); null for nothing. */
  read(revision: string): Promise<GitObject | null> {
    if (this.#fault !== null) return Promise.reject(this.#fault);
    const answer = new Promise<GitObject | null>((resolve, reject) => this.#waiting.push({ resolve, reject }));
    this.#child.stdin.write(`${revision}\n`);
    return answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin.end();
    await this.#ended;
  }

  #take(chunk: Buffer): void {
    this.#output = Buffer.concat([this.#output, chunk]);
    for (let end = this.#output.indexOf('\n'); end >= 0; end = this.#output.indexOf('\n')) {
      const line = this.#output.toString('utf8', 0, end);
      const [, oid = '', type = '', size = ''] = /^([0-9a-f]+) (blob|tree|commit|tag) (\d+)$/.exec(line) ?? [];
      const after = oid === '' ? end + 1 : end + 1 + Number(size) + 1;
      if (this.#output.length < after) return;
      const object = oid === '' ? null : { oid, type, content: Buffer.from(this.#output.subarray(end + 1, after - 1)) };
      this.#output = this.#output.subarray(after);
      this.#waiting.shift()?.resolve(object);
    }
  }

  #fail(error: Error): void {
    this.#fault ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}
