import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommitSha } from '../../core/ids.ts';
import { GitFault } from '../../ports/repository.ts';
import { addAlternate } from './bare-repository.ts';
import { localEnvironment } from './environment.ts';
import { runGit, whatGitSaid, type GitAnswer } from './git-process.ts';

export type RebaseOutcome = { outcome: 'rebased'; headSha: CommitSha } | { outcome: 'conflicted' };

/** Real rebases, commit by commit, in a scratch repository over somebody's objects, which stay as they are. */
export type Rebaser = AsyncDisposable & {
  /** For `alternates` of who wants to read what came out. */
  objectsFolder: string;
  rebase(head: CommitSha, onto: CommitSha): Promise<RebaseOutcome>;
};

const TIMEOUT_MS = 120_000;

/** What git does by default, where our own reading of repositories has it otherwise. */
const AS_PEOPLE_HAVE_IT = [
  ['merge.directoryRenames', 'conflict'],
  ['merge.renameLimit', '0'],
  ['diff.renameLimit', '0'],
  ['core.sparseCheckout', 'true'],
  ['core.sparseCheckoutCone', 'false'],
  ['rebase.autoStash', 'false'],
] as const;

/** @param past the repository that holds the commits, by its object store (`.git/objects`) and one of its commits */
export async function openRebaser(
  past: { objectsFolder: string; main: { sha: CommitSha } },
  workFolder: string,
  signal: AbortSignal,
): Promise<Rebaser> {
  const root = await mkdtemp(join(workFolder, 'rebase-'));
  const checkout = join(root, 'checkout');
  const env = localEnvironment(root, AS_PEOPLE_HAVE_IT);
  const git = (...args: string[]): Promise<GitAnswer> =>
    runGit({ args: ['-C', checkout, ...args], cwd: root, env, timeoutMs: TIMEOUT_MS, signal });
  const must = async (...args: string[]): Promise<GitAnswer> => {
    const answer = await git(...args);
    if (answer.code !== 0) throw new GitFault(`git ${args[0]} failed: ${whatGitSaid(answer)}`);
    return answer;
  };
  await mkdir(checkout);
  await must('init', '-q', '--template=', `--object-format=${past.main.sha.length === 64 ? 'sha256' : 'sha1'}`);
  await mkdir(join(checkout, '.git/objects/info'), { recursive: true });
  await mkdir(join(checkout, '.git/info'), { recursive: true });
  await addAlternate(join(checkout, '.git'), past.objectsFolder);
  // Nothing is written out but what conflicts: a rebase works on the index and the objects.
  await writeFile(join(checkout, '.git/info/sparse-checkout'), '/nothing-is-called-like-this\n');

  const startOver = async (): Promise<void> => {
    await git('rebase', '--quit');
    await must('reset', '-q', '--hard');
    await must('clean', '-q', '-ffdx');
  };
  const rebase = async (head: CommitSha, onto: CommitSha): Promise<RebaseOutcome> => {
    await must('checkout', '-q', '--force', '--detach', head);
    const answer = await git('rebase', '-q', onto);
    if (answer.code === 0) {
      const { stdout } = await must('rev-parse', 'HEAD');
      return { outcome: 'rebased', headSha: CommitSha.parse(stdout.toString().trim()) };
    }
    const stopped = (await git('rev-parse', '--verify', '--quiet', 'REBASE_HEAD')).code === 0;
    await startOver();
    if (!stopped) throw new GitFault(`git rebase failed: ${whatGitSaid(answer)}`);
    return { outcome: 'conflicted' };
  };
  // One checkout, so one rebase at a time.
  let last: Promise<unknown> = Promise.resolve();
  return {
    objectsFolder: join(checkout, '.git/objects'),
    rebase(head, onto) {
      const next = last.then(() => rebase(head, onto));
      last = next.catch(() => undefined);
      return next;
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true, maxRetries: 3 }),
  };
}
