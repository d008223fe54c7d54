import { GitFault } from '../../ports/repository.ts';
import { localEnvironment } from './environment.ts';
import { runGit } from './git-process.ts';

/** `git merge-tree --write-tree` and `git cat-file -z` came with 2.38. */
const OLDEST = { major: 2, minor: 38 };

/** PATHs whose git is fit: it does not change under a run, and every repository of a run asks. */
const fitPaths = new Set<string | undefined>();

/** Throws a `GitFault` that says in one sentence what to install, where git is missing or too old. */
export async function requireGit(folder: string): Promise<void> {
  const path = process.env['PATH'];
  if (fitPaths.has(path)) return;
  await checkVersion(folder);
  fitPaths.add(path);
}

async function checkVersion(folder: string): Promise<void> {
  const answer = await runGit({ args: ['version'], cwd: folder, env: localEnvironment(folder), timeoutMs: 10_000 });
  const text = answer.stdout.toString().trim();
  const match = /^git version (\d+)\.(\d+)/.exec(text);
  const [major, minor] = [Number(match?.[1] ?? 0), Number(match?.[2] ?? 0)];
  if (major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor)) return;
  const found = match === null ? JSON.stringify(text.slice(0, 80)) : text.replace('git version ', '');
  throw new GitFault(`git ${found} is too old: install git ${OLDEST.major}.${OLDEST.minor} or newer`);
}
