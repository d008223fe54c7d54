import assert from 'node:assert/strict';
import { join } from 'node:path';
import { MAX_BODY_LENGTH } from '../../../src/core/render/view.ts';
import { countedCalls } from '../../../test/support/github/faults.ts';
import { runAction } from '../../../test/support/github/runner/run-action.ts';
import { startWorld } from '../../../test/support/world.ts';

const FINDINGS = 500;
const MAX_COMMENTS = 10;
const MOST_CALLS = 8;

/** A reviewer that flags every line of the one file. */
const REVIEWER = `
const request = JSON.parse(require('node:fs').readFileSync(process.env.PUSHBACK_REQUEST, 'utf8'));
const reviews = request.pullRequests.map((pr) => {
  const lines = pr.files[0].hunks.flatMap((hunk) => hunk.lines).filter((one) => one.kind === 'new');
  const findings = lines.map(({ line, text }) => ({ severity: 'warning', category: 'correctness', rule: 'rule-' + line,
    path: pr.files[0].path, line, quote: text, title: 'Number ' + line + ' is wrong', body: 'So much is wrong. '.repeat(20) }));
  return { pullRequest: pr.pullRequest, summary: 'Much.', findings };
});
process.stdin.resume().on('end', () => process.stdout.write(JSON.stringify({ reviews })));
`;

/** Five hundred findings in one push. */
export async function manyFindings({ dist }: { dist: string }): Promise<string> {
  await using world = await startWorld({ files: { 'README.md': 'Numbers\n' } });
  const { git, github, repository } = world;
  await git.checkout('numbers', 'main');
  const lines = Array.from({ length: FINDINGS }, (_, index) => `export const number${index + 1} = ${index};`);
  await git.commit('Number them', { 'src/numbers.js': `${lines.join('\n')}\n` });
  const pull = await github.people.openPullRequest({ repository, head: 'numbers', title: 'Numbers', author: 'ada' });
  const result = await runAction(github, {
    name: 'pull_request',
    action: 'opened',
    pull,
    repository,
    main: join(dist, 'index.js'),
    post: join(dist, 'post.js'),
    inputs: {
      ...world.inputs,
      reviewer: 'command',
      command: [process.execPath, '-e', REVIEWER.replaceAll('\n', ' ').trim()].join('\n'),
      'max-comments': String(MAX_COMMENTS),
      'check-name': 'Pushback',
    },
  });
  assert.equal(result.outputs['open'], String(FINDINGS), (result.stdout + result.stderr).slice(-2000));
  assert.equal(pull.reviews.length, 1);
  assert.equal(pull.threads.length, MAX_COMMENTS);
  const [summary, ...others] = pull.comments;
  assert.deepEqual(others, []);
  const body = summary?.body ?? '';
  assert.ok(body.length <= MAX_BODY_LENGTH && body.includes('<details>'), body.slice(0, 2000));
  const told = new Set([...body.matchAll(/\bF(\d+)\b/gu)].map(([, number]) => number)).size;
  assert.ok(told > MAX_COMMENTS, `the summary tells of ${told} findings`);
  const calls = countedCalls(result.calls);
  assert.ok(
    calls.length <= MOST_CALLS,
    calls.map(({ operation, fields }) => `${operation} ${fields.join()}`).join('; '),
  );
  assert.deepEqual(github.violations, []);
  return (
    `1 review with ${MAX_COMMENTS} comments; one summary of ${body.length} characters that names ${told} findings; ` +
    `${calls.length} calls, the check's two among them`
  );
}
