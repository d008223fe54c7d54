import { expect, test } from '@jest/globals';
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
