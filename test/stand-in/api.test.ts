import { getOctokit } from '@actions/github';
import { describe, expect, test } from '@jest/globals';
import { effects } from '../support/github/faults.ts';
import type { Permissions } from '../support/github/state.ts';
import { numbered, openShop, type Shop } from './shop.ts';

async function withShop(body: (shop: Shop) => Promise<void>, options: { violations?: boolean } = {}): Promise<void> {
  await using shop = await openShop();
  await body(shop);
  if (options.violations !== true) expect(shop.github.violations).toEqual([]);
}

async function statusOf(call: Promise<unknown>): Promise<{ status: number; message: string }> {
  try {
    await call;
  } catch (error) {
    const { status, message } = error as { status: number; message: string };
    return { status, message };
  }
  return { status: 200, message: '' };
}

describe('reading', () => {
  test('a pull request, its files, commits and comparison are by the description', () =>
    withShop(async ({ octokit, repo, at, git, pull }) => {
      const { data, headers } = await octokit.rest.pulls.get(at);
      expect(data).toMatchObject({
        number: 1,
        state: 'open',
        head: { ref: 'topic', sha: await git.head('topic') },
        changed_files: 2,
        mergeable: true,
      });
      expect(Math.abs(Date.parse(headers.date ?? '') - Date.now())).toBeLessThan(5_000);
      const files = await octokit.rest.pulls.listFiles(at);
      expect(
        files.data.map(({ filename, status, additions, deletions }) => [filename, status, additions, deletions]),
      ).toEqual([
        ['a.txt', 'modified', 2, 1],
        ['new.txt', 'added', 2, 0],
      ]);
      expect(files.data[1]?.patch).toBe('@@ -0,0 +1,2 @@\n+one\n+two');
      expect((await octokit.rest.pulls.listCommits(at)).data.map((commit) => commit.commit.message)).toEqual([
        'change',
      ]);
      const compared = await octokit.rest.repos.compareCommitsWithBasehead({
        ...repo,
        basehead: `main...${pull.head.sha}`,
      });
      expect(compared.data).toMatchObject({
        status: 'ahead',
        ahead_by: 1,
        behind_by: 0,
        merge_base_commit: { sha: await git.head('main') },
      });
      expect((await octokit.rest.repos.get(repo)).data.full_name).toBe('acme/shop');
      expect((await octokit.rest.repos.getCommit({ ...repo, ref: 'topic' })).data.files).toHaveLength(2);
      expect((await octokit.rest.pulls.list(repo)).data).toHaveLength(1);
      expect(
        (await octokit.rest.repos.listPullRequestsAssociatedWithCommit({ ...repo, commit_sha: pull.head.sha })).data,
      ).toHaveLength(1);
      expect((await octokit.rest.git.getRef({ ...repo, ref: 'pull/1/head' })).data.object.sha).toBe(pull.head.sha);
      const diff = await octokit.rest.pulls.get({ ...at, mediaType: { format: 'diff' } });
      expect(diff.data).toEqual(expect.stringContaining('+line twenty'));
    }));

  test('pages lead to each other by Link headers', () =>
    withShop(async ({ octokit, issue, github, pull }) => {
      for (let count = 0; count < 205; count++) github.people.comment(pull, 'ada', `comment ${count}`);
      const all = await octokit.paginate(octokit.rest.issues.listComments, { ...issue, per_page: 500 });
      expect(all.map((comment) => comment.body)).toEqual(Array.from({ length: 205 }, (_, count) => `comment ${count}`));
      expect(github.calls.filter((call) => call.operation === 'issues/list-comments')).toHaveLength(3);
    }));

  test('a push moves the head, and the clock can be steered', () =>
    withShop(async ({ octokit, at, github, git, pull }) => {
      github.clock.stop(new Date('2030-01-02T03:04:05Z'));
      const head = await git.commit('more', { 'b.txt': 'c\n' });
      const { data, headers } = await octokit.rest.pulls.get(at);
      expect([data.head.sha, headers.date]).toEqual([head, 'Wed, 02 Jan 2030 03:04:05 GMT']);
      expect(await git.head('refs/pull/1/head')).toBe(head);
      await git.git('commit', '-q', '--amend', '-m', 'again');
      await github.sync();
      expect(
        pull.timeline.map((event) => (event.kind === 'pushed' ? `pushed ${String(event.forced)}` : event.kind)),
      ).toEqual(['opened', 'pushed false', 'pushed false', 'pushed true']);
    }));
});

describe('reviews', () => {
  const comment = (line: number, more: object = {}): { path: string; line: number; body: string } => ({
    path: 'a.txt',
    line,
    body: 'hm',
    ...more,
  });

  test('come whole, with their comments on lines of the diff', () =>
    withShop(async ({ octokit, at, pull }) => {
      const comments = [
        comment(20),
        comment(24),
        comment(20, { side: 'LEFT' }),
        comment(21, { start_line: 17, start_side: 'RIGHT' }),
      ];
      const review = await octokit.rest.pulls.createReview({
        ...at,
        event: 'COMMENT',
        body: 'look',
        commit_id: pull.head.sha,
        comments,
      });
      expect(review.data).toMatchObject({
        state: 'COMMENTED',
        user: { login: 'github-actions[bot]', id: 41_898_282, type: 'Bot' },
      });
      const listed = await octokit.rest.pulls.listReviewComments(at);
      expect(listed.data.map(({ line, side, start_line }) => [line, side, start_line])).toEqual([
        [20, 'RIGHT', null],
        [24, 'RIGHT', null],
        [20, 'LEFT', null],
        [21, 'RIGHT', 17],
      ]);
      expect(listed.data[0]?.diff_hunk).toBe(
        '@@ -17,7 +17,8 @@ line 16\n line 17\n line 18\n line 19\n-line 20\n+line twenty',
      );
      const ofReview = await octokit.rest.pulls.listCommentsForReview({ ...at, review_id: review.data.id });
      expect(ofReview.data).toHaveLength(4);
      expect((await octokit.rest.pulls.listReviews(at)).data).toHaveLength(1);
    }));

  test.each([
    ['a line four below the last change', [comment(25)], 'thread line must be part of the diff'],
    ['a good one beside a bad one', [comment(20), comment(2)], 'thread line must be part of the diff'],
    [
      'an added line asked for on the left',
      [{ ...comment(21), side: 'LEFT', path: 'new.txt' }],
      'thread line must be part of the diff',
    ],
    ['a file that the pull request leaves alone', [{ ...comment(1), path: 'b.txt' }], 'Path could not be resolved'],
    ['a range that starts outside', [comment(20, { start_line: 3 })], 'same hunk'],
    ['a range that starts below its end', [comment(20, { start_line: 21 })], 'precede'],
    ['an empty comment', [comment(20, { body: ' ' })], "body can't be blank"],
    ['a comment of 65,537 characters', [comment(20, { body: 'x'.repeat(65_537) })], 'too long'],
  ])('refuse %s, all of the review with it', (_, comments, words) =>
    withShop(async ({ octokit, at, pull }) => {
      const answer = await statusOf(
        octokit.rest.pulls.createReview({ ...at, event: 'COMMENT', body: 'look', comments }),
      );
      expect(answer).toEqual({ status: 422, message: expect.stringContaining(words) });
      expect([pull.reviews, pull.threads]).toEqual([[], []]);
    }),
  );

  test('GitHub Actions approves only where the repository lets it', () =>
    withShop(async ({ octokit, at, repository }) => {
      expect(await statusOf(octokit.rest.pulls.createReview({ ...at, event: 'APPROVE' }))).toMatchObject({
        status: 422,
      });
      repository.actionsMayApprove = true;
      expect((await octokit.rest.pulls.createReview({ ...at, event: 'APPROVE' })).data.state).toBe('APPROVED');
    }));

  test('threads move with their lines, and are outdated once those change', () =>
    withShop(async ({ octokit, at, git, pull }) => {
      await octokit.rest.pulls.createReview({ ...at, event: 'COMMENT', comments: [comment(20), comment(21)] });
      await git.commit('above', { 'a.txt': `top\n${numbered(40).replace('line 20\n', 'line twenty\nline most\n')}` });
      const { data } = await octokit.rest.pulls.listReviewComments(at);
      expect(
        data.map(({ line, original_line, position, commit_id }) => [
          line,
          original_line,
          position === null,
          commit_id === pull.head.sha,
        ]),
      ).toEqual([
        [21, 20, false, true],
        [null, 21, true, false],
      ]);
    }));

  test('replies, edits, reactions and deletions', () =>
    withShop(async ({ octokit, repo, at, github, pull }) => {
      await octokit.rest.pulls.createReview({ ...at, event: 'COMMENT', comments: [comment(20)] });
      const [first] = (await octokit.rest.pulls.listReviewComments(at)).data;
      const comment_id = first?.id ?? 0;
      const reply = await octokit.rest.pulls.createReplyForReviewComment({ ...at, comment_id, body: 'yes' });
      expect(reply.data).toMatchObject({ in_reply_to_id: comment_id, line: 20 });
      expect((await octokit.rest.pulls.updateReviewComment({ ...repo, comment_id, body: 'new' })).data.body).toBe(
        'new',
      );
      expect(
        (await octokit.rest.reactions.createForPullRequestReviewComment({ ...repo, comment_id, content: 'rocket' }))
          .status,
      ).toBe(201);
      expect(
        (await octokit.rest.reactions.createForPullRequestReviewComment({ ...repo, comment_id, content: 'rocket' }))
          .status,
      ).toBe(200);
      expect((await octokit.rest.pulls.deleteReviewComment({ ...repo, comment_id })).status).toBe(204);
      expect(await statusOf(octokit.rest.pulls.getReviewComment({ ...repo, comment_id }))).toMatchObject({
        status: 404,
      });
      github.people.remove(pull.threads[0]!.comments[0]!);
      expect(pull.threads).toEqual([]);
    }));
});

describe('comments and checks', () => {
  test('a comment is made, edited, reacted to and deleted', () =>
    withShop(async ({ octokit, repo, issue }) => {
      const { data } = await octokit.rest.issues.createComment({ ...issue, body: 'x'.repeat(65_536) });
      const comment_id = data.id;
      expect(data.html_url).toMatch(/\/acme\/shop\/pull\/1#issuecomment-\d+$/);
      expect((await octokit.rest.issues.updateComment({ ...repo, comment_id, body: 'b' })).data.body).toBe('b');
      expect(
        (await octokit.rest.reactions.createForIssueComment({ ...repo, comment_id, content: '+1' })).data.content,
      ).toBe('+1');
      expect((await octokit.rest.issues.getComment({ ...repo, comment_id })).data.reactions?.['+1']).toBe(1);
      await octokit.rest.issues.deleteComment({ ...repo, comment_id });
      expect((await octokit.rest.issues.listComments(issue)).data).toEqual([]);
    }));

  test('too long bodies and locked conversations are refused', () =>
    withShop(async ({ octokit, at, issue, github, pull }) => {
      expect(await statusOf(octokit.rest.issues.createComment({ ...issue, body: 'x'.repeat(65_537) }))).toMatchObject({
        status: 422,
      });
      github.people.lock(pull);
      expect(await statusOf(octokit.rest.issues.createComment({ ...issue, body: 'x' }))).toMatchObject({ status: 403 });
      expect(await statusOf(octokit.rest.pulls.createReview({ ...at, event: 'COMMENT', body: 'x' }))).toMatchObject({
        status: 422,
      });
    }));

  test('a check is completed with a conclusion only', () =>
    withShop(async ({ octokit, repo, pull }) => {
      const { data: check } = await octokit.rest.checks.create({
        ...repo,
        name: 'pushback',
        head_sha: pull.head.sha,
        status: 'in_progress',
      });
      const update = { ...repo, check_run_id: check.id };
      const annotation = {
        path: 'a.txt',
        start_line: 20,
        end_line: 20,
        annotation_level: 'warning' as const,
        message: 'm',
      };
      const output = { title: 't', summary: 's', annotations: Array.from({ length: 50 }, () => annotation) };
      const done = await octokit.rest.checks.update({ ...update, conclusion: 'neutral', output });
      expect(done.data).toMatchObject({
        status: 'completed',
        conclusion: 'neutral',
        output: { annotations_count: 50 },
      });
      const listed = await octokit.rest.checks.listForRef({ ...repo, ref: pull.head.sha, check_name: 'pushback' });
      expect(listed.data.check_runs.map((each) => each.id)).toEqual([check.id]);
      expect((await octokit.rest.checks.listAnnotations({ ...update, per_page: 100 })).data).toHaveLength(50);
    }));

  test('51 annotations, and completing without a conclusion, are against the description', () =>
    withShop(
      async ({ octokit, repo, pull, github }) => {
        const { data: check } = await octokit.rest.checks.create({ ...repo, name: 'first', head_sha: pull.head.sha });
        const completing = { ...repo, check_run_id: check.id, status: 'completed' as const };
        expect(await statusOf(octokit.rest.checks.update(completing))).toMatchObject({ status: 422 });
        expect(github.violations.splice(0)).toContainEqual(expect.stringContaining("'conclusion'"));
        const annotation = {
          path: 'a.txt',
          start_line: 20,
          end_line: 20,
          annotation_level: 'warning' as const,
          message: 'm',
        };
        const output = { title: 't', summary: 's', annotations: Array.from({ length: 51 }, () => annotation) };
        const create = octokit.rest.checks.create({ ...repo, name: 'pushback', head_sha: pull.head.sha, output });
        expect(await statusOf(create)).toMatchObject({ status: 422 });
        expect(github.violations).toContainEqual(expect.stringContaining('must NOT have more than 50 items'));
      },
      { violations: true },
    ));
});

describe('what GitHub refuses', () => {
  test.each<[string, Permissions, (shop: Shop, octokit: Shop['octokit']) => Promise<unknown>]>([
    [
      'a comment without a permission to write',
      { contents: 'read', 'pull-requests': 'read' },
      ({ issue }, octokit) => octokit.rest.issues.createComment({ ...issue, body: 'b' }),
    ],
    [
      'a review',
      { 'pull-requests': 'read' },
      ({ at }, octokit) => octokit.rest.pulls.createReview({ ...at, event: 'COMMENT', body: 'b' }),
    ],
    [
      'a check',
      { 'pull-requests': 'write' },
      ({ repo, pull }, octokit) => octokit.rest.checks.create({ ...repo, name: 'n', head_sha: pull.head.sha }),
    ],
    [
      'a comparison without contents',
      { 'pull-requests': 'write' },
      ({ repo }, octokit) => octokit.rest.repos.compareCommitsWithBasehead({ ...repo, basehead: 'main...topic' }),
    ],
    ['asking who a run is', { contents: 'write' }, (_, octokit) => octokit.rest.users.getAuthenticated()],
  ])('%s', (_, permissions, call) =>
    withShop(async (shop) => {
      const answer = await statusOf(call(shop, shop.as(permissions)));
      expect(answer).toEqual({
        status: 403,
        message: expect.stringContaining('Resource not accessible by integration'),
      });
    }),
  );

  test('unknown routes, parameters and names in bodies are violations', () =>
    withShop(
      async ({ octokit, at, issue, github }) => {
        expect(await statusOf(octokit.request('GET /repos/acme/shop/nothing'))).toMatchObject({ status: 404 });
        expect(
          await statusOf(octokit.request('GET /repos/{owner}/{repo}/pulls/{pull_number}/files', { ...at, size: 3 })),
        ).toMatchObject({ status: 422 });
        expect(
          await statusOf(
            octokit.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
              ...issue,
              body: 'b',
              colour: 1,
            }),
          ),
        ).toMatchObject({ status: 422 });
        expect(github.violations).toHaveLength(3);
      },
      { violations: true },
    ));

  test('bad credentials', () =>
    withShop(async ({ github, at }) => {
      expect(await statusOf(getOctokit('nonsense', { baseUrl: github.apiUrl }).rest.pulls.get(at))).toMatchObject({
        status: 401,
      });
    }));

  test('a diff of more than 300 files', () =>
    withShop(async ({ octokit, repo, at, git }) => {
      await git.commit(
        'many',
        Object.fromEntries(Array.from({ length: 305 }, (_, count) => [`many/${count}.txt`, 'x\n'])),
      );
      expect(await statusOf(octokit.rest.pulls.get({ ...at, mediaType: { format: 'diff' } }))).toMatchObject({
        status: 406,
      });
      expect(await octokit.paginate(octokit.rest.pulls.listFiles, { ...at, per_page: 100 })).toHaveLength(307);
      const compared = await octokit.rest.repos.compareCommitsWithBasehead({ ...repo, basehead: 'main...topic' });
      expect(compared.data.files).toHaveLength(300);
    }));
});

describe('faults', () => {
  test('hit exactly the call that was named', () =>
    withShop(async ({ octokit, issue, github, pull }) => {
      const say = (body: string): Promise<unknown> => octokit.rest.issues.createComment({ ...issue, body });
      github.faults.add(
        { on: 'issues/create-comment', nth: 2, effect: effects.secondaryLimit(429) },
        { on: 'issues/create-comment', nth: 3, effect: effects.abuse() },
        { on: 'issues/create-comment', nth: 4, effect: effects.badGateway() },
        { on: 'issues/create-comment', nth: 5, effect: effects.loseAnswer() },
        { on: 'issues/create-comment', nth: 6, effect: effects.drop() },
      );
      const answers = [];
      for (const body of ['1', '2', '3', '4', '5', '6', '7']) answers.push((await statusOf(say(body))).status);
      expect(answers).toEqual([200, 429, 422, 502, 500, 500, 200]);
      expect(pull.comments.map((comment) => comment.body)).toEqual(['1', '5', '7']);
      expect(github.calls.filter((call) => call.faulted)).toHaveLength(5);
    }));
});
