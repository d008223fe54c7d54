import { describe, expect, test } from '@jest/globals';
import { effects } from '../../support/github/faults.ts';
import type { Permissions } from '../../support/github/state.ts';
import { always, findingHere, SESSION, setScene, type Scene } from './scene.ts';

const MAY_RESOLVE: Permissions = { contents: 'write', 'pull-requests': 'write' };
const FIXED = findingHere(1, { status: 'fixed' });

/** A comment on the pull request, then the plan for what became of its finding, by a token of these permissions. */
async function planAfter(
  scene: Scene,
  finding: ReturnType<typeof findingHere>,
  permissions?: Permissions,
): Promise<{ pullRequests: Scene['pullRequests']; plan: Awaited<ReturnType<Scene['plan']>> }> {
  if (scene.pull.threads.length === 0) {
    await scene.pullRequests.publish(await scene.plan([findingHere()]), always);
  }
  const pullRequests = permissions === undefined ? scene.pullRequests : scene.adapter({ permissions });
  const { key } = await scene.look();
  const plan = await scene.plan([finding], await pullRequests.conversation(key, SESSION, null));
  return { pullRequests, plan };
}

async function publishAfter(scene: Scene, ...args: [ReturnType<typeof findingHere>, Permissions?]): Promise<string> {
  const { pullRequests, plan } = await planAfter(scene, ...args);
  await pullRequests.publish(plan, always);
  return plan.changes.map(({ change }) => change).join(' ');
}

function threadOf({ pull }: Scene): { resolved: boolean; minimized: string | null; body: string } {
  const [thread] = pull.threads;
  const [comment] = thread?.comments ?? [];
  if (thread === undefined || comment === undefined) throw new Error('there is no thread');
  return { resolved: thread.resolvedBy !== null, minimized: comment.minimized, body: comment.body };
}

const operations = ({ github }: Scene): (string | null)[] => github.calls.map(({ operation }) => operation);

describe('what stands already', () => {
  test('a fixed thread is resolved, and says so, together with the summary in one call', async () => {
    await using scene = await setScene();
    await publishAfter(scene, FIXED, MAY_RESOLVE);
    expect(operations(scene)).toEqual(['graphql']);
    expect(threadOf(scene)).toMatchObject({ resolved: true, minimized: null });
    expect(threadOf(scene).body).toContain('✅ **Fixed');
    expect(scene.pull.comments[0]!.body).toContain('~~Compare with ===~~');
    expect(await publishAfter(scene, FIXED, MAY_RESOLVE)).toBe('');
    expect(scene.github.violations).toEqual([]);
  });

  test('where the token may not resolve, the comment is minimised', async () => {
    await using scene = await setScene();
    expect(await publishAfter(scene, FIXED)).toBe('minimize edit');
    expect(threadOf(scene)).toMatchObject({ resolved: false, minimized: 'resolved' });
    expect(await publishAfter(scene, FIXED)).toBe('');
    expect(scene.github.violations).toEqual([]);
  });

  test('where GitHub says that it may and then refuses, the same, told once', async () => {
    await using scene = await setScene();
    const { plan } = await planAfter(scene, FIXED, MAY_RESOLVE);
    await scene.pullRequests.publish(plan, always);
    expect(threadOf(scene)).toMatchObject({ resolved: false, minimized: 'resolved' });
    expect(operations(scene)).toEqual(['graphql', 'graphql']);
    expect(scene.log.filter((line) => line.includes('may not resolve threads'))).toHaveLength(1);
    expect(scene.log.join('\n')).toContain('permissions: contents: write');
  });

  test('what comes back is brought back', async () => {
    await using scene = await setScene();
    await publishAfter(scene, FIXED, MAY_RESOLVE);
    expect(await publishAfter(scene, findingHere(1, { status: 'open' }), MAY_RESOLVE)).toBe('unresolve edit');
    expect(threadOf(scene)).toMatchObject({ resolved: false });
    expect(threadOf(scene).body).not.toContain('Fixed');
  });

  test('a comment that somebody deleted meanwhile leaves the rest standing', async () => {
    await using scene = await setScene();
    const { pullRequests, plan } = await planAfter(scene, FIXED, MAY_RESOLVE);
    scene.github.people.remove(scene.pull.threads[0]!.comments[0]!);
    expect((await pullRequests.publish(plan, always)).outcome).toBe('published');
    expect(scene.pull.comments[0]!.body).toContain('~~Compare with ===~~');
  });

  test('a summary that somebody deleted meanwhile is made anew', async () => {
    await using scene = await setScene();
    const { pullRequests, plan } = await planAfter(scene, FIXED, MAY_RESOLVE);
    scene.github.people.remove(scene.pull.comments[0]!);
    await pullRequests.publish(plan, always);
    expect(scene.pull.comments).toHaveLength(1);
    expect(threadOf(scene)).toMatchObject({ resolved: true });
  });

  test.each([effects.loseAnswer(), effects.badGateway(), effects.secondaryLimit(403, 2)])(
    'is changed once, %j',
    async (effect) => {
      await using scene = await setScene();
      const { pullRequests, plan } = await planAfter(scene, FIXED, MAY_RESOLVE);
      scene.github.faults.add({ on: (call) => call.operation === 'graphql', effect });
      await pullRequests.publish(plan, always);
      expect(threadOf(scene)).toMatchObject({ resolved: true });
      expect(scene.pull.comments).toHaveLength(1);
    },
  );

  test('changes are requested in the review, and taken back when nothing is left to ask for', async () => {
    await using scene = await setScene();
    const asking = { requestChangesAt: 'warning' } as const;
    const first = await scene.plan([findingHere()], undefined, asking);
    await scene.pullRequests.publish(first, always);
    expect(scene.pull.reviews.map(({ state }) => state)).toEqual(['CHANGES_REQUESTED']);
    const still = await scene.plan([findingHere(1, { status: 'open' })], undefined, asking);
    expect([still.review.action, still.changes]).toEqual(['none', []]);
    await scene.pullRequests.publish(await scene.plan([FIXED], undefined, asking), always);
    expect(scene.pull.reviews.map(({ state }) => state)).toEqual(['DISMISSED']);
    expect(scene.github.violations).toEqual([]);
  });

  test("on a pull request of the token's own account the review only comments", async () => {
    await using scene = await setScene();
    const own = scene.adapter({ login: 'alice' });
    const { key } = await scene.look();
    const conversation = await own.conversation(key, SESSION, null);
    const plan = await scene.plan([findingHere()], conversation, { requestChangesAt: 'warning' });
    await own.publish(plan, always);
    expect(scene.pull.reviews.map(({ state }) => state)).toEqual(['COMMENTED']);
    expect(scene.log.join('\n')).toContain('Changes could not be requested');
  });
});

test('who may write is what GitHub says of the repository, one call each', async () => {
  await using scene = await setScene();
  scene.repository.collaborators.set('bob', 'write').set('rita', 'read');
  scene.github.people.comment(scene.pull, 'bob', 'hello');
  scene.github.people.comment(scene.pull, 'rita', 'hello');
  const { key } = await scene.look();
  scene.github.calls.length = 0;
  const asked = ['bob', 'rita', 'nobody-there'].map((login) => scene.pullRequests.mayWrite(key.repository, login));
  expect(await Promise.all(asked)).toEqual([true, false, false]);
  expect(scene.github.calls).toHaveLength(3);
  expect(scene.github.violations).toEqual([]);
});
