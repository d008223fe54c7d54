import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Reply } from '../../../support/models/exchange.ts';
import { oracle } from '../../../support/models/oracle.ts';
import { failures, says } from '../../../support/models/replies.ts';
import { startModelServer, type ModelServer, type Script } from '../../../support/models/server.ts';
import { aPullRequest, aRequest, aSmallPullRequest } from '../requests.ts';
import { inShort, KEY, reviewed, reviewerOver } from './support.ts';

let models: ModelServer;
beforeAll(async () => {
  models = await startModelServer(oracle());
});
beforeEach(() => {
  models.requests.length = 0;
  models.faults.length = 0;
});
afterEach(() => expect(models.faults).toEqual([]));
afterAll(() => models.close());

const request = aRequest(aSmallPullRequest);
const signal = new AbortController().signal;
const limits = { idleMs: 20_000, maxBytes: 100_000 };

/** First this, then the oracle. */
function once(reply: Reply, times = 1): Script {
  let left = times;
  const good = oracle();
  return (asked) => {
    left -= 1;
    return left >= 0 ? reply : good(asked);
  };
}

describe('a failure is never a success, and says what to do', () => {
  test.each<[string, () => Reply, RegExp, number]>([
    ['400', () => failures.badRequest(), /does not take the request .*check the inputs model/, 3],
    [
      'a prompt too long',
      () => failures.badRequest('prompt is too long: 250000 tokens > 200000 maximum'),
      /larger context/,
      1,
    ],
    ['401', () => failures.badKey(), /check api-key/, 1],
    ['403', () => failures.forbidden(), /may not use .*give it access/, 1],
    [
      '404',
      () => failures.noSuchModel(),
      /there is no openai-compatible\/test-model .*check the inputs model and base-url/i,
      1,
    ],
    ['408', () => failures.requestTimeout(), /took too long/, 4],
    ['413', () => failures.tooLarge(), /paths-ignore/, 1],
    ['429', () => failures.rateLimited(3), /rate limit .* for 3 s/, 4],
    ['429, far off', () => failures.rateLimited(3600), /rate limit .* for 3600 s/, 1],
    ['no credit', () => failures.noCredit(), /no credit or quota/, 1],
    ['500', () => failures.serverError(500), /fault of its own \(status 500/, 4],
    ['503', () => failures.serverError(503), /overloaded/, 4],
    ['529', () => failures.overloaded(), /overloaded: run it again later/, 4],
    ['a content filter', () => failures.contentFilter(), /content filter/, 1],
    ['a stop at the length', () => failures.lengthStop(), /stopped at the length/, 1],
    ['an empty answer', () => failures.empty(), /answered nothing/, 4],
    ['prose', () => failures.prose(), /JSON schema/, 2],
    ['JSON of another form', () => failures.wrongJson(), /reviews: Invalid input.*JSON schema/, 2],
    ['a page of some proxy', () => failures.notHttpJson(), /answered nothing|could not be reached/, 4],
    ['a cut connection', () => failures.cut(), /could not be reached/, 4],
    ['a connection cut halfway', () => failures.cutHalfway(), /could not be reached/, 4],
    ['an answer without end', () => failures.huge(1_000_000), /sent more than 100000 bytes/, 1],
  ])('%s', async (_name, reply, why, calls) => {
    models.script = () => reply();
    const reviewer = reviewerOver(models, { limits });
    const outcome = await reviewer.review(request, signal);
    expect(outcome).toEqual({ outcome: 'failed', why: expect.stringMatching(why), output: '' });
    expect(models.requests).toHaveLength(calls);
    expect(JSON.stringify([outcome, reviewer.log.lines])).not.toContain(KEY);
  });

  test('a model that falls silent', async () => {
    models.script = () => failures.hang();
    const outcome = await reviewerOver(models, { limits: { ...limits, idleMs: 60 } }).review(request, signal);
    expect(outcome).toMatchObject({ outcome: 'failed', why: expect.stringContaining('said nothing for') });
    expect(models.requests).toHaveLength(4);
  });

  test('a key that comes back in a message is masked', async () => {
    models.script = () => failures.noSuchModel(`no model for ${KEY}`);
    expect(await reviewerOver(models).review(request, signal)).toMatchObject({
      why: expect.stringContaining('for ***'),
    });
  });

  test('an address where nobody is', async () => {
    const closed = await startModelServer(oracle());
    await closed.close();
    const outcome = await reviewerOver(closed).review(request, signal);
    expect(outcome).toMatchObject({
      outcome: 'failed',
      why: expect.stringMatching(/could not be reached.*check base-url/),
    });
  });

  test('a redirect is not followed: the key would travel', async () => {
    await using elsewhere = await startModelServer(oracle());
    models.script = () => ({
      kind: 'raw',
      status: 307,
      headers: { location: `${elsewhere.url}/v1/chat/completions` },
      body: '',
    });
    expect(await reviewerOver(models).review(request, signal)).toMatchObject({ outcome: 'failed' });
    expect(elsewhere.requests).toEqual([]);
  });

  test('no key at all', async () => {
    const target = { provider: 'anthropic' as const, id: 'claude-sonnet-5-5' };
    expect(await reviewerOver(models, { target, apiKey: null }).review(request, signal)).toMatchObject({
      outcome: 'failed',
      why: expect.stringMatching(/^There is no key for anthropic\/claude-sonnet-5-5: set api-key/),
    });
    expect(models.requests).toEqual([]);
  });

  test('a cost that can not be known', async () => {
    const budget = { inputTokens: null, costUsd: 1 };
    expect(await reviewerOver(models, { budget }).review(request, signal)).toMatchObject({
      outcome: 'failed',
      why: expect.stringContaining("max-cost can't be kept, for no price of openai-compatible/test-model is known"),
    });
  });

  test('interrupted while it waits for the model', async () => {
    const stop = new AbortController();
    models.script = () => {
      stop.abort();
      return failures.hang();
    };
    expect(await reviewerOver(models).review(request, stop.signal)).toEqual({ outcome: 'aborted' });
  });
});

describe('what passes', () => {
  test('a rate limit is waited for as long as the provider asks', async () => {
    models.script = once(failures.rateLimited(7));
    const reviewer = reviewerOver(models);
    await reviewed(reviewer, request);
    expect(reviewer.clock.slept).toEqual([7000]);
  });

  test('a fault of the provider, with growing pauses', async () => {
    models.script = once(failures.overloaded(), 3);
    const reviewer = reviewerOver(models);
    await reviewed(reviewer, request);
    expect(reviewer.clock.slept).toEqual([2000, 8000, 32_000]);
  });

  test('an answer that can not be read is asked for again, with what is wrong with it', async () => {
    models.script = once(failures.wrongJson());
    await reviewed(reviewerOver(models), request);
    const again = models.requests[1]?.messages;
    expect(again?.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(again?.[1]?.text).toBe('{"reviews": "none"}');
    expect(again?.[2]?.text).toMatch(/could not be read[\s\S]*reviews: Invalid input/);
    expect(models.requests).toHaveLength(2);
  });

  test.each([
    ['in a code fence', (json: string) => `\`\`\`json\n${json}\n\`\`\``],
    ['with a sentence before it', (json: string) => `Here it is:\n${json}`],
  ])('an answer %s', async (_name, dressed) => {
    const good = oracle();
    models.script = async (asked) => {
      const reply = await good(asked);
      return reply.kind === 'answer' ? says(dressed(reply.text ?? '')) : reply;
    };
    await reviewed(reviewerOver(models), request);
    expect(models.requests).toHaveLength(1);
  });

  test.each([
    ['a schema for the answer', ({ outputSchema }: { outputSchema: unknown }) => outputSchema !== null, 1],
    ['tools', ({ tools }: { tools: unknown[] }) => tools.length > 0, 2],
  ])('a server that knows no %s is asked without, from then on', async (_name, refuses, tries) => {
    const good = oracle();
    models.script = (asked) =>
      refuses(asked) ? failures.badRequest('response_format: this server knows no such thing') : good(asked);
    const tree = (mark: string) => ({ 'a.ts': `${mark}\n`, 'z/b.ts': `${mark}\n` });
    const two = aRequest(aPullRequest(tree(''), tree('x(); // BUG(x): bad')));
    const outcome = await reviewed(reviewerOver(models, { partTokens: 20, parallel: 1 }), two);
    expect(inShort(outcome.reviews)).toHaveLength(2);
    // Both parts, the summary of the two, and what was refused at first.
    expect(models.requests).toHaveLength(3 + tries);
  });
});
