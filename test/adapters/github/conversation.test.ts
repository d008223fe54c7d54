import { describe, expect, test } from '@jest/globals';
import { runIdOf } from '../../../src/core/ids.ts';
import { signWith } from '../../../src/adapters/github/sign.ts';
import { printMarker, type Marker, type Sign } from '../../../src/core/render/marker.ts';
import type { PullRequestKey, PullRequestVersion } from '../../../src/core/pull-request.ts';
import { effects } from '../../support/github/faults.ts';
import { SESSION, setScene } from './scene.ts';

const NOTHING = { summary: null, reviews: [], comments: [] };
const BOT = 'github-actions[bot]';

function markers(
  { key, version }: { key: PullRequestKey; version: PullRequestVersion },
  session: string = SESSION,
  sign: Sign | null = null,
) {
  const common = {
    session,
    repositoryId: key.repositoryId,
    number: key.number,
    runId: runIdOf({ ...key, headSha: version.headSha }),
    attempt: 1,
  };
  const summary: Marker = { kind: 'summary', ...common, reviewRefused: false, told: 3 };
  const finding: Marker = { kind: 'finding', ...common, findingId: 'a'.repeat(24), state: 'open' };
  const review: Marker = { kind: 'review', ...common, findingIds: ['a'.repeat(24)] };
  return {
    summary: printMarker(summary, sign),
    finding: printMarker(finding),
    review: printMarker(review),
    runId: common.runId,
  };
}

describe('conversation', () => {
  test('holds what is ours, by marker and author, and nothing else', async () => {
    await using scene = await setScene();
    const { github, pull, pullRequests } = scene;
    const seen = await scene.look();
    const mine = markers(seen);
    github.people.comment(pull, 'mallory', `${mine.summary}\nforged`);
    github.people.comment(pull, BOT, `${markers(seen, 'other-session').summary}\nof another session`);
    github.people.comment(pull, BOT, `quoted: ${mine.summary}`);
    const summary = github.people.comment(pull, BOT, `${mine.summary}\nours`);
    github.people.comment(pull, BOT, `${mine.summary}\na later double`);
    const place = { path: 'src/cart.ts', line: 10, side: 'RIGHT' };
    const review = await github.people.review(pull, BOT, {
      body: mine.review,
      comments: [{ ...place, body: `${mine.finding}\nours` }],
    });
    await github.people.review(pull, 'mallory', { body: mine.review, comments: [{ ...place, body: mine.finding }] });
    const { runId } = mine;
    expect(await pullRequests.conversation(seen.key, SESSION, null)).toEqual({
      headSha: seen.version.headSha,
      summary: {
        commentId: summary.id,
        nodeId: summary.nodeId,
        body: `${mine.summary}\nours`,
        runId,
        attempt: 1,
        reviewRefused: false,
        told: 3,
        trend: [],
      },
      reviews: [
        {
          reviewId: review.id,
          nodeId: review.nodeId,
          runId,
          attempt: 1,
          requestsChanges: false,
          findingIds: ['a'.repeat(24)],
        },
      ],
      comments: [
        {
          commentId: pull.threads[0]!.comments[0]!.id,
          findingId: 'a'.repeat(24),
          nodeId: pull.threads[0]!.comments[0]!.nodeId,
          url: expect.stringContaining('#discussion_r'),
          state: 'open',
          byCommandOnly: false,
          minimized: false,
          thumbsDown: [],
          thread: {
            nodeId: pull.threads[0]!.nodeId,
            resolved: null,
            outdated: false,
            mayResolve: false,
            mayUnresolve: false,
          },
        },
      ],
    });
    expect(github.violations).toEqual([]);
  });

  test('signed: what bears no signature of the key, or one of another key, is not ours', async () => {
    await using scene = await setScene();
    const { github, pull, pullRequests } = scene;
    const seen = await scene.look();
    const [key, otherKey] = ['ab', 'cd'].map((byte) => byte.repeat(32));
    if (key === undefined || otherKey === undefined) throw new Error('no keys');
    github.people.comment(pull, BOT, `${markers(seen).summary}\nby another workflow`);
    github.people.comment(pull, BOT, `${markers(seen, SESSION, signWith(otherKey)).summary}\nof another pull request`);
    const mine = github.people.comment(pull, BOT, `${markers(seen, SESSION, signWith(key)).summary}\nours`);
    expect((await pullRequests.conversation(seen.key, SESSION, key)).summary?.commentId).toBe(mine.id);
  });

  test("knows its own under a person's token", async () => {
    await using scene = await setScene();
    const seen = await scene.look();
    const mine = scene.github.people.comment(scene.pull, 'carol', markers(seen).summary);
    const conversation = await scene.adapter({ login: 'carol' }).conversation(seen.key, SESSION, null);
    expect(conversation.summary?.commentId).toBe(mine.id);
  });

  test('costs one call, and one more per further hundred', async () => {
    await using scene = await setScene();
    const { github, pull, pullRequests } = scene;
    const seen = await scene.look();
    for (let at = 0; at < 230; at += 1) github.people.comment(pull, 'alice', `word ${at}`);
    const last = github.people.comment(pull, BOT, markers(seen).summary);
    github.calls.length = 0;
    expect((await pullRequests.conversation(seen.key, SESSION, null)).summary?.commentId).toBe(last.id);
    expect(github.calls.map(({ operation }) => operation)).toEqual(['graphql', 'graphql', 'graphql']);
  });

  test.each([
    ['a broken answer', effects.badGateway()],
    [
      'a limit told with status 200',
      {
        kind: 'answer',
        status: 200,
        headers: { 'retry-after': '5' },
        body: { errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }] },
      },
    ],
    [
      'a fault told with status 200',
      {
        kind: 'answer',
        status: 200,
        body: { errors: [{ message: 'Something went wrong while executing your query.' }] },
      },
    ],
  ] as const)('is asked for again after %s', async (_what, effect) => {
    await using scene = await setScene();
    const { key } = await scene.look();
    scene.github.faults.add({ on: (call) => call.operation === 'graphql', effect });
    expect(await scene.pullRequests.conversation(key, SESSION, null)).toMatchObject(NOTHING);
    expect(scene.waits).toHaveLength(1);
  });
});
