import { describe, expect, test } from '@jest/globals';
import type { PublishPlan } from '../../../src/core/publish/plan.ts';
import { HostFault } from '../../../src/ports/pull-requests.ts';
import { effects } from '../../support/github/faults.ts';
import { always, findingHere, SESSION, setScene, type Scene } from './scene.ts';

/** What people see: comments of the conversation, reviews, and comments on lines. */
function standing({ pull }: Scene): { summaries: number; reviews: number; comments: string[] } {
  const comments = pull.threads.flatMap((thread) => thread.comments.map(() => `${thread.path}:${thread.line}`));
  return { summaries: pull.comments.length, reviews: pull.reviews.length, comments };
}

const ONCE = { summaries: 1, reviews: 1, comments: ['src/cart.ts:10'] };
const operations = ({ github }: Scene): (string | null)[] => github.calls.map(({ operation }) => operation);

describe('publish', () => {
  test('posts one review and one summary in two calls; planned again there is nothing to do', async () => {
    await using scene = await setScene();
    const plan = await scene.plan([findingHere()]);
    const outcome = await scene.pullRequests.publish(plan, always);
    expect(standing(scene)).toEqual(ONCE);
    expect(operations(scene)).toEqual(['pulls/create-review', 'issues/create-comment']);
    const commentId = scene.pull.comments[0]!.id;
    expect(outcome).toEqual({
      outcome: 'published',
      published: { commentId, reviewId: scene.pull.reviews[0]!.id, refused: [] },
    });
    const again = await scene.plan([findingHere()]);
    expect([again.review, again.summary]).toEqual([{ action: 'none' }, { action: 'keep', commentId }]);
    expect(await scene.pullRequests.publish(again, always)).toEqual({
      outcome: 'published',
      published: { commentId, reviewId: null, refused: [] },
    });
    expect(scene.github.calls).toEqual([]);
    expect(scene.github.violations).toEqual([]);
  });

  test('edits the summary of an earlier push in place', async () => {
    await using scene = await setScene();
    await scene.pullRequests.publish(await scene.plan([findingHere()]), always);
    const fixed = findingHere(1, { status: 'fixed', fixedSha: null });
    await scene.pullRequests.publish(await scene.plan([fixed]), always);
    expect(operations(scene)).toEqual(['graphql']);
    expect(standing(scene)).toEqual(ONCE);
    expect(scene.pull.comments[0]!.body).toContain('~~Compare with ===~~');
  });

  test.each(
    (['pulls/create-review', 'issues/create-comment'] as const).flatMap((on) => [
      [on, 'an answer lost', effects.loseAnswer()] as const,
      [on, 'a connection dropped', effects.drop()] as const,
      [on, 'a bad gateway', effects.badGateway()] as const,
      [on, 'a secondary limit', effects.secondaryLimit(403, 2)] as const,
      [on, 'a limit told as a fault of validation', effects.abuse()] as const,
    ]),
  )('%s, %s: done once', async (on, _what, effect) => {
    await using scene = await setScene();
    scene.github.faults.add({ on, effect });
    const outcome = await scene.pullRequests.publish(await scene.plan([findingHere()]), always);
    expect(outcome).toMatchObject({
      outcome: 'published',
      published: { reviewId: scene.pull.reviews[0]!.id, refused: [] },
    });
    expect(standing(scene)).toEqual(ONCE);
    expect(scene.waits).toHaveLength(1);
  });

  test('an edit whose answer was lost is made again', async () => {
    await using scene = await setScene();
    await scene.pullRequests.publish(await scene.plan([]), always);
    const plan = await scene.plan([findingHere()]);
    scene.github.faults.add({ on: 'issues/update-comment', effect: effects.loseAnswer() });
    await scene.pullRequests.publish(plan, always);
    expect(standing(scene)).toEqual(ONCE);
  });

  test('gives up after looking three times, without a double', async () => {
    await using scene = await setScene();
    scene.github.faults.add({ on: 'pulls/create-review', times: 9, effect: effects.drop() });
    await expect(scene.pullRequests.publish(await scene.plan([findingHere()]), always)).rejects.toThrow(
      /could not be reached to post a review on acme\/shop#\d+/u,
    );
    expect(operations(scene)).toEqual(Array.from({ length: 3 }, () => ['pulls/create-review', 'graphql']).flat());
    expect(standing(scene)).toEqual({ summaries: 0, reviews: 0, comments: [] });
  });

  test('a review that GitHub refuses though it was checked: everything stands in the summary, and it is said', async () => {
    await using scene = await setScene();
    const plan = misplaced(await scene.plan([findingHere(1, { body: 'what is wrong' })]));
    const outcome = await scene.pullRequests.publish(plan, always);
    expect(outcome).toMatchObject({ outcome: 'published', published: { reviewId: null, refused: [findingHere().id] } });
    expect(standing(scene)).toEqual({ summaries: 1, reviews: 0, comments: [] });
    expect(scene.pull.comments[0]!.body).toContain('what is wrong');
    expect(scene.log.join('\n')).toContain('took no review with 1 comments');
    const again = await scene.plan([findingHere(1, { body: 'what is wrong' })]);
    expect([again.review.action, again.summary.action]).toEqual(['none', 'keep']);
  });

  test.each([
    [0, { summaries: 0, reviews: 0, comments: [] }],
    [1, { summaries: 0, reviews: 1, comments: ['src/cart.ts:10'] }],
  ])('stops where it is no longer current, after %i writes', async (writes, expected) => {
    await using scene = await setScene();
    let asked = 0;
    const outcome = await scene.pullRequests.publish(await scene.plan([findingHere()]), async () => asked++ < writes);
    expect(outcome.outcome).toBe('overtaken');
    expect(standing(scene)).toEqual(expected);
  });

  test('asks anew before it repeats a write', async () => {
    await using scene = await setScene();
    scene.github.faults.add({ on: 'pulls/create-review', effect: effects.drop() });
    let asked = 0;
    const outcome = await scene.pullRequests.publish(await scene.plan([findingHere()]), async () => asked++ < 1);
    expect(outcome.outcome).toBe('overtaken');
    expect(standing(scene).reviews).toBe(0);
  });

  test('a summary that someone deleted meanwhile is made anew', async () => {
    await using scene = await setScene();
    await scene.pullRequests.publish(await scene.plan([]), always);
    const plan = await scene.plan([findingHere()]);
    scene.github.people.remove(scene.pull.comments[0]!);
    await scene.pullRequests.publish(plan, always);
    expect(standing(scene)).toEqual(ONCE);
  });

  test('a token that may not write is told which permission it lacks', async () => {
    await using scene = await setScene();
    const reader = scene.adapter({ permissions: { contents: 'read', 'pull-requests': 'read' } });
    const publishing = reader.publish(await scene.plan([findingHere()]), always);
    await expect(publishing).rejects.toBeInstanceOf(HostFault);
    await expect(publishing).rejects.toMatchObject({
      missingPermission: 'pull-requests: write',
      message: expect.stringContaining('Add `permissions: pull-requests: write` to the job'),
    });
  });

  test('a locked conversation is named as what it is', async () => {
    await using scene = await setScene();
    scene.github.people.lock(scene.pull);
    const outsider = scene.adapter({ login: 'carol' });
    const publishing = outsider.publish(await scene.plan([]), always);
    await expect(publishing).rejects.toThrow(/the conversation is locked/u);
  });

  test('a closed pull request still gets its summary', async () => {
    await using scene = await setScene();
    const plan = await scene.plan([]);
    scene.github.people.close(scene.pull, 'alice');
    expect((await scene.pullRequests.publish(plan, always)).outcome).toBe('published');
  });

  test('five hundred findings cost the calls of one', async () => {
    await using scene = await setScene();
    const findings = Array.from({ length: 500 }, (_, at) => findingHere(at + 1));
    const { key, version } = await scene.look();
    await scene.pullRequests.relation(key.repository, version.headSha, version.headSha);
    await scene.pullRequests.conversation(key, SESSION, null);
    const before = scene.github.calls.length;
    await scene.pullRequests.publish(await scene.plan(findings), always);
    expect(before + scene.github.calls.length).toBe(5);
    expect(standing(scene)).toMatchObject({ summaries: 1, reviews: 1, comments: { length: 10 } });
    expect(scene.github.violations).toEqual([]);
  });
});

/** As if GitHub's diff were not ours. */
function misplaced(plan: PublishPlan): PublishPlan {
  if (plan.review.action !== 'create') throw new Error('no review to misplace');
  return {
    ...plan,
    review: { ...plan.review, comments: plan.review.comments.map((comment) => ({ ...comment, line: 400 })) },
  };
}
