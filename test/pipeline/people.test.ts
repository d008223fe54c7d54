import { describe, expect, test } from '@jest/globals';
import type { StandingComment } from '../../src/core/publish/plan.ts';
import { scopeReviewer } from './reviewers.ts';
import { findingsOf, inShort, Scene } from './scene.ts';

const MAIN = { 'README.md': 'shop\n' };
const TOPIC = { 'a.txt': 'one\ntwo BUG\nthree\n' };

/** One finding, posted; then somebody does something with its comment. */
async function posted(change: (comment: StandingComment) => void): Promise<Scene> {
  const scene = await Scene.start(MAIN, TOPIC);
  await scene.reviewOne();
  const [comment] = scene.host.pull(1).conversation.comments;
  if (comment === undefined) throw new Error('nothing was posted');
  change(comment);
  scene.host.writers.add('bob');
  return scene;
}

const resolvedBy = (by: string) => (comment: StandingComment) => {
  comment.thread.resolved = { by };
};
const dislikedBy =
  (...people: string[]) =>
  (comment: StandingComment) => {
    comment.thumbsDown = people;
  };

describe('what people do with a comment', () => {
  test.each([
    ['a writer resolves the thread', resolvedBy('bob'), 'dismissed', 'approved'],
    ['the author resolves it', resolvedBy('ada'), 'open', 'changes_requested'],
    ['a writer dislikes it', dislikedBy('bob'), 'dismissed', 'approved'],
    ['a stranger dislikes it', dislikedBy('eve'), 'open', 'changes_requested'],
    ['the author dislikes it', dislikedBy('ada'), 'open', 'changes_requested'],
  ])('%s: at the next push it is %s', async (_what, change, status, verdict) => {
    await using scene = await posted(change);
    await scene.push({ 'b.txt': 'more\n' });
    const next = await scene.reviewOne();
    expect(findingsOf(next)).toEqual([`F1 ${status} a.txt:2`]);
    expect(next.record?.result.verdict).toBe(verdict);
    await scene.push({ 'b.txt': 'and more\n' });
    expect(findingsOf(await scene.reviewOne())).toEqual([`F1 ${status} a.txt:2`]);
  });

  test('a dismissal holds until the code changes', async () => {
    await using scene = await posted(resolvedBy('bob'));
    await scene.push({ 'b.txt': 'more\n' });
    await scene.reviewOne();
    await scene.push({ 'a.txt': 'one\ntwo other BUG\nthree\n' });
    const next = await scene.reviewOne();
    expect(findingsOf(next)).toContain('F2 new a.txt:2');
    expect(next.record?.result.verdict).toBe('changes_requested');
  });

  test('on a head that was reviewed before, the standing review is brought up to date', async () => {
    await using scene = await posted(resolvedBy('bob'));
    const plans = scene.plans().length;
    const again = await scene.reviewOne();
    expect(inShort(again)).toBe('skipped none/already-reviewed approved');
    expect(findingsOf(again)).toEqual(['F1 dismissed a.txt:2']);
    expect(scene.host.pull(1).conversation.summary?.body).toContain('Nothing to change');
    expect(scene.host.pull(1).conversation.comments).toMatchObject([{ state: 'dismissed' }]);
    expect(scene.plans()).toHaveLength(plans + 1);
    expect(findingsOf(await scene.reviewOne())).toEqual(['F1 dismissed a.txt:2']);
  });

  test('nobody did anything: nothing is written again', async () => {
    await using scene = await posted(() => undefined);
    const plans = scene.plans().length;
    await scene.reviewOne();
    expect(scene.plans()).toHaveLength(plans);
  });

  test('a fixed finding is put away, and brought back with its code', async () => {
    await using scene = await posted(() => undefined);
    await scene.push({ 'a.txt': 'one\ntwo\nthree\n' });
    const judged = {
      findingId: scene.host.pull(1).conversation.comments[0]!.findingId,
      status: 'fixed' as const,
      why: '',
    };
    await scene.reviewOne({ reviewer: scopeReviewer({ each: () => ({ judgements: [judged] }) }) });
    expect(scene.host.pull(1).conversation.comments).toMatchObject([
      { state: 'fixed', thread: { resolved: { by: null } } },
    ]);
    await scene.push(TOPIC);
    expect(findingsOf(await scene.reviewOne())).toEqual(['F1 open a.txt:2']);
    expect(scene.host.pull(1).conversation.comments).toMatchObject([{ state: 'open', thread: { resolved: null } }]);
  });
});
