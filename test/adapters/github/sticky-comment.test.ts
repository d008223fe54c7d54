import { expect, test } from '@jest/globals';
import { createGitHubStickyComments } from '../../../src/adapters/github/sticky-comment.ts';
import { runIdOf, EpochSeconds } from '../../../src/core/ids.ts';
import { renderPlaceholder } from '../../../src/core/render/placeholder.ts';
import type { StickyComment } from '../../../src/ports/sticky-comment.ts';
import { effects } from '../../support/github/faults.ts';
import type { NewToken } from '../../support/github/start-github.ts';
import { silentLog } from '../../support/silent-log.ts';
import { SESSION, setScene, type Scene } from './scene.ts';

async function open(scene: Scene, token: Partial<NewToken> = {}): Promise<{ comment: StickyComment; body: string }> {
  const { key, version } = await scene.look();
  const comments = createGitHubStickyComments({
    token: scene.github.issueToken({ repository: scene.repository, ...token }),
    apiUrl: scene.github.apiUrl,
    clock: { now: () => EpochSeconds.parse(0), monotonicMs: () => 0, sleep: async () => undefined },
    log: silentLog,
    random: () => 0,
  });
  const about = {
    session: SESSION,
    pullRequest: key,
    runId: runIdOf({ ...key, ...version }),
    headSha: version.headSha,
  };
  scene.github.calls.length = 0;
  return { comment: comments(key, SESSION), body: renderPlaceholder({ ...about, runUrl: null, told: 0 }, 'begun') };
}

test('made, found again, edited: a call each', async () => {
  await using scene = await setScene();
  const { comment, body } = await open(scene);
  const made = await comment.create(body);
  expect((await comment.read()).summary).toMatchObject({ ...made, body });
  expect(await comment.edit(made, `${body}\nmore`, [])).toBe('edited');
  expect(scene.pull.comments.map((each) => each.body)).toEqual([`${body}\nmore`]);
  expect(scene.github.calls).toHaveLength(3);
  expect(scene.github.violations).toEqual([]);
});

test('one whose answer was lost is looked for before it is made again', async () => {
  await using scene = await setScene();
  const { comment, body } = await open(scene);
  scene.github.faults.add({ on: 'issues/create-comment', effect: effects.loseAnswer() });
  const made = await comment.create(body);
  const { id, nodeId } = scene.pull.comments[0] ?? {};
  expect(made).toEqual({ commentId: id, nodeId });
  expect(scene.pull.comments).toHaveLength(1);
});

test('one that somebody deleted is gone; one by somebody else is not ours', async () => {
  await using scene = await setScene();
  const { comment, body } = await open(scene);
  const made = await comment.create(body);
  scene.github.people.remove(scene.pull.comments[0]!);
  expect(await comment.edit(made, body, [])).toBe('gone');
  scene.github.people.comment(scene.pull, 'mallory', body);
  expect((await comment.read()).summary).toBeNull();
});

test('a token that may not write is told which permission it lacks', async () => {
  await using scene = await setScene();
  const { comment, body } = await open(scene, { permissions: { contents: 'read', 'pull-requests': 'read' } });
  await expect(comment.create(body)).rejects.toMatchObject({ missingPermission: 'pull-requests: write' });
});
