import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const LARGEST_REPORT = 64 * 1024 * 1024;

/** What a workflow does before Pushback: checks out the pull request's merge commit, and runs the analyser there. */
export async function checkoutAndLint(repository: string, ref: string, workspace: string): Promise<void> {
  const git = (...args: string[]): Promise<unknown> => run('git', ['-C', workspace, ...args]);
  await git('init', '-q');
  await git('fetch', '-q', '--depth=1', repository, ref);
  await git('checkout', '-q', 'FETCH_HEAD');
  await writeFile(join(workspace, 'oxlint.sarif'), await oxlint(workspace));
}

async function oxlint(folder: string): Promise<string> {
  const program = join(dirname(createRequire(import.meta.url).resolve('oxlint/package.json')), 'bin', 'oxlint');
  try {
    const { stdout } = await run(process.execPath, [program, '--format', 'sarif', '.'], {
      cwd: folder,
      maxBuffer: LARGEST_REPORT,
    });
    return stdout;
  } catch (error) {
    // It ends with 1 where it found errors; a report is a report all the same.
    const stdout = (error as { stdout?: string }).stdout ?? '';
    if (stdout.trimStart().startsWith('{')) return stdout;
    throw new Error('oxlint wrote no report', { cause: error });
  }
}
