import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogle } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { generateText, isStepCount, jsonSchema, streamText, tool, type LanguageModel } from 'ai';
import type { Protocol } from '../support/models/exchange.ts';
import { failures, says } from '../support/models/replies.ts';
import { startModelServer, type ModelServer } from '../support/models/server.ts';

let models: ModelServer;
beforeAll(async () => {
  globalThis.AI_SDK_LOG_WARNINGS = false;
  models = await startModelServer(() => says('unscripted'));
});
beforeEach(() => {
  models.requests.length = 0;
});
afterEach(() => {
  expect(models.faults).toEqual([]);
  expect(models.strays).toEqual([]);
});
afterAll(() => models.close());

/** The published clients of the real services, as users of the stand-in. */
const clients: Record<Protocol, () => LanguageModel> = {
  'openai-chat': () => createOpenAI({ baseURL: models.baseUrl('openai'), apiKey: 'k' }).chat('m'),
  'openai-responses': () => createOpenAI({ baseURL: models.baseUrl('openai'), apiKey: 'k' }).responses('m'),
  anthropic: () => createAnthropic({ baseURL: models.baseUrl('anthropic'), apiKey: 'k' })('m'),
  google: () => createGoogle({ baseURL: models.baseUrl('google'), apiKey: 'k' })('m'),
  bedrock: () =>
    createAmazonBedrock({
      baseURL: models.baseUrl('bedrock'),
      region: 'eu-west-1',
      accessKeyId: 'a',
      secretAccessKey: 's',
    })('m'),
};

const lookUp = tool({
  description: 'Looks something up',
  inputSchema: jsonSchema<{ word: string }>({
    type: 'object',
    properties: { word: { type: 'string' } },
    required: ['word'],
  }),
  execute: ({ word }) => `${word} is found`,
});

describe.each(Object.keys(clients) as Protocol[])('%s', (protocol) => {
  const scripted = (): void => {
    models.script = (request) =>
      request.messages.at(-1)?.role === 'tool'
        ? says('Done: all of it, in one sentence.', { usage: { input: 100, output: 7, cached: 60 } })
        : { kind: 'answer', text: 'Let me see.', calls: [{ name: 'lookUp', arguments: { word: 'tree' } }] };
  };
  const asked = () => ({
    model: clients[protocol](),
    instructions: 'Be brief.',
    prompt: 'Look it up.',
    tools: { lookUp },
    stopWhen: isStepCount(3),
    maxRetries: 0,
  });
  const whatWasSeen = () =>
    models.requests.map(({ system, messages, tools, stream, model }) => ({
      system,
      model,
      stream,
      tools: tools.map(({ name }) => name),
      roles: messages.map(({ role }) => role),
      last: messages.at(-1)?.results.map(({ text }) => text.includes('tree is found')) ?? [],
    }));
  const seen = (stream: boolean) =>
    [
      { roles: ['user'], last: [] },
      { roles: ['user', 'assistant', 'tool'], last: [true] },
    ].map((turn) => ({ system: 'Be brief.', model: 'm', stream, tools: ['lookUp'], ...turn }));

  test('text, tool calls and usage, in one piece', async () => {
    scripted();
    const { text, steps } = await generateText(asked());
    expect(text).toBe('Done: all of it, in one sentence.');
    expect(steps[0]?.text).toBe('Let me see.');
    expect(steps[1]?.usage).toMatchObject({
      inputTokens: 100,
      outputTokens: 7,
      inputTokenDetails: { cacheReadTokens: 60 },
    });
    expect(whatWasSeen().map((turn) => ({ ...turn, roles: [...new Set(turn.roles)] }))).toEqual(seen(false));
  });

  test('the same, streamed', async () => {
    scripted();
    const result = streamText(asked());
    expect(await result.text).toBe('Done: all of it, in one sentence.');
    const steps = await result.steps;
    expect(steps[0]?.text).toBe('Let me see.');
    expect(steps[1]?.usage).toMatchObject({ inputTokens: 100, outputTokens: 7 });
    expect(whatWasSeen().map((turn) => ({ ...turn, roles: [...new Set(turn.roles)] }))).toEqual(seen(true));
  });

  test('errors have a status and a message of their own', async () => {
    models.script = () => failures.rateLimited(7);
    await expect(generateText(asked())).rejects.toMatchObject({
      statusCode: 429,
      message: expect.stringContaining('exceeded your rate limit'),
      responseHeaders: { 'retry-after': '7' },
    });
  });

  test.each([
    ['length', 'length'],
    ['content-filter', 'content-filter'],
  ] as const)('an end by %s is told as such', async (finish, reason) => {
    models.script = () => says('So far', { finish });
    expect((await generateText(asked())).finishReason).toBe(reason);
  });

  test.each([true, false])('a cut connection is a fault, whether anything came (%s) or not', async (begun) => {
    models.script = () => (begun ? failures.cutHalfway() : failures.cut());
    await expect(generateText(asked())).rejects.toThrow();
  });

  test('who waits for a model that hangs can give up, and the server notices', async () => {
    const patience = new AbortController();
    const gone = new Promise<void>((resolve) => {
      models.script = (request) => {
        request.signal.addEventListener('abort', () => resolve());
        patience.abort();
        return failures.hang();
      };
    });
    await expect(generateText({ ...asked(), abortSignal: patience.signal })).rejects.toThrow();
    await gone;
  });
});
