import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './commands.ts';

/** Cloned where no repository is given: well known, and thousands of commits old. */
const DEFAULT_REPOSITORY = 'https://github.com/expressjs/express';
const LEAST_COMMITS = 1000;

/** Says nothing of what it reads, but proves that it did. */
const REVIEWER = `
import { readFileSync } from 'node:fs';
const request = JSON.parse(readFileSync(process.env.PUSHBACK_REQUEST, 'utf8'));
process.stdin.resume().on('end', () => {
  const reviews = request.pullRequests.map((pr) => ({ pullRequest: pr.pullRequest, summary: pr.files.length + ' files read', findings: [] }));
  process.stdout.write(JSON.stringify({ reviews }));
});
`;

/**
 * Reviews the repository's newest commits but one against the twelve before, then all of them, as a branch that grew.
 * @param repository a clone or a URL; null takes a public one over the network
 */
export async function reviewTwice(root: string, repository: string | null): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pushback-review-'));
  try {
    const clone = join(folder, 'clone');
    await runCommand('git', ['clone', '-q', '--no-local', repository ?? DEFAULT_REPOSITORY, clone], folder);
    const git = async (...args: string[]): Promise<string> =>
      (await runCommand('git', ['-C', clone, ...args], folder)).stdout.trim();
    const commits = Number(await git('rev-list', '--count', 'HEAD'));
    assert.ok(commits >= LEAST_COMMITS, `${commits} commits are not thousands`);
    await git('branch', 'pushback-base', 'HEAD~12');
    const reviewer = join(folder, 'reviewer.mjs');
    await writeFile(reviewer, REVIEWER);

    const review = async (head: string): Promise<Reviewed> => {
      await git('branch', '--force', 'pushback-head', head);
      const flags = [
        '--repo',
        clone,
        '--base',
        'pushback-base',
        '--head',
        'pushback-head',
        '--reviewer',
        'command',
        '--json',
        '--quiet',
      ];
      const args = ['dist/cli.js', 'review', ...flags, '--', process.execPath, reviewer];
      return JSON.parse((await runCommand(process.execPath, args, root)).stdout) as Reviewed;
    };
    const first = await review('HEAD~1');
    assert.equal(`${first.mode}/${first.reason}`, 'full/first-review');
    const second = await review('HEAD');
    assert.equal(second.mode, 'incremental');
    assert.equal(second.previousSha, first.headSha);
    assert.ok(second.scope.tokens < second.scope.fullTokens);
    return `${commits} commits; first ${first.scope.tokens} tokens, second ${second.mode}/${second.reason} ${second.scope.tokens} of ${second.scope.fullTokens}`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Reviewed = {
  mode: string;
  reason: string;
  headSha: string;
  previousSha: string | null;
  scope: { tokens: number; fullTokens: number };
};
