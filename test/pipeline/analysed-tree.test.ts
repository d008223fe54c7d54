import { describe, expect, test } from '@jest/globals';
import type { CommitSha } from '../../src/core/ids.ts';
import type { AnalysedTree } from '../../src/ports/reviewer.ts';
import { treeReviewer, type RecordingReviewer } from './reviewers.ts';
import { findingsOf, inShort, Scene } from './scene.ts';

/** Ran over another tree than the head's, in which there was nothing to report. */
function silent(analysed: AnalysedTree): RecordingReviewer {
  return treeReviewer({ each: () => ({ findings: [], analysed }) });
}

const over = (revision: CommitSha): RecordingReviewer => silent({ revision, complete: true });

describe('an analyser that looked at another tree', () => {
  test('an earlier push: what came since is not reviewed, and nothing there is fixed', async () => {
    await using scene = await Scene.start({}, { 'a.ts': 'BUG\n', 'b.ts': 'fine\n' });
    const earlier = await scene.git.head('topic');
    await scene.push({ 'a.ts': 'BUG\nmore BUG\n' });
    const first = await scene.reviewOne({ reviewer: over(earlier) });
    expect(inShort(first)).toBe('reviewed full/first-review inconclusive');
    expect(first.record?.result.coverage.pending).toEqual([
      { path: 'a.ts', reason: `the analyser looked at ${earlier.slice(0, 7)}, which is not this head` },
    ]);
    // The job of the push itself comes after, and finds it still to be done.
    const second = await scene.reviewOne({ reviewer: treeReviewer() });
    expect(inShort(second)).toBe('reviewed incremental/resumed-partial changes_requested');
    expect(findingsOf(second)).toEqual(['F1 new a.ts:1', 'F2 new a.ts:2']);

    await scene.push({ 'a.ts': 'BUG\nmore BUG\nand a line\n' });
    const third = await scene.reviewOne({ reviewer: over(earlier) });
    expect(findingsOf(third)).toEqual(['F1 open a.ts:1', 'F2 open a.ts:2']);
  });

  test('the base, which has nothing of the pull request', async () => {
    await using scene = await Scene.start({ 'a.ts': 'a\n' }, { 'a.ts': 'a\nBUG\n', 'b.ts': 'BUG\n' });
    const pull = await scene.reviewOne({ reviewer: over(await scene.git.head('main')) });
    expect(inShort(pull)).toBe('reviewed full/first-review inconclusive');
    expect(pull.record?.result.coverage.pending.map(({ path }) => path)).toEqual(['a.ts', 'b.ts']);
  });

  test('the merge with the base is as good as the head', async () => {
    const lines = (...changed: [number, string][]): string =>
      Array.from({ length: 20 }, (_, at) => `${new Map(changed).get(at) ?? `line ${at}`}\n`).join('');
    await using scene = await Scene.start({ 'a.ts': lines() }, { 'a.ts': lines([2, 'mine']) });
    const head = await scene.git.head('topic');
    await scene.git.checkout('main');
    await scene.git.commit('Meanwhile', { 'a.ts': lines([15, 'theirs']), 'other.ts': 'x\n' });
    await scene.git.checkout('preview', 'main');
    const merged = await scene.git.merge('topic');
    const pull = await scene.reviewOne({ reviewer: over(merged) });
    expect(pull.headSha).toBe(head);
    expect(inShort(pull)).toBe('reviewed full/first-review approved');
  });

  test('a commit on top of the head, that writes its files anew, is taken for it', async () => {
    await using scene = await Scene.start({}, { 'a.ts': 'mine\n' });
    await scene.git.checkout('formatted', 'topic');
    const formatted = await scene.git.commit('Formatted', { 'a.ts': 'Mine;\n' });
    const pull = await scene.reviewOne({ reviewer: over(formatted) });
    expect(inShort(pull)).toBe('reviewed full/first-review approved');
  });
});

test('an analyser that failed approves nothing, though nothing changed since it ran well', async () => {
  await using scene = await Scene.start({ 'a.ts': 'a\n' }, { 'b.ts': 'b\n' });
  expect(inShort(await scene.reviewOne({ reviewer: treeReviewer() }))).toBe('reviewed full/first-review approved');
  await scene.git.checkout('main');
  await scene.git.commit('Upstream', { 'a.ts': 'aa\n' });
  await scene.git.checkout('topic');
  await scene.git.merge('main');
  scene.clock.advance(60);
  const head = await scene.git.head('topic');
  const failed = await scene.reviewOne({ reviewer: silent({ revision: head, complete: false }) });
  expect(inShort(failed)).toBe('reviewed none/unchanged inconclusive');
  const again = await scene.reviewOne({ reviewer: treeReviewer() });
  expect(again.record?.result.verdict).toBe('approved');
});
