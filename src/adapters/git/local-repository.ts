import { isAbsolute, resolve } from 'node:path';
import { CommitSha } from '../../core/ids.ts';
import type { PullRequestCommits } from '../../core/pull-request.ts';
import { GitFault } from '../../ports/repository.ts';
import { localEnvironment } from './environment.ts';
import { requireGit } from './git-version.ts';
import { runGit, whatGitSaid, type GitAnswer } from './git-process.ts';
import { withoutCredentials } from './open-repository.ts';

/** A repository on this machine, only read: no hook, no filter and no network. */
export type LocalRepository = {
  /** For `alternates` of `openRepository`. */
  objectsFolder: string;
  /** The commit that a branch, tag, SHA or other revision means; null where it means none. */
  resolve(revision: string): Promise<CommitSha | null>;
  /** `refs/heads/x` for what names a branch or another ref, `HEAD` on a branch included; null for any other revision. */
  refName(revision: string): Promise<string | null>;
  /** The best common ancestor (one of them, if there are several); null where there is none. */
  mergeBase(a: CommitSha, b: CommitSha): Promise<CommitSha | null>;
  isAncestor(ancestor: CommitSha, descendant: CommitSha): Promise<boolean>;
  /** The commits of `head` that `base` has not; of more than `max` the last ones. */
  commits(base: CommitSha, head: CommitSha, max: number): Promise<PullRequestCommits>;
  /** Names and URLs of its remotes, without credentials. */
  remotes(): Promise<{ name: string; url: string }[]>;
};

const TIMEOUT_MS = 60_000;

/** Throws a `GitFault` where the folder is no repository, or git is missing or too old. */
export async function openLocalRepository(folder: string): Promise<LocalRepository> {
  await requireGit('/');
  const root = resolve(folder);
  const env = localEnvironment('/nonexistent', [['safe.directory', '*']]);
  const git = (args: readonly string[]): Promise<GitAnswer> =>
    runGit({ args: ['-C', root, ...args], cwd: '/', env, timeoutMs: TIMEOUT_MS });
  const found = await git(['rev-parse', '--git-path', 'objects']);
  if (found.code !== 0) throw new GitFault(`${root} is no git repository: ${whatGitSaid(found)}`);
  const objects = found.stdout.toString().replace(/\n$/, '');
  return {
    objectsFolder: isAbsolute(objects) ? objects : resolve(root, objects),
    async resolve(revision) {
      const answer = await git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`]);
      const sha = CommitSha.safeParse(answer.stdout.toString().trim());
      return answer.code === 0 && sha.success ? sha.data : null;
    },
    async refName(revision) {
      const answer = await git([
        'rev-parse',
        '--symbolic-full-name',
        '--verify',
        '--quiet',
        '--end-of-options',
        revision,
      ]);
      const name = answer.stdout.toString().trim();
      return answer.code === 0 && name.startsWith('refs/') ? name : null;
    },
    async mergeBase(a, b) {
      const answer = await git(['merge-base', a, b]);
      if (answer.code === 1) return null;
      if (answer.code !== 0) throw new GitFault(`git merge-base failed: ${whatGitSaid(answer)}`);
      return CommitSha.parse(answer.stdout.toString().trim());
    },
    async isAncestor(ancestor, descendant) {
      const answer = await git(['merge-base', '--is-ancestor', ancestor, descendant]);
      if (answer.code > 1) throw new GitFault(`git merge-base failed: ${whatGitSaid(answer)}`);
      return answer.code === 0;
    },
    async commits(base, head, max) {
      const range = `${base}..${head}`;
      const [log, count] = await Promise.all([
        git([
          'log',
          '-z',
          '--reverse',
          '--no-show-signature',
          '--no-notes',
          `--max-count=${max}`,
          '--format=%H%n%B',
          range,
        ]),
        git(['rev-list', '--count', range]),
      ]);
      const failed = [log, count].find(({ code }) => code !== 0);
      if (failed !== undefined) throw new GitFault(`git log failed: ${whatGitSaid(failed)}`);
      const entries = log.stdout.toString().split('\0');
      const listed = entries
        .filter((entry) => entry !== '')
        .map((entry) => ({
          sha: CommitSha.parse(entry.slice(0, entry.indexOf('\n'))),
          message: entry.slice(entry.indexOf('\n') + 1).trim(),
        }));
      return { listed, total: Number(count.stdout.toString().trim()) };
    },
    async remotes() {
      const answer = await git(['config', '--null', '--get-regexp', '^remote\\..*\\.url$']);
      if (answer.code > 1) throw new GitFault(`git config failed: ${whatGitSaid(answer)}`);
      return answer.stdout
        .toString()
        .split('\0')
        .filter((entry) => entry !== '')
        .map((entry) => {
          const [key = '', ...url] = entry.split('\n');
          return { name: key.slice('remote.'.length, -'.url'.length), url: withoutCredentials(url.join('\n')) };
        });
    },
  };
}
