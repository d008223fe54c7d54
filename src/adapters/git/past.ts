import { resolve } from 'node:path';
import { CommitSha } from '../../core/ids.ts';
import type { MainCommit, Ref } from '../../core/replay/find-pulls.ts';
import type { OwnCommit } from '../../core/replay/past.ts';
import { GitFault } from '../../ports/repository.ts';
import { localEnvironment } from './environment.ts';
import { runGit, whatGitSaid } from './git-process.ts';
import { openLocalRepository, type LocalRepository } from './local-repository.ts';

/** The history of a repository on this machine, asked piece by piece and never held whole. */
export type Past = {
  /** What people call it: as its origin's address has it, else its folder. */
  name: string;
  /** For `alternates` of `openRepository`. */
  objectsFolder: string;
  /** The branch that pull requests went into: full name and tip. */
  main: { ref: string; sha: CommitSha };
  resolve(revision: string): Promise<CommitSha | null>;
  refs(): Promise<Ref[]>;
  /** The main branch's own line, newest first. */
  mainLine(onCommit: (commit: MainCommit) => void): Promise<void>;
  /** First parents from `head` up to what `base` has, oldest first; of more than `max` the newest `max`. */
  ownCommits(head: CommitSha, base: CommitSha, max: number): Promise<OwnCommit[]>;
  /** How many commits on the main line lie after `from` up to `to`, and the `nth` of them (1 is the oldest; fewer: the last). */
  nthAfter(from: CommitSha, to: CommitSha, nth: number): Promise<CommitSha | null>;
  mergeBase(a: CommitSha, b: CommitSha): Promise<CommitSha | null>;
  isAncestor(ancestor: CommitSha, descendant: CommitSha): Promise<boolean>;
  /** A commit's tree where it has been read; otherwise the name itself. */
  treeOf(sha: string): string;
};

const TIMEOUT_MS = 300_000;
const SEPARATOR = '\x1f';

/** @param base the branch that pull requests went into; null takes the remote's default, else what is checked out. */
export async function openPast(folder: string, base: string | null): Promise<Past> {
  const local = await openLocalRepository(folder);
  const root = resolve(folder);
  const env = localEnvironment('/nonexistent', [['safe.directory', '*']]);
  const lines = async (args: readonly string[], onLine: (line: string) => void): Promise<void> => {
    const splitter = lineSplitter(onLine);
    const answer = await runGit({
      args: ['-C', root, ...args],
      cwd: '/',
      env,
      timeoutMs: TIMEOUT_MS,
      maxOutputBytes: Infinity,
      onOutput: (chunk) => splitter.push(chunk),
    });
    if (answer.code !== 0) throw new GitFault(`git ${args[0]} failed: ${whatGitSaid(answer)}`);
    splitter.end();
  };
  const main = await mainBranch(local, root, base);
  const trees = new Map<string, string>();
  const origin = (await local.remotes()).find(({ name }) => name === 'origin');
  return {
    name: nameIn(origin?.url ?? '') ?? nameIn(root) ?? root,
    objectsFolder: local.objectsFolder,
    main,
    resolve: (revision) => local.resolve(revision),
    mergeBase: (a, b) => local.mergeBase(a, b),
    isAncestor: (ancestor, descendant) => local.isAncestor(ancestor, descendant),
    treeOf: (sha) => trees.get(sha) ?? sha,
    async refs() {
      const refs: Ref[] = [];
      await lines(['for-each-ref', '--format=%(objecttype) %(objectname) %(refname)'], (line) => {
        const match = /^commit ([0-9a-f]+) (.+)$/.exec(line);
        if (match !== null) refs.push({ sha: CommitSha.parse(match[1]), name: match[2] ?? '' });
      });
      return refs;
    },
    mainLine: (onCommit) =>
      lines(
        ['rev-list', '--first-parent', '--no-commit-header', `--format=%H${SEPARATOR}%P${SEPARATOR}%s`, main.sha, '--'],
        (line) => {
          const [sha, parents = '', subject = ''] = line.split(SEPARATOR);
          onCommit({ sha: CommitSha.parse(sha), parents: shas(parents), subject });
        },
      ),
    async ownCommits(head, from, max) {
      const commits: OwnCommit[] = [];
      const format = `--format=%H${SEPARATOR}%P${SEPARATOR}%T${SEPARATOR}%ct`;
      const limits = [`--max-count=${max}`, '--first-parent', '--no-commit-header', format];
      await lines(['rev-list', ...limits, head, `^${from}`, '--'], (line) => {
        const [sha = '', parents = '', tree = '', committedAt] = line.split(SEPARATOR);
        trees.set(sha, tree);
        commits.push({ sha: CommitSha.parse(sha), parents: shas(parents), committedAt: Number(committedAt) });
      });
      return commits.toReversed();
    },
    async nthAfter(from, to, nth) {
      const latest: CommitSha[] = [];
      await lines(['rev-list', '--first-parent', to, `^${from}`, '--'], (line) => {
        latest.push(CommitSha.parse(line));
        if (latest.length > nth) latest.shift();
      });
      return latest[0] ?? null;
    },
  };
}

async function mainBranch(local: LocalRepository, root: string, base: string | null): Promise<Past['main']> {
  const candidates = base === null ? ['refs/remotes/origin/HEAD', 'HEAD'] : [base];
  for (const candidate of candidates) {
    const sha = await local.resolve(candidate);
    if (sha !== null) return { sha, ref: (await local.refName(candidate)) ?? candidate };
  }
  throw new GitFault(`${base ?? 'HEAD'} names no commit of ${root}`);
}

/** The last part of a path or an address, without what only git adds to it. */
function nameIn(address: string): string | null {
  return /([^/\\:]+?)(?:\.git)?(?:[/\\]+\.git)?[/\\]*$/.exec(address)?.[1] ?? null;
}

function shas(text: string): CommitSha[] {
  return text === '' ? [] : text.split(' ').map((sha) => CommitSha.parse(sha));
}

function lineSplitter(onLine: (line: string) => void): { push(chunk: Uint8Array): void; end(): void } {
  const decoder = new TextDecoder();
  let rest = '';
  const take = (text: string): void => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) onLine(line);
  };
  return {
    push: (chunk) => take(decoder.decode(chunk, { stream: true })),
    end: () => {
      take(decoder.decode());
      if (rest !== '') onLine(rest);
    },
  };
}
