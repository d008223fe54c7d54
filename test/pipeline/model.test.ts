import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { readPrompt } from '../support/models/read-prompt.ts';
import { oracle } from '../support/models/oracle.ts';
import { failures } from '../support/models/replies.ts';
import { startModelServer, type ModelServer } from '../support/models/server.ts';
import { MODEL_PROVIDERS, reviewerOver } from '../adapters/reviewers/model/support.ts';
import { findingsOf, inShort, Scene } from './scene.ts';

let models: ModelServer;
beforeAll(async () => {
  models = await startModelServer(oracle());
  process.env['AWS_ACCESS_KEY_ID'] = 'AKIAEXAMPLE';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'secret-example';
});
beforeEach(() => {
  models.script = oracle();
  models.requests.length = 0;
});
afterEach(() => expect(models.faults).toEqual([]));
afterAll(async () => {
  delete process.env['AWS_ACCESS_KEY_ID'];
  delete process.env['AWS_SECRET_ACCESS_KEY'];
  await models.close();
});

const MAIN = { 'README.md': 'shop\n', 'src/prices.ts': 'export const tea = 540;\n' };
const CART = [
  'export function total(cart) {',
  '  let sum = 0;',
  '  for (const line of cart) sum = line; // BUG(overwritten, critical): the sum is overwritten',
  '  return sum;',
  '}',
  '',
].join('\n');
const TOPIC = { 'src/cart.ts': CART, 'src/shelf.ts': 'export const shelf = [];\n' };

/** What the model was shown of files, over all requests since they were last looked at. */
function shown(): string[] {
  const paths = models.requests.flatMap((request) => readPrompt(request).files.map(({ path }) => path));
  models.requests.length = 0;
  return [...new Set(paths)].toSorted();
}

describe.each(MODEL_PROVIDERS)('from push to comment over %s', (provider) => {
  const id = provider === 'bedrock' ? 'anthropic.claude-sonnet-5-5' : 'gpt-6-sol';
  const reviewer = () => reviewerOver(models, { target: { provider, id }, verify: true });

  test('what is planted is found at its line, a push is asked about alone, what was fixed is judged fixed', async () => {
    await using scene = await Scene.start(MAIN, TOPIC);
    const first = await scene.reviewOne({ reviewer: reviewer() });
    expect(inShort(first)).toBe('reviewed full/first-review changes_requested');
    expect(findingsOf(first)).toEqual(['F1 new src/cart.ts:3']);
    expect(shown()).toEqual(['src/cart.ts', 'src/shelf.ts']);
    const [plan] = scene.plans();
    expect(plan?.review).toMatchObject({
      action: 'create',
      comments: [{ path: 'src/cart.ts', line: 3, body: expect.stringContaining('the sum is overwritten') }],
    });

    await scene.push({ 'src/receipt.ts': 'one\ntwo // BUG(receipt): no one reads it\n' });
    const second = await scene.reviewOne({ reviewer: reviewer() });
    expect(inShort(second)).toBe('reviewed incremental/new-commits changes_requested');
    expect(findingsOf(second)).toEqual(['F1 open src/cart.ts:3', 'F2 new src/receipt.ts:2']);
    expect(shown()).toEqual(['src/receipt.ts']);

    await scene.push({ 'src/cart.ts': CART.replace(/ {2}for .*\n/, '  for (const line of cart) sum += line;\n') });
    const third = await scene.reviewOne({ reviewer: reviewer() });
    expect(findingsOf(third)).toEqual(['F1 fixed src/cart.ts:', 'F2 open src/receipt.ts:2']);
    expect(shown()).toEqual(['src/cart.ts']);
    expect(third.record?.result.reviewer).toMatchObject({ name: 'model', model: `${provider}/${id}` });
    expect(third.record?.result.usage.inputTokens).toBeGreaterThan(0);
  });
});

test('what a second look refuted is counted, and told in the comment', async () => {
  await using scene = await Scene.start(MAIN, { 'src/a.ts': 'go(); // BUG(no): false alarm\n' });
  const report = await scene.reviewOne({ reviewer: reviewerOver(models, { verify: true }) });
  expect(inShort(report)).toBe('reviewed full/first-review approved');
  expect(report.record?.result.usage.refuted).toBe(1);
  expect(scene.plans()[0]?.summary).toMatchObject({ body: expect.stringContaining('1 refuted by a second look') });
});

describe('what a model can not bring about', () => {
  test('a part that fails stays pending with its reason, and comes back', async () => {
    await using scene = await Scene.start(MAIN, TOPIC);
    const good = oracle();
    models.script = (request) =>
      readPrompt(request).files.some(({ path }) => path === 'src/shelf.ts') ? failures.contentFilter() : good(request);
    const partial = await scene.reviewOne({ reviewer: reviewerOver(models, { partTokens: 60 }) });
    expect(inShort(partial)).toBe('reviewed full/first-review changes_requested');
    expect(partial.record?.result.coverage.pending).toEqual([
      { path: 'src/shelf.ts', reason: expect.stringContaining('content filter') },
    ]);
    models.script = good;
    models.requests.length = 0;
    const rest = await scene.reviewOne({ reviewer: reviewerOver(models, { partTokens: 60 }) });
    expect(inShort(rest)).toBe('reviewed incremental/resumed-partial changes_requested');
    expect(shown()).toEqual(['src/shelf.ts']);
    expect(rest.record?.result.coverage.pending).toEqual([]);
  });

  test.each([
    ['a refusal', failures.refusal],
    ['an overload', failures.overloaded],
    ['prose', failures.prose],
    ['a key that is wrong', failures.badKey],
  ])('%s leaves the head unreviewed', async (_name, reply) => {
    await using scene = await Scene.start(MAIN, TOPIC);
    models.script = () => reply();
    const failed = await scene.reviewOne({ reviewer: reviewerOver(models) });
    expect(failed).toMatchObject({ outcome: 'failed', record: null });
    expect(scene.plans()).toEqual([]);
    models.script = oracle();
    expect(inShort(await scene.reviewOne({ reviewer: reviewerOver(models) }))).toBe(
      'reviewed full/first-review changes_requested',
    );
  });
});
