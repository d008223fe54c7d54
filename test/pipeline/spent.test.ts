import { expect, test } from '@jest/globals';
import type { Reviewer } from '../../src/ports/reviewer.ts';
import { scopeReviewer } from './reviewers.ts';
import { Scene } from './scene.ts';

test('what a pull request used is added up from push to push, and told to the reviewer', async () => {
  await using scene = await Scene.start({ 'a.ts': 'a\n' }, { 'a.ts': 'b\n' });
  const reviewer = scopeReviewer({ usage: { inputTokens: 100, outputTokens: 10, costUsd: 0.25 } });
  await scene.reviewOne({ reviewer });
  await scene.push({ 'a.ts': 'c\n' });
  const pull = await scene.reviewOne({ reviewer });
  expect(reviewer.requests.map(({ pullRequests: [one] }) => one?.spent)).toEqual([
    { inputTokens: 0, outputTokens: 0, costUsd: 0 },
    { inputTokens: 100, outputTokens: 10, costUsd: 0.25 },
  ]);
  expect(pull.record?.result.usage.spent).toEqual({ inputTokens: 200, outputTokens: 20, costUsd: 0.5 });
});

test.each(['failed', 'aborted'] as const)(
  'what a run used that came to no end (%s) counts all the same',
  async (outcome) => {
    await using scene = await Scene.start({ 'a.ts': 'a\n' }, { 'a.ts': 'b\n' });
    const calm = scopeReviewer({ usage: { inputTokens: 5, outputTokens: 1, costUsd: 0.5 } });
    const breaking: Reviewer = {
      ...calm,
      async review(request, _signal, progress) {
        const notReviewed = [{ path: 'a.ts', reason: 'it gave no answer' }];
        const about = { summary: '', findings: [], judgements: [], notReviewed, analysed: null };
        progress?.([{ pullRequest: 'acme/shop#1', ...about }], { inputTokens: 60, outputTokens: 6, costUsd: 0.1 });
        progress?.([{ pullRequest: 'acme/shop#1', ...about }], { inputTokens: 100, outputTokens: 10, costUsd: 0.25 });
        expect(request.pullRequests).toHaveLength(1);
        return outcome === 'failed' ? { outcome, why: 'it broke', output: '' } : { outcome };
      },
    };
    expect((await scene.reviewOne({ reviewer: breaking })).outcome).toBe('failed');
    await scene.push({ 'a.ts': 'c\n' });
    expect((await scene.reviewOne({ reviewer: breaking })).outcome).toBe('failed');
    await scene.push({ 'a.ts': 'd\n' });
    const pull = await scene.reviewOne({ reviewer: calm });
    expect(calm.requests[0]?.pullRequests[0]?.spent).toEqual({ inputTokens: 200, outputTokens: 20, costUsd: 0.5 });
    expect(pull.record?.result.usage.spent).toEqual({ inputTokens: 205, outputTokens: 21, costUsd: 1 });
    expect(pull.record?.result.reason).toBe('first-review');
    expect(pull.record?.result.verdict).toBe('approved');
  },
);

test('a review that is built on once more is not paid for twice', async () => {
  await using scene = await Scene.start({ 'a.ts': 'a\n' }, { 'a.ts': 'b\n', 'b.ts': 'b\n' });
  const usage = { inputTokens: 100, outputTokens: 10, costUsd: 0.25 };
  const notReviewed = [{ path: 'b.ts', reason: 'no room' }];
  await scene.reviewOne({ reviewer: scopeReviewer({ usage, each: () => ({ notReviewed }) }) });
  const first = await scene.git.head();
  await scene.push({ 'a.ts': 'c\n' });
  await scene.reviewOne({ reviewer: scopeReviewer({ usage, each: () => ({ notReviewed }) }) });
  await scene.git.git('reset', '-q', '--hard', first);
  scene.clock.advance(60);
  const reviewer = scopeReviewer({ usage });
  const pull = await scene.reviewOne({ reviewer });
  expect(reviewer.requests[0]?.pullRequests[0]?.spent.inputTokens).toBe(200);
  expect(pull.record?.result.usage.spent).toEqual({ inputTokens: 300, outputTokens: 30, costUsd: 0.75 });
});
