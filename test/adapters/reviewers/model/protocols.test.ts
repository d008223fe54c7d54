import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Protocol } from '../../../support/models/exchange.ts';
import { oracle } from '../../../support/models/oracle.ts';
import { failures, says } from '../../../support/models/replies.ts';
import { startModelServer, type ModelServer } from '../../../support/models/server.ts';
import { aPullRequest, aRequest } from '../requests.ts';
import { inShort, KEY, MODEL_PROVIDERS, reviewed, reviewerOver } from './support.ts';

let models: ModelServer;
beforeAll(async () => {
  models = await startModelServer(oracle());
});
beforeEach(() => {
  models.requests.length = 0;
  models.strays.length = 0;
  models.faults.length = 0;
  models.script = oracle();
});
afterEach(() => {
  expect(models.faults).toEqual([]);
  expect(models.strays).toEqual([]);
});
afterAll(() => models.close());

const PROTOCOLS: Record<(typeof MODEL_PROVIDERS)[number], Protocol> = {
  openai: 'openai-responses',
  anthropic: 'anthropic',
  google: 'google',
  bedrock: 'bedrock',
  'openai-compatible': 'openai-chat',
};

const IDS: Record<(typeof MODEL_PROVIDERS)[number], string> = {
  openai: 'gpt-6-sol',
  anthropic: 'claude-sonnet-5-5',
  google: 'gemini-3.8-flash',
  bedrock: 'eu.anthropic.claude-sonnet-5-5-v1:0',
  'openai-compatible': 'some/model-1',
};

const before = 'old // BUG(old): was there\nstart\nend\n';
const after = before.replace('start\n', 'start\n  go(); // BUG(off-by-one, critical): one too many\n');
const request = aRequest(aPullRequest({ 'src/a.ts': before }, { 'src/a.ts': after }));

const aws = { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret-example' };
const set = (values: Record<string, string | undefined>): void => {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
};
beforeAll(() => set(aws));
afterAll(() => set(Object.fromEntries(Object.keys(aws).map((name) => [name, undefined]))));

describe.each(MODEL_PROVIDERS)('%s', (provider) => {
  const target = { provider, id: IDS[provider] };

  test('finds what is planted, by a streamed answer in the form that was asked for', async () => {
    models.script = oracle({ usage: { input: 1000, output: 50, cached: 400 } });
    const outcome = await reviewed(reviewerOver(models, { target }), request);
    expect(inShort(outcome.reviews)).toEqual(['critical src/a.ts:3 go(); // BUG(off-by-one, critical): one too many']);
    expect(outcome.usage).toMatchObject({ inputTokens: 1000, outputTokens: 50 });
    const [asked] = models.requests;
    expect(asked).toMatchObject({ protocol: PROTOCOLS[provider], stream: true, model: target.id });
    expect(asked?.system).toContain('You review pull requests');
    expect(asked?.tools.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['read_file', 'search', 'list_files', 'history', 'references']),
    );
    expect(models.requests).toHaveLength(1);
  });

  test('looks at files with its tools', async () => {
    models.script = oracle({ tool: { name: 'read_file', arguments: () => ({ path: 'src/a.ts', startLine: 2 }) } });
    const outcome = await reviewed(reviewerOver(models, { target }), request);
    expect(inShort(outcome.reviews)).toHaveLength(1);
    const looked = models.requests[1]?.messages.flatMap(({ results }) => results).map(({ text }) => text);
    expect(looked?.join('\n')).toContain('BUG(off-by-one, critical)');
    expect(models.requests).toHaveLength(2);
  });

  test('a wrong key is told as one, and is in no message', async () => {
    models.script = () => failures.badKey(`Incorrect API key provided: ${KEY}. You can find your key in your account.`);
    const reviewer = reviewerOver(models, { target });
    const outcome = await reviewer.review(request, new AbortController().signal);
    expect(outcome).toEqual({
      outcome: 'failed',
      why: expect.stringContaining('does not accept the key'),
      output: '',
    });
    expect(JSON.stringify([outcome, reviewer.log.lines])).not.toContain(KEY);
    expect(models.requests).toHaveLength(1);
  });

  test('a refusal is none of its answers', async () => {
    models.script = () => says('I can not help with that.', { finish: 'refusal' });
    expect(await reviewerOver(models, { target }).review(request, new AbortController().signal)).toMatchObject({
      outcome: 'failed',
      why: expect.stringMatching(/refused to review|content filter/),
    });
  });
});
